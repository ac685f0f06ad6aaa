"""Contact follow-ups: when to come back to an officer who asked for it.

Such a message is a promise: it comes, never earlier than it was promised, and when the rules
leave no moment in time, duty gives way first and then the window. Quiet hours never do.
Caps are for what nobody asked for; the rules passed here come without them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from bot.core.calendar import instant, local_day
from bot.core.contact_times.duty import ONE_DAY, at_wall
from bot.core.contact_times.moments import JITTER, earliest_allowed, spread_behind
from bot.core.contact_times.rules import DUTY_RULES, KEPT_ALWAYS, MIDNIGHT, ContactRule

TOMORROW_ENDS = timedelta(hours=36)
_MINUTE = timedelta(minutes=1)


class FollowUpAfter(Enum):
    """When a follow-up to a tough job comes: not before, and how much later at most."""

    HOURS_72 = (timedelta(hours=72), timedelta(hours=48))
    DAYS_28 = (timedelta(days=28), timedelta(days=7))
    DAYS_90 = (timedelta(days=90), timedelta(days=7))

    @property
    def after(self) -> timedelta:
        """The floor: never earlier than this after the officer said so."""
        return self.value[0]

    @property
    def at_most_later(self) -> timedelta:
        """How far a follow-up may be moved forward."""
        return self.value[1]


def follow_up_moment(
    started: datetime,
    kind: FollowUpAfter,
    rules: Sequence[ContactRule],
    jitter: float = 0.0,
    *,
    now: datetime | None = None,
) -> datetime | None:
    """Return when a follow-up to a tough job comes, `now` or later.

    None during a pause among `rules`, or when it is too late. `jitter` in [-1, 1] keeps a team
    that was at the same job from being written to at once.
    """
    floor = started + kind.after
    return moment_between(max(floor, now or floor), floor + kind.at_most_later, rules, jitter)


def moment_between(
    begin: datetime, limit: datetime, rules: Sequence[ContactRule], jitter: float = 0.0
) -> datetime | None:
    """Return when something that was asked for comes, from `begin` on and before `limit`.

    If the rules leave nothing in time, duty gives way, and then the window, where the last
    moment in time is taken. None only when a pause or quiet hours last that long.
    """
    *possible, last_resort = _relaxed(rules)
    for kept in possible:
        moment = earliest_allowed(begin, kept, limit)
        if moment is not None:
            return spread_behind(moment, JITTER * abs(jitter), kept, limit)
    return _last_allowed(begin, last_resort, limit)


def tomorrow_moment(now: datetime, rules: Sequence[ContactRule], timezone: str) -> datetime | None:
    """Return when to come back to somebody who asked for it: about this time tomorrow.

    Never on the same local day, and within 36 hours unless quiet hours fill all of tomorrow
    up to then. Duty and then the window give way; None only during a pause among `rules`.
    """
    day = local_day(now, timezone) + ONE_DAY
    begin = at_wall(day, MIDNIGHT, timezone)
    midnight = at_wall(day + ONE_DAY, MIDNIGHT, timezone)
    in_time = min(midnight, now + TOMORROW_ENDS)
    same_time = instant(day, now.astimezone(ZoneInfo(timezone)).time(), timezone)
    wanted = min(same_time, in_time - _MINUTE)
    for kept in _relaxed(rules):
        moment = _nearest_allowed(begin, wanted, kept, in_time)
        if moment is not None:
            return moment
    return earliest_allowed(in_time, _relaxed(rules)[-1], midnight)


def _relaxed(rules: Sequence[ContactRule]) -> tuple[Sequence[ContactRule], ...]:
    """Return all rules, those without duty, and those that give way to nothing."""
    return (
        rules,
        [rule for rule in rules if not isinstance(rule, DUTY_RULES)],
        [rule for rule in rules if isinstance(rule, KEPT_ALWAYS)],
    )


def _nearest_allowed(
    begin: datetime, wanted: datetime, rules: Sequence[ContactRule], end: datetime
) -> datetime | None:
    """Return the allowed moment nearest to `wanted`."""
    behind = earliest_allowed(wanted, rules, end)
    if behind == wanted:
        return wanted
    before = _last_allowed(begin, rules, wanted)
    if before is None or (behind is not None and behind - wanted <= wanted - before):
        return behind
    return before


def _last_allowed(begin: datetime, rules: Sequence[ContactRule], end: datetime) -> datetime | None:
    """Return the last allowed moment of those whole minutes before `end`."""
    first = earliest_allowed(begin, rules, end)
    if first is None:
        return None
    return next((moment for moment in _minutes_back(end, first) if _allowed(moment, rules)), first)


def _minutes_back(end: datetime, first: datetime) -> Iterator[datetime]:
    moment = end - _MINUTE
    while moment > first:
        yield moment
        moment -= _MINUTE


def _allowed(moment: datetime, rules: Sequence[ContactRule]) -> bool:
    return all(rule.earliest(moment) == moment for rule in rules)
