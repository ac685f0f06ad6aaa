"""The year ahead as an iCalendar file: a whole day for each prompt, whole days for each round.

Days have no time zone, so no change of the clocks and no reader's own zone moves one. What an
event is decides its UID: reading a newer file into the same calendar doubles nothing.
"""

from datetime import date, datetime
from typing import Final

from icalendar import Calendar, Event

from bot.core.documents import in_language
from bot.core.programme import CheckIn, Programme
from bot.core.year_ahead.ahead import YearAhead
from bot.core.year_ahead.days import ONE_DAY, RoundAhead

ENGLISH: Final = "en"
PRODUCT: Final = "-//Stand Easy//Schedule//EN"


def as_ical(programme: Programme, year: YearAhead, now: datetime) -> bytes:
    """Return rounds and prompts of a year; `now` is when the file is made."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{programme.force.name}: check-ins")
    calendar.add("x-wr-timezone", year.timezone)
    for each in year.rounds:
        for event in _events(programme, each, year):
            event.add("dtstamp", now)
            # A check-in keeps nobody from anything else that day.
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(programme: Programme, each: RoundAhead, year: YearAhead) -> list[Event]:
    check_in, plan, force = programme.check_in(each.check_in), each.plan, programme.force
    title = in_language(check_in.title, ENGLISH)
    whole = _event(f"round-{check_in.id}-{plan.opens_on}@{force.id}", plan.opens_on, plan.closes_on)
    whole.add("summary", f"{title}: round")
    whole.add("description", _about(check_in))
    whole.add("categories", ["round"])
    events = [whole]
    for number, day in enumerate(plan.prompts if each.invites else (), 1):
        if day not in year.span:
            continue
        prompt = _event(f"prompt-{check_in.id}-{day}@{force.id}", day, day + ONE_DAY)
        many = len(plan.prompts)
        prompt.add("summary", title if many == 1 else f"{title} ({number} of {many})")
        opens, closes = check_in.window.opens, check_in.window.closes
        first = "after this day, a blackout date," if day in year.blackout_dates else "this day on,"
        prompt.add(
            "description",
            f"Invitations go out from {first} between {opens:%H:%M} and {closes:%H:%M}"
            f" ({force.timezone}), to everybody at their own time.",
        )
        prompt.add("categories", ["prompt"])
        events.append(prompt)
    return events


def _event(uid: str, begins: date, ends: date) -> Event:
    """Return an event on whole days; `ends` is the day behind the last."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    return event


def _about(check_in: CheckIn) -> str:
    if check_in.invites:
        return "Takes answers until the end of its last day."
    return "Officers start it themselves; nobody is written to."
