"""Officer settings: each change is kept alone, nothing is lost, and nothing leads further."""

import asyncio
import secrets
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.calendar import local_day
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import PATTERNS, anchor_of
from bot.core.contact_times.moments import earliest_allowed
from bot.core.profiles import FollowUpAddress
from bot.workflows import enrol
from bot.workflows.catalogue import Catalogue, NoProgramme, RoundInView
from bot.workflows.contact import rules_of
from bot.workflows.follow_up_lookups import lookup_for, of_chat
from bot.workflows.held import everything_held
from bot.workflows.officer_settings import PAUSES, Chosen, OfficerSettings
from storage import follow_ups
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind, FollowUpState
from tests.workflows.office import MONDAY, ZONE, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("one path and two that write at once run on both")

STRANGER = 7_300_000_901


def settings_of(office: Office) -> OfficerSettings:
    """Return the settings of an office's officers."""
    return OfficerSettings(
        office.storage, office.address, lambda: office.programme, office.clock, secrets.token_bytes
    )


async def asked_for(office: Office, officer: int) -> list[FollowUp]:
    """Return what an officer asked for."""
    async with office.storage.read("look") as tx:
        return await of_chat(tx, office.address, officer)


async def read(settings: OfficerSettings, officer: int) -> Chosen:
    """Return what an officer has set."""
    chosen = await settings.read(officer)
    assert chosen is not None
    return chosen


async def test_a_stranger_has_nothing_to_set(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        settings = settings_of(office)
        assert await settings.read(STRANGER) is None
        assert await settings.choose_times(STRANGER, lambda times: times) is None
        assert await settings.pause(STRANGER, 2) is None
        assert await settings.end_pause(STRANGER) is None
        assert not await settings.choose_language(STRANGER, "cy")
        assert await office.number("SELECT count(*) FROM follow_up") == 0


@pytest.mark.at_once
async def test_two_changes_at_once_are_both_kept(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        await asyncio.gather(
            settings.choose_times(sam, lambda times: replace(times, part=Part.MORNINGS)),
            settings.choose_language(sam, "cy"),
            settings.pause(sam, 4),
        )
        profile = (await read(settings, sam)).profile
        assert profile.times == {"t": "m"}
        assert profile.language == "cy"
        assert profile.paused_until == MONDAY + timedelta(weeks=4)


@pytest.mark.parametrize("weeks", PAUSES)
@pytest.mark.parametrize("name", [None, *PATTERNS])
async def test_a_pause_ends_with_a_message_at_an_allowed_moment(
    sqlite_database: str, tmp_path: Path, weeks: int, name: str | None
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        if name is not None:
            anchor = None if name == "office" else anchor_of(MONDAY, 3)
            await settings.choose_times(sam, lambda _: ContactTimes(pattern=name, anchor=anchor))
        chosen = await settings.pause(sam, weeks)
        assert chosen is not None
        until = MONDAY + timedelta(weeks=weeks)
        assert chosen.paused_until(MONDAY) == until
        assert chosen.paused_until(until) is None
        (row,) = await asked_for(office, sam)
        assert row.kind is FollowUpKind.RESUME
        assert until <= local_day(row.due_at, ZONE) < until + timedelta(days=7)
        window = office.programme.check_ins[0].window
        rules = rules_of(chosen.profile, office.programme, window, asked_for=True)
        assert earliest_allowed(row.due_at, rules, row.due_at + timedelta(1)) == row.due_at


@pytest.mark.whole_path
async def test_pausing_again_and_ending_leave_one_message_and_none(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        for weeks in PAUSES:
            await settings.pause(sam, weeks)
        assert len(await asked_for(office, sam)) == 1
        await settings.end_pause(sam)
        assert await asked_for(office, sam) == []
        assert (await read(settings, sam)).profile.paused_until is None


async def test_nothing_can_be_paused_for_whoever_stopped(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        await enrol.stop(office.storage, office.address, sam)
        chosen = await settings.pause(sam, 2)
        assert chosen is not None
        assert chosen.is_stopped
        assert chosen.profile.paused_until is None
        assert await asked_for(office, sam) == []


async def test_stopping_ends_what_was_asked_for(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (sam, kit) = await office.joined(2)
        for officer in (sam, kit):
            await settings_of(office).pause(officer, 2)
        await enrol.stop(office.storage, office.address, sam)
        assert await asked_for(office, sam) == []
        assert len(await asked_for(office, kit)) == 1


async def put(
    office: Office,
    officer: int,
    state: FollowUpState,
    kind: FollowUpKind = FollowUpKind.TOMORROW,
) -> FollowUp:
    """Store what was asked for in some state."""
    row = secrets.token_bytes(16)
    address = FollowUpAddress(officer, asked_at=office.now)
    stored = FollowUp(
        row,
        lookup_for(office.address, officer, kind),
        office.address.seal_address(address.to_bytes(), row, secrets.token_bytes(12)),
        kind,
        office.now,
        state,
        office.now if state is FollowUpState.CLAIMED else None,
    )
    async with office.storage.transaction("put") as tx:
        await follow_ups.put(tx, stored)
    return stored


async def test_what_waits_is_sent_in_the_language_that_was_chosen(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        before = await put(office, STRANGER, FollowUpState.DUE)
        assert await settings_of(office).choose_language(STRANGER, "cy")
        (after,) = await asked_for(office, STRANGER)
        assert (after.kind, after.due_at) == (before.kind, before.due_at)
        opened = office.address.open_address(after.address, after.id)
        assert FollowUpAddress.from_bytes(opened) == FollowUpAddress(
            STRANGER, "cy", asked_at=office.now
        )


@pytest.mark.parametrize("state", [FollowUpState.CLAIMED, FollowUpState.SENT])
async def test_what_is_under_way_stays_as_it_is(
    database_url: str, tmp_path: Path, state: FollowUpState
) -> None:
    async with an_office(database_url, tmp_path) as office:
        before = await put(office, STRANGER, state)
        assert await settings_of(office).choose_language(STRANGER, "cy")
        assert await asked_for(office, STRANGER) == [before]


# --- What comes next ------------------------------------------------------------------------


async def test_the_next_day_is_that_of_a_message_that_waits(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, at(0, 7)) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        assert settings.next_day(await read(settings, sam)) == MONDAY + timedelta(days=7)
        await office.turn()
        assert settings.next_day(await read(settings, sam)) == MONDAY
        # It was planned for noon or later, and moves with what is chosen.
        chosen = await settings.choose_times(
            sam, lambda _: ContactTimes(pattern="2-2-2-4", anchor=MONDAY, cancelled=())
        )
        assert chosen is not None
        assert settings.next_day(chosen) is not None
        cancelled = await settings.choose_times(
            sam,
            lambda times: replace(times, cancelled=tuple(_days(MONDAY + timedelta(6), 4))),
        )
        assert cancelled is not None
        day = settings.next_day(cancelled)
        assert day is not None
        assert day not in _days(MONDAY + timedelta(6), 4)


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(count)]


async def test_during_a_pause_the_next_day_lies_behind_it(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        chosen = await settings.pause(sam, 8)
        assert chosen is not None
        day = settings.next_day(chosen)
        assert day is not None
        assert day >= MONDAY + timedelta(weeks=8)


async def test_where_no_moment_is_left_there_is_no_next_day(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        settings = settings_of(office)
        (sam,) = await office.joined()
        # Work on every day from morning to night, told as one long cycle of lates and earlies.
        chosen = await settings.choose_times(
            sam, lambda _: ContactTimes(own_cycle="NN", anchor=MONDAY, part=Part.MORNINGS)
        )
        assert chosen is not None
        assert settings.next_day(chosen) is None


async def test_without_a_programme_nothing_is_guessed(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        settings = OfficerSettings(
            office.storage, office.address, lambda: None, office.clock, secrets.token_bytes
        )
        with pytest.raises(NoProgramme):
            settings.today()


async def test_the_group_is_the_one_answers_count_in(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (sam,) = await office.joined(team="dog-unit")
        unit = (await read(settings_of(office), sam)).unit
        assert unit is not None
        assert (unit.name, unit.heads) == ("Firearms Support and Dog Unit", 26)
        await office.change("UPDATE enrolment SET team = 'dissolved'")
        assert (await read(settings_of(office), sam)).unit is None


# --- What is held ---------------------------------------------------------------------------


async def test_a_damaged_seal_hides_nothing_else(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (sam,) = await office.joined()
        await settings_of(office).pause(sam, 1)
        await office.change("UPDATE enrolment SET profile = zeroblob(541)")
        await office.change("UPDATE follow_up SET address = zeroblob(157)")
        await office.turn()
        view = await office.view()
        catalogue = _catalogue(office, view)
        held = await everything_held(office.storage, office.address, catalogue, sam)
        assert held.enrolment is not None
        assert held.enrolment.profile is None
        assert held.enrolment.team == "Harbour Response"
        (row,) = held.follow_ups
        assert row.address is None


async def test_a_round_that_cannot_be_read_is_still_shown(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (sam,) = await office.joined()
        await office.turn()
        held = await everything_held(office.storage, office.address, _catalogue(office), sam)
        assert [prompt.day for prompt in held.prompts] == [None] * len(held.prompts)
        assert any("weekly-pulse" in prompt.title["en"] for prompt in held.prompts)


def _catalogue(office: Office, *views: RoundInView) -> Catalogue:
    return Catalogue({view.reference: view for view in views}, office.programme, ())
