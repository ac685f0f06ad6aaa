"""Contact times: the moment at which an officer is written to.

Every moment chosen here is allowed by every rule that was passed, is not before what it
belongs to, and comes before that ends; where there is none, the message does not come.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from bot.core.calendar import local_day
from bot.core.contact_times.choices import PART_HOURS, ContactTimes
from bot.core.contact_times.duty import ONE_DAY, Duty, at_wall, duty_of
from bot.core.contact_times.duty_patterns import Shift, ShiftTimes
from bot.core.contact_times.rules import (
    BEFORE_A_SHIFT,
    MIDNIGHT,
    AfterNights,
    BankHolidays,
    BetweenNights,
    BlackoutDates,
    CancelledRestDays,
    Caps,
    ContactRule,
    OnDuty,
    Paused,
    QuietHours,
    Span,
    WithinPart,
    WithinWindow,
)
from bot.core.programme import Window

JITTER = timedelta(minutes=90)
REMINDERS_END = timedelta(hours=72)
DEFAULT_QUIET = (time(21, 0), time(9, 0))
SAID_NOTHING = ContactTimes()
DEFAULT_SHIFT_TIMES = ShiftTimes()
_SMALLEST = timedelta(microseconds=1)


def contact_rules(window: Window, timezone: str) -> tuple[ContactRule, ...]:
    """Return the rules for an officer who has said nothing about duty times."""
    return rules_for(window, timezone)


def rules_for(
    window: Window,
    timezone: str,
    times: ContactTimes = SAID_NOTHING,
    shift_times: ShiftTimes = DEFAULT_SHIFT_TIMES,
    bank_holidays: frozenset[date] = frozenset(),
    contacted: Sequence[date] = (),
    paused_until: date | None = None,
    blackout_dates: frozenset[date] = frozenset(),
) -> tuple[ContactRule, ...]:
    """Return every rule for one officer.

    `contacted` are the local days of messages sent or planned; leave these, and
    `blackout_dates`, out for what the officer asked for. The pause ends with the start of
    `paused_until`.
    """
    rules: list[ContactRule] = [WithinWindow(window.opens, window.closes, timezone)]
    if times.part in PART_HOURS:
        rules.append(WithinPart(PART_HOURS[times.part], timezone))
    rules.append(QuietHours(*(times.quiet or DEFAULT_QUIET), timezone))
    duty = duty_of(times, shift_times, timezone)
    if duty is not None:
        rules += [OnDuty(duty), BetweenNights(duty), AfterNights(duty)]
    if times.cancelled:
        rules.append(CancelledRestDays(frozenset(times.cancelled), timezone))
    if times.in_office and bank_holidays:
        rules.append(BankHolidays(bank_holidays, timezone))
    if blackout_dates:
        rules.append(BlackoutDates(blackout_dates, timezone))
    if contacted:
        rules.append(Caps(tuple(contacted), timezone))
    if paused_until is not None:
        rules.append(Paused(paused_until, timezone))
    return tuple(rules)


def earliest_allowed(
    moment: datetime, rules: Sequence[ContactRule], latest: datetime
) -> datetime | None:
    """Return the first moment from `moment` on that every rule accepts.

    None when there is none before `latest`.
    """
    while moment < latest:
        moved = moment
        for rule in rules:
            moved = max(moved, rule.earliest(moved))
        if moved == moment:
            return moment
        moment = moved
    return None


def invitation_moment(
    opens: datetime,
    latest: datetime,
    now: datetime,
    window: Window,
    rules: Sequence[ContactRule],
    timezone: str,
    jitter: float,
    times: ContactTimes = SAID_NOTHING,
    shift_times: ShiftTimes = DEFAULT_SHIFT_TIMES,
) -> datetime | None:
    """Return when one officer is invited to a prompt; None when no moment is left.

    `opens` is the start of the prompt's day. `jitter` in [-1, 1] is the officer's own random
    number for this prompt: a team is not written to at once, and the time of a message says
    nothing. An invitation planned late keeps its distance from the others in the same way.
    With a duty pattern the second rest day is preferred, then a day before its late shift.
    """
    start = max(opens, now)
    duty = duty_of(times, shift_times, timezone)
    for begin, end in _preferred(duty, start, latest):
        middle = middle_of(window, times, local_day(begin, timezone), timezone)
        moment = moment_within(begin, end, middle, rules, jitter)
        if moment is not None:
            return moment
    middle = middle_of(window, times, local_day(opens, timezone), timezone)
    return moment_within(start, latest, middle, rules, jitter)


def _preferred(duty: Duty | None, start: datetime, latest: datetime) -> list[Span]:
    """Return the parts of a prompt's life that suit somebody on this duty best, best first."""
    if duty is None:
        return []
    found: tuple[list[Span], list[Span]] = [], []
    day = local_day(start, duty.timezone)
    while (begin := max(start, at_wall(day, MIDNIGHT, duty.timezone))) < latest:
        suits = how_it_suits(duty, day)
        if suits is not None:
            place, end = suits
            found[place].append((begin, min(latest, end)))
        day += ONE_DAY
    return found[0] + found[1]


def how_it_suits(duty: Duty, day: date) -> tuple[int, datetime] | None:
    """Return how well a day suits somebody on this duty, 0 for best, and until when.

    None for a day that is not preferred to others.
    """
    if duty.is_second_rest_day(day):
        return 0, at_wall(day + ONE_DAY, MIDNIGHT, duty.timezone)
    shift = duty.span(day)
    if shift is not None and duty.shift(day) is Shift.LATE:
        return 1, shift[0] - BEFORE_A_SHIFT
    return None


def middle_of(
    window: Window, times: ContactTimes, day: date, timezone: str
) -> tuple[datetime, timedelta]:
    """Return the middle of an officer's own window on a day, and how far to spread around it."""
    opens, closes = window.opens, window.closes
    part = PART_HOURS.get(times.part)
    if part is not None and not (part.whole_weekends and day.isoweekday() > 5):
        opens, closes = max(opens, part.begins), min(closes, part.ends)
    start = at_wall(day, opens, timezone)
    half = max((at_wall(day, closes, timezone) - start) / 2, timedelta())
    return start + half, min(JITTER, half)


def moment_within(
    begin: datetime,
    end: datetime,
    middle: tuple[datetime, timedelta],
    rules: Sequence[ContactRule],
    jitter: float,
) -> datetime | None:
    """Return a moment around the middle of the day, or spread behind the first allowed one."""
    centre, spread = middle
    wanted = centre + spread * jitter
    if wanted >= begin and earliest_allowed(wanted, rules, end) == wanted:
        return wanted
    first = earliest_allowed(begin, rules, end)
    if first is None:
        return None
    # Everybody who had to wait would start at the same instant, and everybody who is late
    # would come in the last minutes of the day: spread them again.
    distance = spread * abs(jitter)
    moved = earliest_allowed(first + distance, rules, end)
    if moved == first + distance:
        return moved
    return spread_behind(moved or first, distance, rules, end)


def spread_behind(
    first: datetime, distance: timedelta, rules: Sequence[ContactRule], end: datetime
) -> datetime:
    """Return an allowed moment at most `distance` behind an allowed one."""
    for share in (1, 2, 4, 8):
        wanted = first + distance / share
        if earliest_allowed(wanted, rules, end) == wanted:
            return wanted
    return first


def reminder_moment(
    sent: datetime,
    after: timedelta,
    latest: datetime,
    rules: Sequence[ContactRule],
    jitter: float,
) -> datetime | None:
    """Return when the one reminder of a prompt goes out; None when it does not.

    `after` is 48 to 72 hours; `jitter` in [-1, 1]. It comes within 72 hours and before
    `latest`, or not at all: what was not answered by then is asked again by the next prompt.
    """
    sent = sent.astimezone(UTC)
    end = min(latest, sent + REMINDERS_END + _SMALLEST)
    first = earliest_allowed(sent + after, rules, end)
    if first is None:
        return None
    return spread_behind(first, JITTER * abs(jitter), rules, end)


IGNORED_BEFORE_ASKING = 4
"""So many rounds in a row without an answer, and the question is whether to carry on."""


class ToSend(Enum):
    """What the next round brings somebody."""

    CHECK_IN = "check-in"
    ASK_TO_CARRY_ON = "ask to carry on"
    NOTHING = "nothing"


def what_to_send(ignored_rounds: int, asked_to_carry_on: bool) -> ToSend:
    """Return what somebody gets who ignored so many rounds in a row."""
    if ignored_rounds < IGNORED_BEFORE_ASKING:
        return ToSend.CHECK_IN
    return ToSend.NOTHING if asked_to_carry_on else ToSend.ASK_TO_CARRY_ON
