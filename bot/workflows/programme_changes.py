"""Changing the programme: every save is a version, or a proposal that waits for a second admin.

Nothing is ever written over: whoever saves says which version they started from, and a save
from an older one is refused with what changed since. What is saved passes every check that a
file passes. Open rounds keep the version they opened with.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.core.access import Permission, Visitor, check_may
from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.characters import odd_in_name
from bot.core.errors import StandEasyError
from bot.core.everyone_asked import check_everyone_alone, may_be_fewer
from bot.core.programme import Programme
from bot.core.programme_checks import check_chosen_alone, check_to_be_saved, newly_asked
from bot.core.programme_differences import differences, needs_second, parts_of
from bot.workflows.acting import still_may
from bot.workflows.catalogue import Instruments, in_force, parse_programme, stored_form
from bot.workflows.headcounts import WRITTEN_UP, fewest_heads, heads_before, written_up
from bot.workflows.moment import Now
from bot.workflows.programme import ProgrammeVersion
from storage import audit, programme_proposals, programmes, staff
from storage.engine import ReadTransaction, Storage
from storage.programme_proposals import NewProposal

LONGEST_REASON: Final = 300
ENOUGH_ADMINS: Final = 2

Admins = Callable[[ReadTransaction], Awaitable[int]]
"""Returns how many people with access are admins now."""


@dataclass(frozen=True, slots=True)
class Saved:
    """In force now; rounds that are open keep the version they opened with."""

    version: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """Not in force: it waits for a second admin."""

    number: int


class ChangedMeanwhile(StandEasyError):
    """The programme is at version {version} now, saved by {author}: expected version {based_on},
    from which this change was made."""

    hint = "Nothing was changed. Look at what changed, and save again if yours still holds."


class NothingChanged(StandEasyError):
    """Nothing was saved: this is what is in force already."""


class NoReason(StandEasyError):
    """A change needs a reason: expected one line of 1 to {longest} characters without odd ones."""

    hint = "Whoever reads the audit trail in a year will want to know why."


async def current_or_none(storage: Storage) -> ProgrammeVersion | None:
    """Return the version in force; None where nothing was ever loaded."""
    async with storage.read("programme") as tx:
        newest = await in_force(tx)
    if newest is None:
        return None
    return ProgrammeVersion(
        newest.version, newest.author, newest.reason, parse_programme(newest.content)
    )


async def save(
    storage: Storage,
    changed: Programme,
    based_on: int,
    by: Visitor,
    reason: str,
    now: Now,
    instruments: Instruments,
    *,
    alone: bool = False,
    caller: str | None = None,
    admins: Admins | None = None,
) -> Saved | Proposed:
    """Put a changed programme in force, or propose it where a second admin has to look.

    `based_on` is the version it was made from, 0 where there was none. `alone` puts it in force
    without a second admin, and the audit trail says so: for whoever sits at the server. So is
    `caller`, in whose name support entries may be verified beside `by`'s own. Raises
    `ChangedMeanwhile`, `NothingChanged`, `NoReason`, and what the checks raise.
    """
    check_may(by, Permission.CHANGE_PROGRAMME)
    reason = tidy_reason(reason)
    before = await current_or_none(storage)
    _check_base(before, based_on)
    known = before.programme if before is not None else None
    checked = check_to_be_saved(changed, known, list(instruments.values()), now())
    if known == checked and await _is_newest(storage, based_on):
        raise NothingChanged
    # Nothing but its number changes where a newer version that nobody can read is to be passed.
    parts = ", ".join(sorted(parts_of(differences(known, checked)))) or "as it was"
    today = local_day(now(), checked.force.timezone)
    is_delicate = needs_second(known, checked, caller or by.name, today)
    content = stored_form(checked)
    async with storage.transaction("save programme") as tx:
        await tx.queue_for("programme")
        await still_may(tx, by, Permission.CHANGE_PROGRAMME)
        newest = await in_force(tx)
        if newest is not None and newest.version != based_on:
            raise ChangedMeanwhile(version=newest.version, author=newest.author, based_on=based_on)
        second = is_delicate and await (admins or staff.admins)(tx) >= ENOUGH_ADMINS
        detail = f"{parts}: {reason}"
        if second and not alone:
            new = NewProposal(based_on, content, by.name, by.staff_id, reason)
            entry = AuditEntry(by.name, "propose programme", "proposal {number}", detail)
            return Proposed(await programme_proposals.add(tx, new, entry, now()))
        # Going through old versions takes a while, and few changes choose who is asked.
        if newly_asked(checked, known):
            fewest = await fewest_heads(storage, tx, now())
            if fewest is not None:
                check_chosen_alone(checked, known, fewest)
        if may_be_fewer(checked, known):
            check_everyone_alone(checked, await heads_before(storage, tx, now()))
        act = "save programme alone" if second else "save programme"
        entry = AuditEntry(by.name, act, f"force {checked.force.id}", detail)
        # Before the new version is one of those that were in force.
        grown = [] if known is None else await written_up(storage, tx, known, checked, now())
        saved = Saved(await programmes.append(tx, content, by.name, reason, now(), entry))
        for subject, numbers in grown:
            await audit.append(tx, AuditEntry(by.name, WRITTEN_UP, subject, numbers), now())
        return saved


def tidy_reason(reason: str) -> str:
    """Return a reason on one line; raises `NoReason`."""
    tidy = re.sub(r"\s+", " ", reason).strip()
    if not 1 <= len(tidy) <= LONGEST_REASON or odd_in_name(tidy) is not None:
        raise NoReason(longest=LONGEST_REASON)
    return tidy


async def _is_newest(storage: Storage, version: int) -> bool:
    async with storage.read("newest version") as tx:
        return await programmes.newest_version(tx) == version


def _check_base(before: ProgrammeVersion | None, based_on: int) -> None:
    version = before.version if before is not None else 0
    if version != based_on:
        author = before.author if before is not None else "nobody"
        raise ChangedMeanwhile(version=version, author=author, based_on=based_on)
