"""Extensions: until when a round may take answers longer than was planned.

An extension gives the newest message about a round more time; nothing is sent for it. It never
reaches into the next round of the check-in, and leaves its result 28 days before the next one's:
results that come late would make all later ones late (docs/decisions/0012).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from bot.core.calendar import PROMPT_LIFE, RoundPlan, plans_until
from bot.core.errors import StandEasyError
from bot.core.programme import DAYS_BETWEEN_RELEASES, CheckIn

LONGEST: Final = timedelta(days=7)
"""Beyond what was planned, however often a round is extended: a prompt lives twice its life."""

_BETWEEN: Final = timedelta(days=DAYS_BETWEEN_RELEASES)
_ONE_DAY: Final = timedelta(days=1)


class StartedByOfficers(StandEasyError):
    """The round {round} cannot {act}: officers start it themselves, and nobody is written to."""

    hint = "It is open until the next one opens."


class NothingToAdd(StandEasyError):
    """The round {round} cannot be extended beyond {last_day}: {reason}."""


class NotItsLastDay(StandEasyError):
    """The last day for answers is expected between {first} and {last}: got {given}."""


def latest_close(plan: RoundPlan, following: Iterable[RoundPlan]) -> tuple[date, str]:
    """Return the day on which a round closes at the latest, and why not later.

    `following` are the rounds of the check-in that open after it.
    """
    weeks = (PROMPT_LIFE + LONGEST).days
    bounds = [(plan.closes_on + LONGEST, f"a message can be answered for {weeks} days at most")]
    for later in following:
        if later.opens_on <= plan.opens_on:
            continue
        bounds.append((later.opens_on, f"the next round opens on {later.opens_on}"))
        bounds.append(
            (
                later.closes_on - _BETWEEN,
                f"there are {DAYS_BETWEEN_RELEASES} days between results,"
                f" and the next round closes on {later.closes_on}",
            )
        )
    return min(bounds, key=lambda bound: bound[0])


def rounds_after(check_in: CheckIn, plan: RoundPlan) -> tuple[RoundPlan, ...]:
    """Return the rounds of a check-in that open after one, as far ahead as an extension looks."""
    until = plan.closes_on + LONGEST + _BETWEEN
    return tuple(each for each in plans_until(check_in, until) if each.opens_on > plan.opens_on)


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
