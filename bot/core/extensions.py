"""When a round may end: later than was planned, or earlier.

An extension gives the newest message about a round more time; nothing is sent for it. It never
reaches into the next round of the check-in, and leaves its result 28 days before the next one's:
results that come late would make all later ones late. And nobody ends a round in the hour in
which somebody answered (docs/decisions/0012).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from bot.core.calendar import PROMPT_LIFE, RoundPlan, plans_until
from bot.core.errors import StandEasyError
from bot.core.programme import DAYS_BETWEEN_RELEASES, CheckIn

LONGEST: Final = timedelta(days=7)
"""Beyond what was planned, however often a round is extended: a prompt lives twice its life."""

CLOSES_EARLY_AFTER: Final = timedelta(days=3)
"""From so many days after its newest prompt a round may be closed early.

By then everybody was written to whose shifts allow it. Who is in a result must not depend on the
hour at which somebody presses a button.
"""

_BETWEEN: Final = timedelta(days=DAYS_BETWEEN_RELEASES)
_ONE_DAY: Final = timedelta(days=1)


class StartedByOfficers(StandEasyError):
    """The round {round} cannot {act}: officers start it themselves, and nobody is written to."""

    hint = "It is open until the next one opens."


class NothingToAdd(StandEasyError):
    """The round {round} cannot be extended beyond {last_day}: {reason}."""


class NotItsLastDay(StandEasyError):
    """The last day for answers is expected between {first} and {last}: got {given}."""


class TooSoonToClose(StandEasyError):
    """The round {round} cannot be closed before {day}: who was asked on {asked_on} has until then
    to be written to."""

    hint = "Pause it, if nobody is to be written to any more."


def latest_close(plan: RoundPlan, following: Iterable[RoundPlan]) -> tuple[date, str]:
    """Return the day on which a round closes at the latest, and why not later.

    `following` are the rounds of the check-in that open after it.
    """
    weeks = (PROMPT_LIFE + LONGEST).days
    bounds = [(plan.closes_on + LONGEST, f"a message can be answered for {weeks} days at most")]
    for later in following:
        bounds.append((later.opens_on, f"the next round opens on {later.opens_on}"))
        bounds.append(
            (
                later.closes_on - _BETWEEN,
                f"there are {DAYS_BETWEEN_RELEASES} days between results,"
                f" and the next round closes on {later.closes_on}",
            )
        )
    return min(bounds, key=lambda bound: bound[0])


def rounds_after(check_in: CheckIn, plan: RoundPlan, closes_on: date) -> tuple[RoundPlan, ...]:
    """Return the rounds of a check-in behind one that closes on a day, as far as matters here.

    Under a new schedule, those that would begin before that day are left out.
    """
    until = plan.closes_on + LONGEST + _BETWEEN
    return tuple(each for each in plans_until(check_in, until) if each.opens_on >= closes_on)


def last_days(closes_on: date, latest: date) -> tuple[date, date] | None:
    """Return the first and the last of the days that may be a round's new last day; or None."""
    return None if latest <= closes_on else (closes_on, latest - _ONE_DAY)


def check_extension(
    round_id: str, closes_on: date, latest: tuple[date, str], last_day: date
) -> date:
    """Return the day on which an extended round closes; raises why it may not."""
    bound, reason = latest
    allowed = last_days(closes_on, bound)
    if allowed is None:
        raise NothingToAdd(round=round_id, last_day=closes_on - _ONE_DAY, reason=reason)
    first, last = allowed
    if not first <= last_day <= last:
        raise NotItsLastDay(first=first, last=last, given=last_day)
    return last_day + _ONE_DAY


def closes_early_from(plan: RoundPlan, today: date) -> tuple[date, date]:
    """Return the day of a round's newest prompt, and from when on it may be closed early."""
    asked_on = max((day for day in plan.prompts if day <= today), default=plan.opens_on)
    return asked_on, asked_on + CLOSES_EARLY_AFTER


def check_early_close(round_id: str, plan: RoundPlan, today: date) -> None:
    """Raise `TooSoonToClose` unless a round may be closed on this day, before its time."""
    asked_on, first = closes_early_from(plan, today)
    if today < first:
        raise TooSoonToClose(round=round_id, day=first, asked_on=asked_on)
