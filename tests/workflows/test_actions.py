"""Actions: chosen before looking, checked against what was released, and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.audit import verify
from bot.core.disclosure.release import Release
from bot.core.evaluation.verdicts import VerdictKind
from bot.workflows.actions import (
    FURTHEST,
    LONGEST_WHAT,
    MOST_GROUPS,
    ActionIsOver,
    Actions,
    ActionTooLong,
    ActionWithMarkup,
    DayTooFar,
    EmptyAction,
    EndsBeforeItBegins,
    GroupsOverlap,
    NoGroups,
    NoResultsYet,
    NoSuchAction,
    NoSuchTheme,
    TooManyActions,
    TooManyGroups,
    UnknownGroup,
)
from bot.workflows.catalogue import NoProgramme
from storage import audit
from storage.engine import Storage
from tests.core.evaluation.history import CHECK_IN, FIRST_DAY, MONTH, low, releases_of
from tests.leads import HERON
from tests.workflows.office import MONDAY, Office, an_office, at

CARS, QUAY, FORCE = "unit:cars", "unit:quay", "force"
ROADS = "department:roads"
BEGINS = FIRST_DAY + 2 * MONTH
WHAT = "Two more cars on nights."
HISTORY = {
    FORCE: low((20, 30), (20, 30), (20, 30), (20, 30), people=(100, None)),
    ROADS: low(None, None, None, None),
    CARS: low((60, 80), (60, 80), (20, 40), (20, 40)),
    QUAY: low((60, 80), (60, 80), (60, 80), (60, 80)),
}


@dataclass
class Given:
    """Stands where the kept releases are bound."""

    found: tuple[Release, ...]

    async def releases(self) -> tuple[Release, ...]:
        """Return what the test released."""
        return self.found


def actions_of(office: Office, rounds: int = 4) -> Actions:
    given = Given(tuple(releases_of(HISTORY)[:rounds]))
    return Actions(office.storage, office.clock, given)


async def recorded(
    actions: Actions,
    *,
    what: str = WHAT,
    groups: Sequence[str] = (CARS,),
    starts_on: date = BEGINS,
    check_in: str = CHECK_IN,
    scale: str = "workload",
) -> int:
    return await actions.record(what, groups, starts_on, check_in, scale, HERON)


async def test_an_action_is_stored_with_its_audit_entry_and_judged_from_releases(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        actions = actions_of(office)
        assert await actions.all() == ()
        assert await recorded(actions, what="  Two more\n cars on nights. ") == 1
        (judged,) = await actions.all()
        assert judged == await actions.get(1)
        assert judged.stored.recorded.what == WHAT
        assert judged.noted_on == MONDAY
        assert judged.verdict is not None
        assert judged.verdict.kind is VerdictKind.BETTER
        # The releases of the test are long out by the time the office notes it down.
        assert judged.verdict.chosen_late
        assert judged.verdict.comparison is not None
        assert judged.verdict.comparison.groups == (QUAY,)
        async with office.storage.read("look") as tx:
            trail = await audit.all(tx)
        verify(trail)
        assert [vars(each.entry) for each in trail if each.entry.act == "record action"] == [
            {
                "actor": "lead Heron",
                "act": "record action",
                "subject": "check-in weekly, scale workload",
                "detail": f"groups unit:cars; from {BEGINS}",
            }
        ]


async def test_an_action_for_the_comparison_takes_it_away_until_it_is_withdrawn(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        actions = actions_of(office)
        await recorded(actions)
        await recorded(actions, groups=[QUAY, QUAY], what="Talks.")
        first, second = await actions.all()
        assert second.stored.recorded.groups == (QUAY,)
        assert first.verdict is not None
        assert first.verdict.comparison is None
        await actions.withdraw(2, HERON)
        first, second = await actions.all()
        assert first.verdict is not None
        assert first.verdict.comparison is not None
        assert second.verdict is None


async def test_an_action_is_over_once(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        actions = actions_of(office)
        await recorded(actions, starts_on=MONDAY)
        with pytest.raises(EndsBeforeItBegins):
            await actions.end(1, MONDAY - timedelta(days=1), HERON)
        with pytest.raises(DayTooFar):
            await actions.end(1, date(2199, 1, 1), HERON)
        await actions.end(1, MONDAY + timedelta(days=30), HERON)
        assert (await actions.get(1)).stored.ended_on == MONDAY + timedelta(days=30)
        for again in (actions.end(1, MONDAY, HERON), actions.withdraw(1, HERON)):
            with pytest.raises(ActionIsOver):
                await again
        for unknown in (actions.end(7, MONDAY, HERON), actions.withdraw(7, HERON), actions.get(7)):
            with pytest.raises(NoSuchAction):
                await unknown
        async with office.storage.read("look") as tx:
            acts = [each.entry.act for each in await audit.all(tx)]
        assert acts[-2:] == ["record action", "end action"]


async def test_what_was_done_is_a_plain_line(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        for what, error in (
            ("", EmptyAction),
            (" \n ", EmptyAction),
            ("x" * (LONGEST_WHAT + 1), ActionTooLong),
            ("<b>cars</b>", ActionWithMarkup),
            ("Talk to pc.heron@example.org", ActionWithMarkup),
            ("a\u202eb", ActionWithMarkup),
            ("a\x00b", ActionWithMarkup),
            ("See http://example.org", ActionWithMarkup),
            ("See www.example.org", ActionWithMarkup),
            ("See t.me/nobody_bot", ActionWithMarkup),
            ("Send /forget now", ActionWithMarkup),
            ("\uff20heron", ActionWithMarkup),
            ("\u2800", ActionWithMarkup),
            ("e" + "\u0301" * 9, ActionWithMarkup),
            ("\uff1cb\uff1e", ActionWithMarkup),
        ):
            with pytest.raises(error) as caught:
                await recorded(actions_of(office), what=what)
            assert "cars" not in str(caught.value)
        assert await office.number("SELECT count(*) FROM action") == 0
        assert await office.number("SELECT count(*) FROM audit WHERE act = 'record action'") == 0


async def test_what_it_should_change_is_something_that_was_released(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        actions = actions_of(office)
        with pytest.raises(NoResultsYet):
            await recorded(actions, check_in="monthly")
        with pytest.raises(NoSuchTheme):
            await recorded(actions, scale="mood")
        with pytest.raises(NoGroups):
            await recorded(actions, groups=[])
        with pytest.raises(TooManyGroups):
            await recorded(actions, groups=[f"unit:{n}" for n in range(MOST_GROUPS + 1)])
        with pytest.raises(UnknownGroup):
            await recorded(actions, groups=[CARS, "unit:canteen"])
        with pytest.raises(GroupsOverlap):
            await recorded(actions, groups=[CARS, FORCE])
        for days in (-FURTHEST, FURTHEST):
            with pytest.raises(DayTooFar):
                await recorded(actions, starts_on=MONDAY + days + days // abs(days.days))
        assert await office.number("SELECT count(*) FROM action") == 0


async def test_a_verdict_is_worked_out_anew_when_something_is_released(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await recorded(actions_of(office))
        given = Given(tuple(releases_of(HISTORY)[:2]))
        actions = Actions(office.storage, office.clock, given)
        early = await actions.all()
        assert early[0].verdict is not None
        assert early[0].verdict.kind is VerdictKind.TOO_EARLY
        assert await actions.all() is early
        given.found = tuple(releases_of(HISTORY))
        (later,) = await actions.all()
        assert later.verdict is not None
        assert later.verdict.kind is VerdictKind.BETTER


async def test_there_is_room_for_a_thousand_actions(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workflows.actions.MOST_ACTIONS", 2)
    async with an_office(sqlite_database, tmp_path) as office:
        actions = actions_of(office)
        await recorded(actions)
        await recorded(actions, what="Talks.")
        with pytest.raises(TooManyActions):
            await recorded(actions, what="More talks.")


async def test_the_same_action_recorded_twice_is_one(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        actions = actions_of(office)
        assert [await recorded(actions), await recorded(actions)] == [1, 1]
        assert await office.number("SELECT count(*) FROM audit WHERE act = 'record action'") == 1
        await actions.withdraw(1, HERON)
        assert await recorded(actions) > 1


async def test_the_day_is_the_force_s_own(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        office.now = at(200, 23, 30)
        assert await actions_of(office).today() == MONDAY + timedelta(days=200)
    empty = Storage(sqlite_database)
    async with empty.transaction("meddle") as tx:
        # Only somebody with the database file itself can do this.
        await tx.execute(text("DROP TRIGGER programme_refuses_delete"))
        await tx.execute(text("DELETE FROM programme"))
    with pytest.raises(NoProgramme):
        await Actions(empty, lambda: at(0, 0), Given(())).today()
    await empty.close()
