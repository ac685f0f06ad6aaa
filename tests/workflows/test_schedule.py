"""The year ahead says what will be: the same groups, and the same messages on the same days."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.core.calendar import local_day
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.rules import BlackoutDates
from bot.core.profiles import Profile
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits, form_units
from bot.core.year_ahead.askings import Where, askings_of
from bot.core.year_ahead.days import Span
from bot.core.year_ahead.messages import messages_to
from bot.workflows import programme
from bot.workflows.catalogue import NoInstrument
from bot.workflows.contact import rules_of
from bot.workflows.schedule import units_ahead, units_of_a_first_year
from tests.programmes import pulse_alone, the_example, two_check_ins
from tests.workflows.office import MONDAY, NEXT_ROUND, ZONE, Office, an_office, at

PULSE = "weekly-pulse"


def _without_reminders(document: Programme) -> Programme:
    # When a reminder comes is drawn, so nobody can say its day ahead.
    check_ins = [
        each.model_copy(update={"remind_after_hours": None}) for each in document.check_ins
    ]
    return document.model_copy(update={"check_ins": check_ins})


def _blacked_out(document: Programme) -> Programme:
    # A prompt's day, and all the days on which another can be answered.
    days = [MONDAY + timedelta(days=number) for number in (7, *range(14, 21))]
    force = document.force.model_copy(update={"blackout_dates": days})
    return document.model_copy(update={"force": force})


IN_SIX_WEEKS = Span(MONDAY, MONDAY + timedelta(days=42))
NOTHING_SAID = ContactTimes()
OFFICE = ContactTimes(pattern="office")
RESPONSE = ContactTimes(pattern="2-2-2-4", anchor=MONDAY - timedelta(days=3))


# Where two check-ins compete for a shift worker's hours, jitter may decide the day; here it
# cannot.
@pytest.mark.parametrize(
    ("document", "several"),
    [
        (two_check_ins(), (NOTHING_SAID, OFFICE)),
        (pulse_alone(), (NOTHING_SAID, RESPONSE)),
        (_blacked_out(pulse_alone()), (NOTHING_SAID,)),
    ],
    ids=["two check-ins", "pulse alone", "blackout dates"],
)
async def test_every_invitation_comes_on_the_day_that_was_shown(
    sqlite_database: str, tmp_path: Path, document: Programme, several: tuple[ContactTimes, ...]
) -> None:
    document = _without_reminders(document)
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        officers = await office.joined(len(several))
        for officer, times in zip(officers, several, strict=True):
            await office.sets(officer, times=times.to_json())
        await office.passes(at(42, 0))
    where = Where.of(document.force)
    for officer, times in zip(officers, several, strict=True):
        came = sorted(
            local_day(moment, ZONE) for moment, to, _, _ in office.outbox.sent if to == officer
        )
        ahead = messages_to(askings_of(document, IN_SIX_WEEKS), where, IN_SIX_WEEKS, times)
        shown = sorted(local_day(each.moment, ZONE) for each in ahead if each.moment)
        # Of the last prompt, what is still to come has not come yet.
        assert came == [day for day in shown if day < IN_SIX_WEEKS.ends]
        assert len(came) >= 5


def test_what_officers_asked_for_comes_on_blackout_dates_too() -> None:
    force = _blacked_out(pulse_alone())
    (check_in,) = force.check_ins
    rules = rules_of(Profile(1), force, check_in.window)
    assert any(isinstance(rule, BlackoutDates) for rule in rules)
    asked_for = rules_of(Profile(1), force, check_in.window, asked_for=True)
    assert not any(isinstance(rule, BlackoutDates) for rule in asked_for)


async def _changed(office: Office, new_heads: int) -> Programme:
    content: dict[str, Any] = json.loads(office.programme.model_dump_json())
    content["force"]["departments"][0]["teams"].append(
        {"id": "new", "name": "The New Team", "headcount": new_heads}
    )
    document = Programme.model_validate_json(json.dumps(content))
    await programme.load(office.storage, document, "test", "test", office.clock)
    return document


@pytest.mark.parametrize("new_heads", [8, 40])
async def test_the_groups_shown_ahead_are_those_of_the_next_round(
    sqlite_database: str, tmp_path: Path, new_heads: int
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        document = await _changed(office, new_heads)
        today = date(2026, 12, 20)
        ahead = await units_ahead(office.storage, document, office.instruments, today)
        office.now = at(28, 0)
        await office.turn()
        row = await office.round(NEXT_ROUND)
        assert row is not None
        assert ahead == {PULSE: ReportingUnits.from_json(row.units)}
        assert (ahead[PULSE].waiting == ("new",)) == (new_heads == 8)


async def test_a_force_that_asks_nothing_of_single_units_has_no_groups_ahead(
    sqlite_database: str, tmp_path: Path
) -> None:
    exit_alone = the_example().model_copy(update={"check_ins": [the_example().check_in("exit")]})
    async with an_office(sqlite_database, tmp_path, document=exit_alone) as office:
        assert await units_ahead(office.storage, exit_alone, office.instruments, MONDAY) == {}


def test_in_a_first_year_the_groups_are_those_of_the_heads_alone() -> None:
    example = the_example()
    units = units_of_a_first_year(example, wiring.instruments_by_key())
    assert PULSE in units
    assert "exit" not in units
    formed = form_units(example, example.audience_of(example.check_in(PULSE)))
    assert set(units.values()) == {formed}


def test_a_wording_that_is_not_known_stops_it() -> None:
    with pytest.raises(NoInstrument, match="weekly-pulse version 1"):
        units_of_a_first_year(pulse_alone(), {})
