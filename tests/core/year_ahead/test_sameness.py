"""The year ahead is the one that is worked out message by message, whatever it does at once."""

from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.calendar import RoundPlan
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.contact_times.duty_patterns import OFFICE, PATTERNS, ShiftHours, ShiftTimes
from bot.core.programme import CheckIn, Window
from bot.core.year_ahead.askings import Where, askings_of
from bot.core.year_ahead.days import Span, UnderWay
from bot.core.year_ahead.messages import messages_to
from bot.core.year_ahead.patterns import pattern_of
from tests.core.year_ahead.plain_year import plain_messages, plain_pattern
from tests.programmes import pulse_alone
from tests.shares import share_of

WEEK = timedelta(days=7)
ZONES = (
    "Europe/London",
    "UTC",
    # Half an hour; at midnight; on two days a month apart.
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Casablanca",
)
# A week or two before a change of some clock, or any day.
BEGINS = st.one_of(
    st.dates(date(2027, 3, 1), date(2027, 3, 31)),
    st.dates(date(2027, 10, 1), date(2027, 11, 7)),
    st.dates(date(2026, 6, 1), date(2028, 6, 1)),
)
RECURRENCES = st.one_of(
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={}".format,
        st.sampled_from((1, 1, 2, 4)),
        st.sampled_from(("MO", "TU", "WE", "TH", "FR", "SA", "SU", "MO,TH")),
    ),
    st.sampled_from(("FREQ=DAILY;INTERVAL=3", "FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=28")),
)
HALF_HOURS = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))


@st.composite
def _windows(draw: st.DrawFn) -> Window:
    opens, closes = sorted(draw(st.sets(HALF_HOURS, min_size=2, max_size=2)))
    return Window.model_construct(opens=opens, closes=closes)


WINDOWS = st.one_of(st.just(Window(opens=time(11), closes=time(20))), _windows())


@st.composite
def _shift_times(draw: st.DrawFn) -> ShiftTimes:
    # Also lates and nights right behind midnight, and lates that end early.
    hours = {
        "late": draw(st.sampled_from(((14, 0), (16, 22), (0, 8), (13, 17)))),
        "night": draw(st.sampled_from(((22, 7), (23, 9), (21, 2)))),
        "early": draw(st.sampled_from(((7, 16), (0, 9), (4, 12)))),
    }
    return ShiftTimes(
        **{
            shift: ShiftHours(begins=time(begins, 30 if begins < 5 else 0), ends=time(ends))
            for shift, (begins, ends) in hours.items()
        }
    )


@st.composite
def _times(draw: st.DrawFn, begins: date) -> ContactTimes:
    pattern = draw(st.sampled_from((None, "own", *PATTERNS)))
    needs_anchor = pattern not in (None, OFFICE)
    near = st.integers(-20, 60).map(lambda days: begins + timedelta(days=days))
    return ContactTimes(
        pattern=None if pattern == "own" else pattern,
        own_cycle="LNNRRDERRR" if pattern == "own" else "",
        anchor=draw(near) if needs_anchor else None,
        part=draw(st.sampled_from((Part.ANY, Part.ANY, *Part))),
        quiet=draw(st.sampled_from((None, None, (time(22), time(7)), (time(13), time(15))))),
        cancelled=tuple(sorted(draw(st.one_of(st.just(set()), st.sets(near, max_size=3))))),
    )


@st.composite
def _check_ins(draw: st.DrawFn, begins: date) -> list[CheckIn]:
    (pulse,) = pulse_alone().check_ins
    return [
        pulse.model_copy(
            update={
                "id": name,
                "recurrence": draw(RECURRENCES),
                "starts_on": begins - timedelta(days=draw(st.integers(0, 40))),
                "prompts_per_round": draw(st.sampled_from((1, 4))),
                "remind_after_hours": draw(st.sampled_from((None, 48, 60, 72))),
                "window": draw(WINDOWS),
            }
        )
        for name in ("one", "two", "three")[: draw(st.integers(1, 3))]
    ]


@st.composite
def _under_way(draw: st.DrawFn, check_in: CheckIn, begins: date) -> UnderWay:
    """Nothing, or an open round that began by another schedule, and may close early."""
    if draw(st.booleans()):
        return {}
    opens = begins - timedelta(days=draw(st.integers(1, 20)))
    prompts = tuple(opens + timedelta(days=3 * number) for number in range(draw(st.integers(1, 4))))
    closes = opens + timedelta(days=draw(st.integers(1, 30)))
    return {check_in.id: RoundPlan(7, opens, prompts, closes)}


@st.composite
def _where(draw: st.DrawFn, begins: date) -> Where:
    days = st.frozensets(
        st.integers(0, 45).map(lambda days: begins + timedelta(days=days)), max_size=12
    )
    return Where(draw(st.sampled_from(ZONES)), draw(_shift_times()), draw(days), draw(days))


@settings(max_examples=share_of(1500), deadline=None)
@given(st.data())
def test_every_message_is_the_one_that_is_worked_out_by_itself(data: st.DataObject) -> None:
    begins = data.draw(BEGINS)
    span = Span(begins, begins + 6 * WEEK)
    check_ins = data.draw(_check_ins(begins))
    under_way = data.draw(_under_way(check_ins[0], begins))
    programme = pulse_alone().model_copy(update={"check_ins": check_ins})
    askings = askings_of(programme, span, None, under_way)
    where, times = data.draw(_where(begins)), data.draw(_times(begins))
    for at_once in (True, False):
        found = messages_to(askings, where, span, times, answers_at_once=at_once)
        plain = plain_messages(askings, where, span, times, answers_at_once=at_once)
        assert found == plain


@settings(max_examples=share_of(200), deadline=None)
@given(st.data())
def test_every_pattern_gets_what_its_messages_add_up_to(data: st.DataObject) -> None:
    begins = data.draw(BEGINS)
    span = Span(begins, begins + 6 * WEEK)
    programme = pulse_alone().model_copy(update={"check_ins": data.draw(_check_ins(begins))})
    askings, where = askings_of(programme, span), data.draw(_where(begins))
    pattern = data.draw(st.sampled_from(("2-2-2-4", "4-on-4-off", OFFICE)))
    assert pattern_of(askings, where, span, pattern) == plain_pattern(askings, where, span, pattern)


def test_a_shift_right_behind_a_change_at_midnight_counts_on_the_evening_before() -> None:
    # In Havana there is no half past twelve on the 14th of March 2027: the shift begins at one,
    # and its hour before with it, which on every other evening begins at half past eleven.
    (pulse,) = pulse_alone().check_ins
    late = Window.model_construct(opens=time(22, 45), closes=time(23, 59))
    begins = date(2027, 3, 8)
    changes = {"recurrence": "FREQ=WEEKLY", "starts_on": date(2027, 3, 6), "window": late}
    programme = pulse_alone().model_copy(update={"check_ins": [pulse.model_copy(update=changes)]})
    span = Span(begins, begins + 2 * WEEK)
    hours = ShiftHours(begins=time(0, 30), ends=time(9))
    where = Where("America/Havana", ShiftTimes(early=hours), frozenset(), frozenset())
    times = ContactTimes(own_cycle="ED", anchor=date(2027, 3, 14), quiet=(time(2), time(3)))
    askings = askings_of(programme, span)
    found = messages_to(askings, where, span, times, answers_at_once=True)
    assert found == plain_messages(askings, where, span, times, answers_at_once=True)
