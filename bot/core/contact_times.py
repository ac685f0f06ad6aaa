"""Contact times: the moments at which an officer may be written to.

Every reason to wait is a rule: given a moment it would rather not have, it names the
earliest one it accepts. A moment is allowed when no rule moves it. Duty patterns and pauses
join as further rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core.calendar import instant
from bot.core.programme import Window

JITTER = timedelta(minutes=90)
_ONE_DAY = timedelta(days=1)


class ContactRule(Protocol):
    """One reason to wait."""

    def earliest(self, moment: datetime) -> datetime:
        """Return the first acceptable moment that is not before `moment` (both UTC)."""


@dataclass(frozen=True, slots=True)
class WithinWindow:
    """Only between two local times of day."""

    opens: time
    closes: time
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the next opening of the window."""
        day = moment.astimezone(ZoneInfo(self.timezone)).date()
        opening = instant(day, self.opens, self.timezone)
        if moment < opening:
            return opening
        if moment < instant(day, self.closes, self.timezone):
            return moment
        return instant(day + _ONE_DAY, self.opens, self.timezone)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Never between two local times of day; they may span midnight."""

    begins: time
    ends: time
    timezone: str

    def earliest(self, moment: datetime) -> datetime:
        """Return `moment`, or the end of the quiet hours it falls in."""
        today = moment.astimezone(ZoneInfo(self.timezone)).date()
        for day in (today - _ONE_DAY, today):
            begin = instant(day, self.begins, self.timezone)
            last = day if self.begins < self.ends else day + _ONE_DAY
            end = instant(last, self.ends, self.timezone)
            if begin <= moment < end:
                return end
        return moment


DEFAULT_QUIET = (time(21, 0), time(9, 0))


def contact_rules(window: Window, timezone: str) -> tuple[ContactRule, ...]:
    """Return the rules for an officer who has said nothing about duty times."""
    return (
        WithinWindow(window.opens, window.closes, timezone),
        QuietHours(*DEFAULT_QUIET, timezone),
    )


def earliest_allowed(
    moment: datetime, rules: Sequence[ContactRule], latest: datetime
) -> datetime | None:
    """Return the first moment from `moment` on that every rule accepts.

    None when there is none before `latest`.
    """
    while moment < latest:
        moved = moment
        for rule in rules:
            moved = rule.earliest(moved)
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
) -> datetime | None:
    """Return when one officer is invited to a prompt; None when no moment is left.

    `opens` is the start of the prompt's day. `jitter` in [-1, 1] is the officer's own random
    number for this prompt: a team is not written to at once, and the time of a message says
    nothing. An invitation planned late keeps its distance from the others in the same way.
    """
    day = opens.astimezone(ZoneInfo(timezone)).date()
    start = instant(day, window.opens, timezone)
    half = (instant(day, window.closes, timezone) - start) / 2
    spread = min(JITTER, half)
    wanted = start + half + spread * jitter
    if wanted < now:
        wanted = now + spread * abs(jitter)
    moment = earliest_allowed(wanted, rules, latest)
    if moment is None or moment == wanted:
        return moment
    # Everybody who had to wait would now start at the same instant: spread them again.
    return earliest_allowed(moment + spread * abs(jitter), rules, latest) or moment


def reminder_moment(
    sent: datetime,
    after: timedelta,
    latest: datetime,
    rules: Sequence[ContactRule],
    jitter: float,
) -> datetime | None:
    """Return when the one reminder of a prompt goes out; None when it expires before.

    `after` is 48 to 72 hours; `jitter` in [-1, 1].
    """
    room = max(timedelta(hours=72) - after, timedelta())
    wanted = sent + after + min(JITTER, room) * abs(jitter)
    return earliest_allowed(wanted.astimezone(UTC), rules, latest)
