"""Calendar: which days a check-in asks on, which round they belong to, and when that is.

Recurrences are expanded on naive local days, and wall times are resolved last, so that
neither change of the clocks moves, drops or doubles a prompt: a time in the missing hour
becomes the first minute after it, and one in the doubled hour counts once, the first time.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from bot.core.errors import StandEasyError
from bot.core.programme import DAYS_BETWEEN_RELEASES, CheckIn
from bot.core.recurring_days import YEARS_WITHOUT, comes_at_all, days_of

PROMPT_LIFE = timedelta(days=7)
"""How long a prompt can be answered."""

_FAR_ENOUGH = timedelta(days=3000)
_LAST_DAY = date(2199, 12, 31)
"""No database holds a later time."""
_MOST_ROUNDS = 2_000
"""Rounds that release 28 days apart, for 150 years: more were never saved on purpose."""


class ReleasesTooClose(StandEasyError):
    """The check-in {check_in} would release results {days} days apart: expected {least} or more
    between releases about the same people."""

    hint = "Raise prompts_per_round, or let the recurrence come less often."


class NoSuchDay(StandEasyError):
    """The check-in {check_in} never asks: expected a recurrence with at least one day."""


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """The days of one round.

    It opens on its first prompt and closes when its last one can no longer be answered: a
    quarter's answers must not wait a quarter. One that officers start closes when the next
    opens.
    """

    number: int
    opens_on: date
    prompts: tuple[date, ...]
    closes_on: date


def instant(day: date, at: time, timezone: str) -> datetime:
    """Return the UTC instant of a local wall time."""
    zone = ZoneInfo(timezone)
    local = datetime.combine(day, at, tzinfo=zone).replace(fold=0)
    there_and_back = local.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None):
        return local.astimezone(UTC)
    # The wall time does not exist. Read with the offset after the change (fold=1) it lies
    # before the change, and with the offset before it (fold=0) behind: the change is between.
    return _change_between(local.replace(fold=1).astimezone(UTC), local.astimezone(UTC), zone)


def _change_between(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole minute after `start`, at most `end`, with another offset."""
    offset = start.astimezone(zone).utcoffset()
    moment = start.replace(second=0, microsecond=0)
    while moment < end and moment.astimezone(zone).utcoffset() == offset:
        moment += timedelta(minutes=1)
    return moment


def local_day(moment: datetime, timezone: str) -> date:
    """Return the local day of an instant."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def prompt_days(check_in: CheckIn, until: date) -> Iterator[date]:
    """Yield the local days a check-in asks on, from its first until a day, itself included."""
    return days_of(check_in.recurrence, check_in.starts_on, until)


@lru_cache(maxsize=256)
def _plans_to_end_of(
    year: int, recurrence: str, starts_on: date, prompts: int, invites: bool
) -> tuple[RoundPlan, ...]:
    # A round that opened by then has all its prompts, and the next one is there where it counts.
    last = date(min(year + 2 * YEARS_WITHOUT, date.max.year), 12, 31)
    days = days_of(recurrence, starts_on, last)
    plans: list[RoundPlan] = []
    current = list(islice(days, prompts))
    while current and current[0].year <= year and len(plans) < _MOST_ROUNDS:
        following = list(islice(days, prompts))
        closes_on = current[-1] + PROMPT_LIFE
        if following:
            closes_on = min(closes_on, following[0]) if invites else following[0]
        plans.append(RoundPlan(len(plans), current[0], tuple(current), closes_on))
        current = following
    return tuple(plans)


def plans_until(check_in: CheckIn, until: date) -> tuple[RoundPlan, ...]:
    """Return the rounds that open on or before `until`, oldest first."""
    if until < check_in.starts_on:
        return ()
    plans = _plans_to_end_of(
        until.year + 3 - until.year % 4,  # the same for whoever looks a year ahead, mostly
        check_in.recurrence,
        check_in.starts_on,
        check_in.prompts_per_round,
        check_in.invites,
    )
    return plans[: bisect_right(plans, until, key=lambda plan: plan.opens_on)]


def plan_on(check_in: CheckIn, day: date) -> RoundPlan | None:
    """Return the round that is open on a day; None between two, before the first, and after
    the last."""
    plans = plans_until(check_in, day)
    return plans[-1] if plans and day < plans[-1].closes_on else None


def plan_opening(check_in: CheckIn, opens_on: date) -> RoundPlan | None:
    """Return the round that opens on exactly this day."""
    plans = plans_until(check_in, opens_on)
    return plans[-1] if plans and plans[-1].opens_on == opens_on else None


def next_prompt_day(check_in: CheckIn, after: date) -> date | None:
    """Return the first day after `after` that the check-in asks on."""
    last = max(after, check_in.starts_on)
    days = prompt_days(check_in, date(last.year + YEARS_WITHOUT, 12, 31))
    return next((day for day in days if day > after), None)


def prompt_expires_on(plan: RoundPlan, prompt: int) -> date:
    """Return the day at whose start a prompt can no longer be answered."""
    following = plan.prompts[prompt + 1] if prompt + 1 < len(plan.prompts) else plan.closes_on
    return min(following, plan.closes_on, plan.prompts[prompt] + PROMPT_LIFE)


def check_spacing(check_in: CheckIn) -> None:
    """Raise when two releases of a check-in could come closer than allowed.

    Eight years of rounds and a little more are looked at: every recurrence that skips a
    month or meets a leap day has shown it by then. One that ends is looked at to its end,
    because its last round may be short.
    """
    if not comes_at_all(check_in.recurrence, check_in.starts_on):
        raise NoSuchDay(check_in=check_in.id)
    ends = "COUNT=" in check_in.recurrence.upper()
    horizon = _LAST_DAY if ends else check_in.starts_on + _FAR_ENOUGH
    plans = plans_until(check_in, horizon)
    for plan, following in pairwise(plans):
        days = (following.closes_on - plan.closes_on).days
        if days < DAYS_BETWEEN_RELEASES:
            raise ReleasesTooClose(check_in=check_in.id, days=days, least=DAYS_BETWEEN_RELEASES)
