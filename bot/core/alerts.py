"""When somebody is told of a condition: once a day while it lasts, and once when it is over.

What has time is told of once a week. A condition that comes and goes within that is told of
once. Nothing but fixed words and names of processes goes into a mail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.health import A_DAY, A_WEEK, RULES, Condition, Health
from bot.core.vitals import has_been

AGAIN_AFTER: Final = A_DAY
HOW_OFTEN: Final = {A_DAY: "once a day", A_WEEK: "once a week"}


@dataclass(frozen=True, slots=True)
class Told:
    """When somebody was last told of a condition, and whether it has not been called over."""

    at: datetime
    lasts: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told."""

    subject: str
    text: str


def next_told(
    before: Told | None, *, holds: bool, now: datetime, again_after: timedelta = AGAIN_AFTER
) -> Told | None:
    """Return how a condition stands after telling of it; None when nothing is to be told."""
    if before is not None and not has_been(before.at, now):
        # Nobody was told in a time to come.
        before = None
    if holds:
        is_due = before is None or now - before.at >= again_after
        return Told(now, lasts=True) if is_due else None
    if before is not None and before.lasts:
        return Told(before.at, lasts=False)
    return None


def untold(before: Told | None, now: datetime, again_after: timedelta = AGAIN_AFTER) -> Told:
    """Return how a condition stands of which nobody could be told: it is tried again."""
    return before or Told(now - again_after, lasts=False)


def letter_of(condition: Condition, health: Health, *, holds: bool, page: str | None) -> Letter:
    """Return what to write; `page` is the address of the health page."""
    rule = RULES[condition]
    where = [f"Everything else: {page}"] if page else []
    if not holds:
        told = [f"This is over: {rule.what}", "Nothing more is to be done about it."]
        return Letter(f"Stand Easy: over: {condition}", "\n\n".join([*told, *where]) + "\n")
    stopped = ", ".join(health.stopped())
    which = [f"Stopped: {stopped}"] if condition is Condition.TICK_STOPPED else []
    if condition is Condition.HEARTBEAT_UNREAD:
        which = [f"Of: {', '.join(health.unread)}"]
    often = HOW_OFTEN[rule.again_after]
    ends = f"You are told {often} while this lasts, and once when it is over."
    text = "\n\n".join([rule.what, *which, rule.to_do, *where, ends])
    return Letter(f"Stand Easy: {condition}", text + "\n")
