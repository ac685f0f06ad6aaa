"""Rounds open once, freeze what they report on, catch up on nothing, and close for good."""

import asyncio
import json
import logging
import secrets
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.core.calendar import plan_opening
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import NoSuchRound, RoundNotReady, RoundState
from bot.core.support import NeedWithoutEntry
from bot.workflows import closing, programme, rounds
from bot.workflows.rounds import NoRoundNow, NoSuchCheckIn, RoundOpenAlready, RoundUnderWay
from storage import sealing_keys
from storage.states import KeyState
from tests.workflows.office import MONDAY, NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")


async def units(office: Office, round_id: str = ROUND) -> ReportingUnits:
    row = await office.round(round_id)
    assert row is not None
    return ReportingUnits.from_json(row.units)


@pytest.mark.at_once
async def test_of_many_that_try_at_once_one_opens_the_round_and_no_key_is_lost(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        an_office(database_url, tmp_path) as first,
        an_office(database_url, tmp_path, keys=False) as second,
    ):
        offices = [first, second] * 4
        opened = await asyncio.gather(
            *(
                rounds.open_due(office.storage, office.instruments, office.clock)
                for office in offices
            )
        )
        assert sorted(opened) == [[]] * 7 + [[ROUND]]
        async with first.storage.read("look") as tx:
            counts = await sealing_keys.counts(tx)
        assert counts[KeyState.TAKEN] == 1
        assert counts[KeyState.UNUSED] == 7
        assert await first.number("SELECT count(*) FROM audit WHERE act = 'open round'") == 1


async def test_no_round_opens_before_the_force_has_said_where_help_is(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        lacking = office.programme.model_copy(update={"support": []})
        await programme.load(office.storage, lacking, "test", "test", office.clock)
        check_in = office.programme.check_ins[0].id
        arguments = (office.storage, office.instruments)
        assert await rounds.open_due(*arguments, office.clock) == []
        with pytest.raises(NeedWithoutEntry, match="talk"):
            await rounds.open_now(*arguments, check_in, office.clock, "test")
        await programme.load(office.storage, office.programme, "test", "test", office.clock)
        assert await rounds.open_due(*arguments, office.clock) == [ROUND]


@pytest.mark.at_once
async def test_prompts_open_once_however_many_try(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(20)
        await rounds.open_due(office.storage, office.instruments, office.clock)
        made = await asyncio.gather(*(office.plan() for _ in range(5)))
        assert sorted(made) == [0, 0, 0, 0, 20]
        assert await office.number("SELECT count(*) FROM delivery") == 20


async def test_without_an_unused_key_no_round_opens_and_it_does_later(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(database_url, tmp_path, keys=False) as office:
        await office.turn()
        assert await office.round() is None
        (record,) = [each for each in caplog.records if each.levelno >= logging.ERROR]
        assert ROUND in record.getMessage()
        assert "python -m bot keys new" in record.getMessage()
        office.now += timedelta(days=2)
        await office.fill_pool()
        await office.turn()
        row = await office.round()
        assert row is not None
        assert (row.state, row.prompts_opened) == (RoundState.OPEN, 1)


async def test_units_are_frozen_and_a_new_programme_counts_from_the_next_round_on(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        before = await units(office)
        content = json.loads(office.programme.model_dump_json())
        team = content["force"]["departments"][0]["teams"][0]
        team["headcount"], team["name"] = 90, "Harbour Response North"
        content["check_ins"][0]["remind_after_hours"] = 72
        changed = type(office.programme).model_validate_json(json.dumps(content))
        version = await programme.load(
            office.storage, changed, "admin", "more people", office.clock
        )
        assert version == 2
        await office.turn()
        assert await units(office) == before
        assert (await office.view()).check_in.remind_after_hours == 48
        await office.passes(at(28, 10), timedelta(hours=12))
        after = await units(office, NEXT_ROUND)
        assert "Harbour Response North" in {unit.name for unit in after.units}
        view = await office.view(NEXT_ROUND)
        assert (view.row.programme_version, view.check_in.remind_after_hours) == (2, 72)


@pytest.mark.parametrize("starts_on", [date(2026, 12, 8), date(2026, 12, 3)])
async def test_a_new_schedule_opens_no_second_round_beside_one_that_is_open(
    database_url: str, tmp_path: Path, starts_on: date
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        (pulse,) = office.programme.check_ins
        rule = f"FREQ=WEEKLY;BYDAY={'TU' if starts_on.weekday() == 1 else 'TH'}"
        moved = pulse.model_copy(update={"starts_on": starts_on, "recurrence": rule})
        changed = office.programme.model_copy(update={"check_ins": [moved]})
        await programme.load(office.storage, changed, "admin", "another day", office.clock)
        await office.passes(at(2, 10), timedelta(hours=12))
        assert await office.number("SELECT count(*) FROM round") == 1
        with pytest.raises(RoundUnderWay, match=f"the one before, {ROUND}, to be over"):
            await rounds.open_now(
                office.storage, office.instruments, "weekly-pulse", office.clock, "admin"
            )
        # The first that opens when the old one is over is the next: whole, and on its own day.
        await office.passes(at(56, 10), timedelta(days=1))
        ids = [line.id for line in await rounds.list_rounds(office.storage)]
        following = plan_opening(moved, date.fromisoformat(ids[1][-10:]))
        assert following is not None
        assert ids[0] == ROUND
        first = plan_opening(pulse, MONDAY)
        assert first is not None
        assert following.opens_on >= first.closes_on
        assert (await office.view(ids[1])).row.prompts_opened >= 1


async def test_after_a_standstill_only_the_newest_prompt_is_asked(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(3)
        office.now = at(15, 9)
        await office.turn()
        row = await office.round()
        assert row is not None
        assert row.prompts_opened == 3
        assert await office.number("SELECT count(*) FROM delivery") == 3
        assert await office.number("SELECT count(*) FROM delivery WHERE prompt = 2") == 3


async def test_a_round_that_opens_late_closes_when_it_should_have(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, at(20, 9)) as office:
        await office.turn()
        row = await office.round()
        assert row is not None
        assert row.closes_at == at(28, 0)
        office.now = at(28, 0)
        await office.turn()
        assert (await office.view()).row.state is RoundState.CLOSED
        assert (await office.view(NEXT_ROUND)).row.state is RoundState.OPEN


async def test_a_round_missed_altogether_is_not_made_up_for(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, at(30, 9)) as office:
        await office.turn()
        assert [line.id for line in await rounds.list_rounds(office.storage)] == [NEXT_ROUND]


async def test_opening_by_hand_says_why_not(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        open_now = partial(rounds.open_now, office.storage, office.instruments)
        with pytest.raises(NoSuchCheckIn, match="weekly-pulse"):
            await open_now("monthly", office.clock, "admin")
        assert await open_now("weekly-pulse", office.clock, "admin") == ROUND
        with pytest.raises(RoundOpenAlready):
            await open_now("weekly-pulse", office.clock, "admin")
        office.now = at(-400, 9)
        with pytest.raises(NoRoundNow):
            await open_now("weekly-pulse", office.clock, "admin")


async def test_closing_forgets_who_was_asked_and_who_took_part(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(6)
        await office.passes(at(0, 18))
        for officer in officers[:4]:
            await office.answers(officer)
        assert await office.number("SELECT count(*) FROM participation") == 4
        await closing.close_now(office.storage, ROUND, office.clock, "admin")
        assert await office.number("SELECT count(*) FROM participation") == 0
        assert await office.number("SELECT count(*) FROM delivery") == 0
        assert await office.number("SELECT count(*) FROM sealed_response") == 4
        with pytest.raises(RoundNotReady):
            await closing.close_now(office.storage, ROUND, office.clock, "admin")
        with pytest.raises(NoSuchRound):
            await closing.close_now(office.storage, "pulse-1", office.clock, "admin")
        # It stays closed: nothing opens it again on the same day.
        await office.turn()
        assert (await office.view()).row.state is RoundState.CLOSED


@pytest.mark.at_once
async def test_closing_at_once_from_two_processes_happens_once(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        office.now = at(28, 0)
        closed = await asyncio.gather(*(office.close() for _ in range(4)))
        assert sorted(closed) == [[], [], [], [ROUND]]
        assert await office.number("SELECT count(*) FROM audit WHERE act = 'close round'") == 1


async def test_a_round_closed_early_keeps_four_weeks_between_releases(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        office.now = at(28, 0)
        await office.turn()
        assert await office.count() == [ROUND]
        office.now = at(35, 12)
        await closing.close_now(office.storage, NEXT_ROUND, office.clock, "admin")
        for day in (35, 40, 55):
            office.now = at(day, 23)
            assert await office.count() == []
        office.now = at(56, 0)
        assert await office.count() == [NEXT_ROUND]


async def test_stirring_changes_every_id_and_no_answer(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(10)
        await office.passes(at(0, 18))
        for officer in officers:
            await office.answers(officer)

        async def rows() -> dict[bytes, bytes]:
            from sqlalchemy import select

            from storage.tables import sealed_response

            async with office.storage.read("look") as tx:
                return {row.id: row.ciphertext for row in await tx.all(select(sealed_response))}

        before = await rows()
        assert await closing.stir_open(office.storage, secrets.token_bytes) == 10
        after = await rows()
        assert set(before) & set(after) == set()
        assert sorted(before.values()) == sorted(after.values())


async def test_a_closed_round_is_stirred_once_and_no_more_once_it_is_released(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(3)
        await office.turn()
        for officer in officers:
            await office.answers(officer)
        stirred: set[str] = set()
        assert await closing.stir_closed(office.storage, secrets.token_bytes, stirred) == 0
        office.now = at(28, 0, 1)
        await office.turn()
        assert await closing.stir_closed(office.storage, secrets.token_bytes, stirred) == 3
        assert await closing.stir_closed(office.storage, secrets.token_bytes, stirred) == 0
        assert stirred == {ROUND}
        assert await office.count() == [ROUND]
        assert await closing.stir_closed(office.storage, secrets.token_bytes, stirred) == 0
        assert stirred == set()
