"""Extensions: how far a round may reach, and what bounds it."""

from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest

from bot.core.calendar import plans_until
from bot.core.extensions import (
    LONGEST,
    NothingToAdd,
    NotItsLastDay,
    TooSoonToClose,
    check_early_close,
    check_extension,
    closes_early_from,
    last_days,
    latest_close,
    rounds_after,
)
from bot.core.programme import DAYS_BETWEEN_RELEASES, CheckIn

FIRST = date(2027, 1, 4)


def check_in(recurrence: str, prompts: int = 1) -> CheckIn:
    return CheckIn.model_validate(
        {
            "id": "pulse",
            "title": {"en": "Pulse"},
            "instrument": "weekly-pulse",
            "starts_on": FIRST,
            "recurrence": recurrence,
            "prompts_per_round": prompts,
            "window": {"opens": time(11), "closes": time(20)},
        }
    )


@dataclass(frozen=True)
class Case:
    recurrence: str
    prompts: int
    days: int
    """How many days may be added."""
    because: str


CASES = [
    Case("FREQ=WEEKLY", 4, 0, "next round opens on 2027-02-01"),
    # Four weeks between closes are four weeks between results: not a day is left.
    Case("FREQ=WEEKLY;INTERVAL=4", 1, 0, "28 days between results"),
    Case("FREQ=WEEKLY;INTERVAL=5", 1, 7, "14 days at most"),
    Case("FREQ=MONTHLY;BYMONTHDAY=4", 1, 3, "28 days between results"),
    Case("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=4", 1, 7, "14 days at most"),
    Case("FREQ=YEARLY", 1, 7, "14 days at most"),
    # The last there is.
    Case("FREQ=WEEKLY;INTERVAL=4;COUNT=1", 1, 7, "14 days at most"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.recurrence)
def test_a_round_reaches_as_far_as_its_prompt_the_next_round_and_results_allow(case: Case) -> None:
    pulse = check_in(case.recurrence, case.prompts)
    plan = plans_until(pulse, FIRST)[0]
    latest, reason = latest_close(plan, rounds_after(pulse, plan, plan.closes_on))
    assert max((latest - plan.closes_on).days, 0) == case.days
    assert case.because in reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.recurrence)
def test_no_extension_comes_too_close_to_any_later_round(case: Case) -> None:
    pulse = check_in(case.recurrence, case.prompts)
    plans = plans_until(pulse, FIRST + timedelta(days=800))
    for plan in plans:
        bound, _ = latest_close(plan, rounds_after(pulse, plan, plan.closes_on))
        closes = max(bound, plan.closes_on)
        assert closes - plan.closes_on <= LONGEST
        for later in plans:
            if later.opens_on > plan.opens_on:
                assert closes <= later.opens_on
                assert (later.closes_on - closes).days >= DAYS_BETWEEN_RELEASES


def test_the_new_last_day_is_one_of_those_that_may_be() -> None:
    closes, latest = date(2027, 1, 11), (date(2027, 1, 14), "so it is")
    assert last_days(closes, latest[0]) == (date(2027, 1, 11), date(2027, 1, 13))
    assert check_extension("r-1", closes, latest, date(2027, 1, 11)) == date(2027, 1, 12)
    assert check_extension("r-1", closes, latest, date(2027, 1, 13)) == date(2027, 1, 14)
    for day in (date(2027, 1, 10), date(2027, 1, 14)):
        with pytest.raises(NotItsLastDay, match="between 2027-01-11 and 2027-01-13: got"):
            check_extension("r-1", closes, latest, day)


def test_a_round_that_reaches_as_far_as_it_may_says_why() -> None:
    closes = date(2027, 1, 14)
    assert last_days(closes, closes) is None
    with pytest.raises(NothingToAdd, match="beyond 2027-01-13: so it is") as caught:
        check_extension("r-1", closes, (closes, "so it is"), closes)
    assert "r-1" in str(caught.value)


def test_a_round_is_closed_early_from_the_third_day_after_its_newest_prompt_on() -> None:
    pulse = check_in("FREQ=WEEKLY", 4)
    plan = plans_until(pulse, FIRST)[0]
    for day, asked_on in ((0, 0), (6, 0), (7, 7), (9, 7), (27, 21)):
        today = FIRST + timedelta(days=day)
        newest, first = closes_early_from(plan, today)
        assert newest == FIRST + timedelta(days=asked_on)
        assert first == newest + timedelta(days=3)
        if today < first:
            with pytest.raises(TooSoonToClose, match=f"cannot be closed before {first}"):
                check_early_close("r-1", plan, today)
        else:
            check_early_close("r-1", plan, today)
