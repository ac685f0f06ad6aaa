"""A round's row that somebody wrote past the program keeps no other round waiting."""

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.core.health import Condition, conditions_of
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import RoundState
from bot.workflows import planning, rounds, tally
from bot.workflows.catalogue import RoundInView, UnreadableRound
from bot.workflows.health import Oversight
from storage.errors import RowRefused
from tests.workflows.abandoned import abandon, key_of, nothing_is_left
from tests.workflows.harming import closed
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at
from tests.workflows.starting import round_of, starting
from tests.workflows.test_unread_rows import desk_of

pytestmark = pytest.mark.sqlite_first("rows are read alike: one strange row is left on both")

FAR = "'2199-12-31 00:00:00.000000'"


class Odd(Exception):
    """Something nobody foresaw, with words that nobody may read."""


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]


async def state_of(office: Office, round_id: str = ROUND) -> RoundState | None:
    row = await office.round(round_id)
    return None if row is None else row.state


async def two_closed(office: Office) -> None:
    """Let two rounds close without a result."""
    await closed(office)
    office.now = at(56, 0)
    await office.turn()


async def test_a_round_that_counting_stumbles_over_holds_up_no_other(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    counted = tally._counted

    async def stumbles(storage: Any, keys: Any, view: RoundInView) -> Any:
        if view.id == ROUND:
            raise Odd("what a member answered")
        return await counted(storage, keys, view)

    monkeypatch.setattr(tally, "_counted", stumbles)
    async with an_office(database_url, tmp_path) as office:
        await two_closed(office)
        assert await office.count() == [NEXT_ROUND]
        assert errors(caplog) == [f"round {ROUND} is not released: Odd"]


async def test_a_result_that_came_though_its_tally_failed_keeps_the_next_at_its_distance(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tally._release

    async def stumbles(*given: Any) -> bool:
        await release(*given)
        raise Odd

    monkeypatch.setattr(tally, "_release", stumbles)
    async with an_office(database_url, tmp_path) as office:
        await two_closed(office)
        assert await office.count() == []
        assert await state_of(office) is RoundState.RELEASED
        assert await state_of(office, NEXT_ROUND) is RoundState.CLOSED


async def test_a_round_without_answers_that_nobody_can_count_can_be_given_up(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(*_: Any) -> Any:
        raise Odd

    async with an_office(database_url, tmp_path) as office:
        await closed(office, answers=0)
        key = await key_of(office)
        monkeypatch.setattr(tally, "_counted", stumbles)
        for key_lost in (False, True):
            with pytest.raises(UnreadableRound):
                await abandon(office, key_lost=key_lost)
        assert key in office.opening.ids()
        await abandon(office, unreadable=True)
        await nothing_is_left(office, key)


async def test_a_round_with_answers_is_not_given_up_for_what_nobody_foresaw(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(*_: Any) -> Any:
        raise Odd

    async with an_office(database_url, tmp_path) as office:
        await closed(office, answers=1)
        with monkeypatch.context() as patched:
            patched.setattr(tally, "_counted", stumbles)
            with pytest.raises(Odd):
                await abandon(office, unreadable=True)
        assert await office.count() == [ROUND]


async def test_an_end_that_was_moved_too_far_is_named_and_does_not_count(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        honest = await office.round()
        assert honest is not None
        look = Oversight(office.storage, office.clock, [], "tally").health
        assert Condition.ROUNDS_OVERDUE not in conditions_of(await look())
        await office.change(f"UPDATE round SET closes_at = {FAR}")  # noqa: S608 - ours
        found = await look()
        assert found.overdue_rounds == [ROUND]
        assert Condition.ROUNDS_OVERDUE in conditions_of(found)
        assert (await office.view()).row.closes_at == honest.closes_at
        office.now = at(28, 0)
        await office.turn()
        row = await office.round()
        assert row is not None
        assert (row.state, row.closes_at) == (RoundState.CLOSED, honest.closes_at)
        assert await state_of(office, NEXT_ROUND) is RoundState.OPEN
        assert await office.count() == [ROUND]


async def test_a_round_that_closed_with_an_end_far_away_is_waited_for_as_any_other(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        await office.change(
            f"UPDATE round SET state = 'closed', closes_at = {FAR}"  # noqa: S608 - ours
        )
        office.now = at(32, 0)
        await office.turn()
        assert await state_of(office, NEXT_ROUND) is RoundState.OPEN
        found = await Oversight(office.storage, office.clock, [], "tally").health()
        assert found.stuck_rounds == [ROUND]


async def test_a_round_of_a_day_to_come_keeps_none_from_opening_and_has_no_result(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await office.change(
            "INSERT INTO round (id, check_in, opens_on, state, closes_at, prompts_opened,"  # noqa: S608 - ours
            " programme_version, sealing_key, units)"
            " SELECT 'forged', check_in, '2027-11-08', 'closed', '2027-12-06 00:00:00.000000', 0,"
            " programme_version, (SELECT max(id) FROM sealing_key WHERE state = 'unused'), units"
            f" FROM round WHERE id = '{ROUND}'"
        )
        assert (await office.view("forged")).row.state is RoundState.CLOSED
        # By itself, with nothing that it would have to keep a distance to:
        await office.change(f"UPDATE round SET state = 'released' WHERE id = '{ROUND}'")  # noqa: S608
        assert await office.count() == []
        await office.change(f"UPDATE round SET state = 'closed' WHERE id = '{ROUND}'")  # noqa: S608
        assert await office.count() == [ROUND]
        office.now = at(56, 0)
        await office.turn()
        assert await state_of(office, "weekly-pulse-2027-02-01") is RoundState.OPEN


async def test_prompts_that_cannot_have_been_opened_are_opened(
    database_url: str, tmp_path: Path
) -> None:
    deliveries = "SELECT count(*) FROM delivery"
    async with an_office(database_url, tmp_path) as office:
        await office.joined(2)
        await office.turn()
        assert await office.number(deliveries) == 2
        office.now = at(8, 9)
        await office.change("UPDATE round SET prompts_opened = 99")
        assert await planning.expire_prompts(office.storage, office.instruments, office.clock) == 0
        assert await office.plan() == 2
        assert await office.number(deliveries) == 4
        row = await office.round()
        assert row is not None
        assert row.prompts_opened == 2
        await office.change("UPDATE round SET prompts_opened = 99")
        assert await office.plan() == 0
        office.now = at(28, 0)
        assert await office.close() == [ROUND]


async def test_a_list_of_an_age_without_end_is_no_list_for_the_next_round(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        row = await office.round()
        assert row is not None
        forged = row.units.replace('"age":0', '"age":-1e400').replace("'", "''").replace(":", "\\:")
        await office.change(f"UPDATE round SET units = '{forged}'")  # noqa: S608 - ours
        office.now = at(28, 0)
        await office.turn()
        after = await office.round(NEXT_ROUND)
        assert after is not None
        assert ReportingUnits.from_json(after.units).age == 0
        found = await Oversight(office.storage, office.clock, [], "tally").health()
        assert found.unread_rounds == [ROUND]


async def test_a_check_in_that_cannot_open_holds_up_no_other(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_one = rounds._open
    found: list[Exception] = [Odd("words"), RowRefused(constraint="a rule")]

    async def stumbles(storage: Any, opening: Any, actor: Any, now: Any) -> bool:
        if opening.round_id == ROUND:
            raise found.pop()
        return await open_one(storage, opening, actor, now)

    monkeypatch.setattr(rounds, "_open", stumbles)
    async with an_office(database_url, tmp_path, document=starting("exit")) as office:
        assert await rounds.open_due(office.storage, office.instruments, office.clock) == [
            round_of("exit")
        ]
        assert await rounds.open_due(office.storage, office.instruments, office.clock) == []
        assert [each.strip() for each in errors(caplog)] == [
            "check-in weekly-pulse is not opened: The database refused a row: a rule.",
            "check-in weekly-pulse is not opened: Odd",
        ]


async def test_a_step_that_fails_keeps_none_after_it_from_being_taken(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(*_: Any) -> Any:
        raise Odd

    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        office.now = at(28, 0)
        desk = desk_of(office)
        monkeypatch.setattr(rounds, "open_due", stumbles)
        monkeypatch.setattr(planning, "expire_prompts", stumbles)
        with pytest.raises(Odd):
            await desk.turn_rounds()
        assert await state_of(office) is RoundState.CLOSED
        assert desk.catalogue.rounds
