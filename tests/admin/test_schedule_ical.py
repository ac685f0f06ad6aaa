"""The iCalendar file: whole days, the same UIDs every time, and nothing that is not a day."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from bot.admin.schedule_ical import as_ical
from bot.core.programme import Programme
from bot.core.year_ahead.ahead import year_ahead
from bot.core.year_ahead.days import plans_in, year_from
from tests.core.builders import a_programme, check_in_content
from tests.programmes import pulse_alone, the_example

BEGINS = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def _ical(programme: Programme, begins: date = BEGINS, now: datetime = NOW) -> bytes:
    return as_ical(programme, year_ahead(programme, begins, {}), now)


def _events(made: bytes, category: str) -> dict[str, Event]:
    walked = Calendar.from_ical(made).walk("VEVENT")
    found = [event for event in walked if isinstance(event, Event)]
    found = [event for event in found if event.categories == [category]]
    events = {str(event["uid"]): event for event in found}
    assert len(events) == len(found)
    return events


def test_every_prompt_of_the_year_is_a_whole_day_and_both_changes_of_the_clocks_move_none() -> None:
    programme = pulse_alone()
    (check_in,) = programme.check_ins
    year = year_from(BEGINS)
    days = [day for plan in plans_in(check_in, year) for day in plan.prompts if day in year]
    events = _events(_ical(programme), "prompt")
    assert [event.decoded("dtstart") for event in events.values()] == days
    assert {day.weekday() for day in days} == {0}
    for event in events.values():
        begins, ends = event.decoded("dtstart"), event.decoded("dtend")
        assert not isinstance(begins, datetime)
        assert ends - begins == timedelta(days=1)
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert "TZID" not in event["dtstart"].params


def test_a_round_lasts_from_its_first_day_to_the_one_before_it_closes() -> None:
    programme = pulse_alone()
    (check_in,) = programme.check_ins
    plans = plans_in(check_in, year_from(BEGINS))
    events = _events(_ical(programme), "round")
    assert [(e.decoded("dtstart"), e.decoded("dtend")) for e in events.values()] == [
        (plan.opens_on, plan.closes_on) for plan in plans
    ]


def test_what_an_event_is_decides_its_uid_and_not_when_the_file_was_made() -> None:
    first = _ical(the_example())
    later = _ical(the_example(), BEGINS + timedelta(days=90), NOW + timedelta(days=90))
    for category in ("round", "prompt"):
        one, other = _events(first, category), _events(later, category)
        both = one.keys() & other.keys()
        assert len(both) > 20
        for uid in both:
            assert one[uid].decoded("dtstart") == other[uid].decoded("dtstart")
            assert one[uid].decoded("dtend") == other[uid].decoded("dtend")
    assert _ical(the_example()) == first


def test_a_prompt_on_a_blackout_date_says_that_it_comes_later() -> None:
    programme, monday = pulse_alone(), date(2026, 12, 7)
    force = programme.force.model_copy(update={"blackout_dates": [monday]})
    made = _ical(programme.model_copy(update={"force": force}))
    later = [
        event.decoded("dtstart")
        for event in _events(made, "prompt").values()
        if "after this day, a blackout date" in str(event["description"])
    ]
    assert later == [monday]


def test_whoever_starts_it_is_not_prompted() -> None:
    events = _events(_ical(the_example()), "prompt")
    assert not any("exit" in uid for uid in events)
    rounds = _events(_ical(the_example()), "round")
    (leaving,) = [event for uid, event in rounds.items() if "exit-2026-12-07" in uid]
    assert leaving["description"] == "Officers start it themselves; nobody is written to."


def test_texts_come_back_as_they_were_and_no_line_is_too_long_for_a_reader() -> None:
    title = (
        "Pulse, weekly; \\ with “everything”\\n and a very long name that has to be folded twice"
    )
    programme = a_programme(check_ins=[check_in_content(title={"en": title})])
    made = _ical(programme)
    event = next(iter(_events(made, "prompt").values()))
    assert str(event["summary"]).startswith(title)
    assert "between 11:00 and 20:00 (Europe/London)" in str(event["description"])
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert made.endswith(b"END:VCALENDAR\r\n")


def test_every_event_has_the_moment_of_the_file_in_utc() -> None:
    for category in ("round", "prompt"):
        for event in _events(_ical(pulse_alone()), category).values():
            assert event.decoded("dtstamp") == NOW
            assert event["transp"] == "TRANSPARENT"
