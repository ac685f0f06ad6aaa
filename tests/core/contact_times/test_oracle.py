"""Ten years of prompts on every pattern, and anything anybody may say, against the oracle."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar import instant, local_day
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import ShiftHours, ShiftTimes
from bot.core.contact_times.follow_ups import FollowUpAfter, follow_up_moment, tomorrow_moment
from bot.core.contact_times.moments import (
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import ContactRule
from bot.core.programme import Window
from tests.core.builders import a_window
from tests.core.contact_times.duty_oracle import (
    LONDON,
    THREE_SHIFTS,
    TWELVE_HOURS,
    Said,
    first_allowed,
    first_minute,
    may_write,
)
from tests.shares import SHARE

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY
ORDINARY_WINDOW = a_window()
ORDINARY_TIMES = ShiftTimes()

PATTERNS = {
    "2-2-2-4": ("EELLNNRRRR", THREE_SHIFTS),
    "2x2x3": ("DDRRDDDRRDDRRRNNRRNNNRRNNRRR", TWELVE_HOURS),
    "4-on-4-off": ("DDNNRRRR", TWELVE_HOURS),
    "6-on-3-off": ("EELLNNRRR", THREE_SHIFTS),
    "office": ("DDDDDRR", THREE_SHIFTS),
}


@dataclass(frozen=True)
class Case:
    """One officer, as the product and as the oracle know them."""

    times: ContactTimes
    said: Said
    window: Window = ORDINARY_WINDOW
    shift_times: ShiftTimes = ORDINARY_TIMES

    @cached_property
    def rules(self) -> tuple[ContactRule, ...]:
        until = self.said.paused_until
        return rules_for(
            self.window,
            self.said.zone,
            self.times,
            self.shift_times,
            bank_holidays=self.said.holidays,
            contacted=self.said.contacted,
            paused_until=None if until == date.min else until,
        )

    def invited(self, day: date, jitter: float, now: datetime | None = None) -> datetime | None:
        opens = instant(day, time(), self.said.zone)
        return invitation_moment(
            opens=opens,
            latest=instant(day + WEEK, time(), self.said.zone),
            now=now or opens,
            window=self.window,
            rules=self.rules,
            timezone=self.said.zone,
            jitter=jitter,
            times=self.times,
            shift_times=self.shift_times,
        )


EVERY = 1 if SHARE == 1 else 5  # The ordinary suite looks at every fifth week.


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def on_pattern(pattern: str) -> Iterator[Case]:
    """Somebody for each day of the cycle that today could be."""
    letters, hours = PATTERNS[pattern]
    if pattern == "office":
        monday = date(2025, 12, 29)
        holidays = {date(year, 12, 25 + n) for year in range(2026, 2036) for n in (0, 1)}
        said = Said(letters, monday, hours, holidays=frozenset(holidays))
        yield Case(ContactTimes(pattern=pattern), said)
        return
    for shift in range(len(letters)):
        anchor = date(2026, 1, 1) + shift * DAY
        yield Case(ContactTimes(pattern=pattern, anchor=anchor), Said(letters, anchor, hours))


def better_hours(case: Case, day: date, rest: bool) -> Iterator[datetime]:
    """The full hours of a week that are allowed and on a second rest day, or before a late."""
    for today in (day + n * DAY for n in range(7)):
        if rest and case.said.is_second_rest_day(today):
            hours = range(24)
        elif not rest and case.said.letter(today) == "L":
            hours = range(case.said.hours["L"][0] - 1)
        else:
            continue
        for hour in hours:
            if may_write(minute := first_minute(today, hour, case.said.zone), case.said):
                yield minute


@pytest.mark.parametrize("pattern", PATTERNS)
def test_ten_years_of_prompts_come_when_they_may_and_when_they_suit(pattern: str) -> None:
    number = count()
    for case in on_pattern(pattern):
        day = date(2026, 1, 5)
        while day.year < 2036:
            n = next(number)
            moment = case.invited(day, (n * 37 % 201 - 100) / 100)
            assert moment is not None, (case.times, day)
            assert may_write(minute_of(moment), case.said), (case.times, moment)
            sent_on = local_day(moment, LONDON)
            assert day <= sent_on < day + WEEK
            if not case.said.is_second_rest_day(sent_on):
                assert next(better_hours(case, day, rest=True), None) is None, (case.times, day)
                late = next(better_hours(case, day, rest=False), None)
                assert late is None or case.said.letter(sent_on) == "L", (case.times, day)
            if n % 8 == 0:
                check_reminder(case, moment, first_minute(day + WEEK, 0, LONDON), n)
            day += WEEK * EVERY


def check_reminder(case: Case, sent: datetime, latest: datetime, n: int) -> None:
    reminder = reminder_moment(sent, 48 * HOUR, latest, case.rules, (n % 3 - 1) * 0.7)
    if reminder is None:
        ends = min(latest, sent + 72 * HOUR)
        start = minute_of(sent + 48 * HOUR) + timedelta(minutes=1)
        assert first_allowed(start, ends, case.said, 15) is None, (case.times, sent)
    else:
        assert 48 * HOUR <= reminder - sent <= 72 * HOUR
        assert reminder < latest
        assert may_write(minute_of(reminder), case.said), (case.times, reminder)


ZONES = [LONDON, "Australia/Lord_Howe", "America/St_Johns"]
CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 4, 4), date(2027, 10, 3)]
DAYS = st.one_of(
    st.sampled_from(CHANGES).flatmap(
        lambda day: st.integers(-8, 2).map(lambda n: day + n * DAY),
    ),
    st.dates(date(2026, 1, 1), date(2035, 12, 24)),
)
PARTS = {
    Part.ANY: (0, 24 * 60, False),
    Part.MORNINGS: (9 * 60, 12 * 60, False),
    Part.AFTERNOONS: (12 * 60, 17 * 60, False),
    Part.EVENINGS: (17 * 60, 21 * 60, False),
    Part.EVENINGS_WEEKENDS: (17 * 60, 21 * 60, True),
}


def at(minute: int) -> time:
    return time(*divmod(minute, 60))


@st.composite
def worked(draw: st.DrawFn) -> dict[str, tuple[int, int]]:
    """Hours of the shifts of some force, on no hour that a change of the clocks makes doubtful."""
    early = draw(st.sampled_from([0, 4, 5, 6, 8]))
    late = draw(st.integers(12, 18))
    day = draw(st.integers(4, 10))
    return {
        "E": (early, early + draw(st.integers(5, 13))),
        "L": (late, min(late + draw(st.integers(4, 10)), 24)),
        "N": (draw(st.integers(18, 23)), 24 + draw(st.integers(4, 7))),
        "D": (day, day + draw(st.integers(6, 12))),
    }


def as_shift_times(hours: Mapping[str, tuple[int, int]], long: bool) -> ShiftTimes:
    early, late, night, day = (
        ShiftHours(begins=time(begins), ends=time(ends % 24))
        for begins, ends in (hours[letter] for letter in "ELND")
    )
    if long:
        return ShiftTimes(long_night=night, long_day=day)
    return ShiftTimes(early=early, late=late, night=night, day=day)


@st.composite
def cases(draw: st.DrawFn, near: date, caps: bool = True) -> Case:
    """Anything that anybody may say, with exceptions around a day."""
    days = st.integers(-7, 8).map(lambda n: near + n * DAY)
    letters = draw(st.one_of(st.just(""), st.text("ELNDR", min_size=2, max_size=35)))
    anchor = draw(days)
    part = draw(st.sampled_from(list(Part)))
    # On no minute that a change of the clocks makes doubtful.
    quiet = draw(
        st.one_of(
            st.just((21 * 60, 9 * 60)),
            st.tuples(*[st.integers(4 * 12, 23 * 12).map(lambda n: n * 5)] * 2).filter(
                lambda q: (q[0] - q[1]) % 1440 >= 60
            ),
        )
    )
    opens = draw(st.integers(4, 22))
    closes = draw(
        st.one_of(st.just(23 * 60 + 55), st.integers(opens + 1, 23).map(lambda h: h * 60))
    )
    window = (opens * 60, closes)
    cancelled = draw(st.frozensets(days, max_size=4))
    begins, ends, weekdays = PARTS[part]
    hours = draw(worked())
    said = Said(
        letters=letters,
        begins_on=anchor,
        hours=hours,
        window=window,
        quiet=quiet,
        part=(begins, ends),
        part_is_for_weekdays=weekdays,
        cancelled=cancelled,
        contacted=tuple(draw(st.lists(days, max_size=3 if caps else 0))),
        paused_until=draw(st.one_of(st.just(date.min), days)) if caps else date.min,
        zone=draw(st.sampled_from(ZONES)),
    )
    times = ContactTimes(
        own_cycle=letters,
        anchor=anchor if letters else None,
        part=part,
        quiet=(at(quiet[0]), at(quiet[1])),
        cancelled=tuple(sorted(cancelled)),
    )
    shift_times = as_shift_times(hours, long=not set(letters) & {"E", "L"})
    return Case(times, said, Window(opens=at(window[0]), closes=at(window[1])), shift_times)


@settings(max_examples=150, deadline=None)
@given(st.data(), DAYS, st.integers(0, 287), st.integers(1, 8))
def test_the_earliest_moment_is_what_trying_every_fifth_minute_finds(
    drawn: st.DataObject, day: date, fives: int, days: int
) -> None:
    case = drawn.draw(cases(day))
    moment = datetime.combine(day, time(), UTC) + fives * timedelta(minutes=5)
    latest = moment + days * DAY
    expected = first_allowed(moment, latest, case.said, 5)
    assert earliest_allowed(moment, case.rules, latest) == expected


@settings(max_examples=100, deadline=None)
@given(st.data(), DAYS, st.integers(0, 6 * 288), st.floats(-1, 1))
def test_a_prompt_comes_at_an_allowed_moment_if_there_is_one_at_all(
    drawn: st.DataObject, day: date, late: int, jitter: float
) -> None:
    case = drawn.draw(cases(day))
    opens = first_minute(day, 0, case.said.zone)
    latest = first_minute(day + WEEK, 0, case.said.zone)
    now = opens + (late - 288) * timedelta(minutes=5)
    moment = case.invited(day, jitter, now)
    if moment is None:
        assert first_allowed(max(opens, now), latest, case.said, 5) is None
    else:
        assert max(opens, now) <= moment < latest
        assert may_write(minute_of(moment), case.said)
        if not case.said.is_second_rest_day(local_day(moment, case.said.zone)):
            assert all(hour < now for hour in better_hours(case, day, rest=True))


def without_duty(case: Case) -> Said:
    """The same person, if they had never spoken of their duty."""
    said = case.said
    return Said(
        window=said.window,
        quiet=said.quiet,
        part=said.part,
        part_is_for_weekdays=said.part_is_for_weekdays,
        zone=said.zone,
    )


def quiet_only(case: Case) -> Said:
    return Said(window=(0, 1440), quiet=case.said.quiet, zone=case.said.zone)


@settings(max_examples=100, deadline=None)
@given(st.data(), DAYS, st.integers(0, 1439), st.sampled_from(FollowUpAfter), st.floats(0, 1))
def test_a_follow_up_comes_in_time_and_breaks_as_little_as_it_can(
    drawn: st.DataObject, day: date, minute: int, kind: FollowUpAfter, jitter: float
) -> None:
    floors = {
        FollowUpAfter.HOURS_72: 72,
        FollowUpAfter.DAYS_28: 28 * 24,
        FollowUpAfter.DAYS_90: 90 * 24,
    }
    case = drawn.draw(cases(day, caps=False))
    floor = datetime.combine(day, time(), UTC) + minute // 5 * timedelta(minutes=5)
    limit = floor + (48 * HOUR if kind is FollowUpAfter.HOURS_72 else WEEK)
    started = floor - floors[kind] * HOUR
    moment = follow_up_moment(started, kind, case.rules, jitter)
    assert moment is not None
    assert floor <= moment < limit
    for said in (case.said, without_duty(case)):
        first = first_allowed(floor, limit, said, 5)
        if first is not None:
            assert may_write(minute_of(moment), said)
            assert first <= moment <= first + timedelta(minutes=90)
            return
    assert may_write(moment, quiet_only(case))
    assert first_allowed(moment + timedelta(minutes=1), limit, quiet_only(case), 1) is None


@settings(max_examples=100, deadline=None)
@given(st.data(), DAYS, st.integers(0, 287))
def test_tomorrow_is_tomorrow_about_the_same_time(
    drawn: st.DataObject, day: date, fives: int
) -> None:
    case = drawn.draw(cases(day, caps=False))
    zone = ZoneInfo(case.said.zone)
    now = first_minute(day, 0, case.said.zone) + fives * timedelta(minutes=5)
    today = now.astimezone(zone).date()
    begin = first_minute(today + DAY, 0, case.said.zone)
    midnight = first_minute(today + 2 * DAY, 0, case.said.zone)
    limit = min(midnight, now + 36 * HOUR)
    moment = tomorrow_moment(now, case.rules, case.said.zone)
    assert moment is not None
    assert moment.astimezone(zone).date() == today + DAY
    for said in (case.said, without_duty(case), quiet_only(case)):
        if first_allowed(begin, limit, said, 5) is not None:
            assert moment < limit
            assert may_write(minute_of(moment), said)
            # None is nearer on either side.
            apart = abs(moment - (now + DAY))
            nearer = now + DAY - apart + 2 * HOUR, now + DAY + apart - 2 * HOUR
            span = max(nearer[0], begin), min(nearer[1], limit)
            assert first_allowed(*span, said, 5) is None
            return
    assert moment == first_allowed(begin, midnight, quiet_only(case), 5)
