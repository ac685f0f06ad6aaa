"""Changes for two: who counts as an admin, and what happens when several act at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from bot import wiring
from bot.core.access import Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.programme import Programme
from bot.core.staff import Member
from bot.workflows import errands, programme, programme_changes, programme_proposals
from bot.workflows.programme_changes import ChangedMeanwhile, Proposed, Saved
from bot.workflows.programme_desk import ProgrammeDesk
from bot.workflows.programme_proposals import DecidedAlready, SavedSince
from bot.workflows.staff_rules import NotActing
from config.content import national_support
from storage import staff
from storage.engine import Storage
from storage.roles import Role as DatabaseRole
from tests.programmes import pulse_alone
from tests.storage.test_roles import accounts, database
from tests.workflows.office import at
from tests.workflows.test_programme_changes import KESTREL, grown, renamed

__all__ = ["accounts", "database"]

pytestmark = pytest.mark.sqlite_first(
    "two that write at once run on both, and all of it by account on PostgreSQL"
)

HERON = Visitor("Heron", frozenset({Role.ADMIN}), "staff-heron")
MERLIN = Visitor("Merlin", frozenset({Role.ADMIN}), "staff-merlin")


def now() -> datetime:
    return at(0, 9)


async def with_access(storage: Storage, who: Visitor, **changes: Any) -> None:
    """Give somebody access."""
    facts = {"added_at": now(), "joined_at": now(), "disabled_at": None, **changes}
    member = Member(str(who.staff_id), who.name, who.roles, None, **facts)
    async with storage.transaction("access") as tx:
        await staff.add(tx, member, AuditEntry("test", "add staff", who.name), now())


def desk_of(storage: Storage) -> ProgrammeDesk:
    return ProgrammeDesk(storage, now, wiring.instruments_by_key(), national_support())


async def a_desk(storage: Storage, *who: Visitor) -> ProgrammeDesk:
    """A desk with the example programme in force, and people with access."""
    await programme.load(storage, pulse_alone(), "test", "the first", now)
    for each in who:
        await with_access(storage, each)
    return desk_of(storage)


async def test_only_admins_who_can_sign_in_are_counted(storage: Storage) -> None:
    desk = await a_desk(storage, KESTREL)
    await with_access(storage, Visitor("Owl", frozenset({Role.AUDITOR}), "staff-owl"))
    await with_access(storage, HERON, joined_at=None)
    await with_access(storage, MERLIN)
    async with storage.transaction("leave") as tx:
        await staff.disable(tx, str(MERLIN.staff_id), AuditEntry("x", "disable", "M"), now())
    assert await desk.save(grown(pulse_alone(), 90), 1, KESTREL, "alone") == Saved(2)
    await with_access(storage, Visitor("Robin", frozenset({Role.ADMIN}), "staff-robin"))
    assert await desk.save(grown(pulse_alone(), 91), 2, KESTREL, "two now") == Proposed(1)


@pytest.mark.at_once
async def test_of_two_who_save_at_once_one_is_told_of_the_other(storage: Storage) -> None:
    desk = await a_desk(storage, KESTREL)
    outcomes = await asyncio.gather(
        *(
            desk.save(renamed(pulse_alone(), f"Name {number}"), 1, KESTREL, "at once")
            for number in range(4)
        ),
        return_exceptions=True,
    )
    assert [each for each in outcomes if isinstance(each, Saved)] == [Saved(2)]
    assert sum(isinstance(each, ChangedMeanwhile) for each in outcomes) == 3


@pytest.mark.at_once
async def test_of_several_who_approve_at_once_one_puts_it_in_force(storage: Storage) -> None:
    desk = await a_desk(storage, KESTREL, HERON, MERLIN)
    assert await desk.save(grown(pulse_alone()), 1, KESTREL, "why") == Proposed(1)
    outcomes = await asyncio.gather(
        desk.approve(1, 1, HERON),
        desk.approve(1, 1, MERLIN),
        desk.refuse(1, MERLIN, "no"),
        return_exceptions=True,
    )
    approved = [each for each in outcomes if each == 2]
    assert len(approved) <= 1
    assert await desk.newest_version() == 1 + len(approved)
    others = [each for each in outcomes if isinstance(each, BaseException)]
    assert {type(each) for each in others} <= {DecidedAlready, SavedSince}
    assert len(others) == 2
    assert (await desk.review(1)).line.decided is not None


async def test_what_waits_is_decided_by_whoever_is_left(storage: Storage) -> None:
    desk = await a_desk(storage, KESTREL, HERON)
    await desk.save(grown(pulse_alone()), 1, KESTREL, "why")
    async with storage.transaction("leave") as tx:
        await staff.disable(tx, str(HERON.staff_id), AuditEntry("x", "disable", "Heron"), now())
    await desk.withdraw(1, KESTREL, "nobody else is here")
    assert await desk.save(grown(pulse_alone()), 1, KESTREL, "why") == Saved(2)


async def test_what_others_saved_is_told_with_what_they_changed(storage: Storage) -> None:
    desk = await a_desk(storage, KESTREL, HERON)
    await desk.save(renamed(pulse_alone(), "One"), 1, KESTREL, "first")
    await desk.save(renamed(pulse_alone(), "Two"), 2, HERON, "second")
    with pytest.raises(ChangedMeanwhile) as error:
        await desk.save(grown(pulse_alone()), 1, KESTREL, "why")
    found = await desk.meanwhile(error.value, 1)
    assert [(line.version, line.author, line.reason) for line in found.lines] == [
        (3, "Heron", "second"),
        (2, "Kestrel", "first"),
    ]
    (change,) = found.changes
    assert change.sentence.endswith("becomes “Two”.")
    # A version that never was says nothing of what changed since.
    for based_on in (0, 3, 17):
        assert (await desk.meanwhile(error.value, based_on)).changes == ()


@pytest.mark.parametrize("act", ["save", "propose", "approve", "refuse", "withdraw", "errand"])
async def test_whose_access_ended_meanwhile_changes_nothing(storage: Storage, act: str) -> None:
    desk = await a_desk(storage, KESTREL, HERON, MERLIN)
    await desk.save(grown(pulse_alone()), 1, KESTREL, "why")
    gone = KESTREL if act == "withdraw" else MERLIN
    async with storage.transaction("leave") as tx:
        await staff.disable(tx, str(gone.staff_id), AuditEntry("x", "disable", "it"), now())
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "save": lambda: desk.save(renamed(pulse_alone()), 1, gone, "late"),
        "propose": lambda: desk.save(grown(pulse_alone(), 91), 1, gone, "late"),
        "approve": lambda: desk.approve(1, 1, gone),
        "refuse": lambda: desk.refuse(1, gone, "late"),
        "withdraw": lambda: desk.withdraw(1, gone, "late"),
        "errand": lambda: errands.ask(storage, errands.Kind.REVOKE_CODE, "team a", {}, gone, now),
    }
    with pytest.raises(NotActing):
        await acts[act]()
    assert await desk.newest_version() == 1
    assert (await desk.review(1)).line.decided is None
    assert await errands.lately(storage, list(errands.Kind), now) == []


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Storage]:
    storage = Storage(address)
    try:
        yield storage
    finally:
        await storage.close()


@pytest.mark.whole_path
@pytest.mark.postgres
async def test_the_dashboards_account_may_do_all_of_it_and_the_others_only_read(
    accounts: dict[DatabaseRole, str], database: str
) -> None:
    async with opened(database) as owner:
        await a_desk(owner, KESTREL, HERON)
    async with opened(accounts[DatabaseRole.DASHBOARD]) as dashboard:
        desk = desk_of(dashboard)
        assert await desk.save(grown(pulse_alone()), 1, KESTREL, "why") == Proposed(1)
        assert (await desk.review(1)).problem is None
        assert await desk.approve(1, 1, HERON) == 2
        assert await desk.restore(1, 2, KESTREL, "back") == Proposed(2)
        overview = await desk.overview()
        assert overview is not None
        assert (overview.waiting, overview.two_admins) == (1, True)
    for role in (DatabaseRole.OFFICERS, DatabaseRole.TALLY):
        async with opened(accounts[role]) as storage:
            assert await programme_proposals.how_many_wait(storage) == 1
            document: Programme = (await programme.current(storage)).programme
            with pytest.raises(Exception, match="permission denied"):
                await programme_changes.save(
                    storage, renamed(document), 2, HERON, "why", now, wiring.instruments_by_key()
                )
