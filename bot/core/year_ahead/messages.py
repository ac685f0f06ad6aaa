"""One officer's year: which messages will come, and when.

The same rules and the same order as when messages are planned and sent, with nobody's jitter:
everything an officer is told here is what would happen if all went by the programme. Most days
of a year are alike to the rules: what was worked out for one of them is not worked out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import heappop, heappush

from bot.core.calendar import local_day
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.moments import (
    REMINDERS_END,
    SAID_NOTHING,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import ContactRule, is_one_too_many
from bot.core.year_ahead.askings import Asking, Where
from bot.core.year_ahead.best_days import days_of
from bot.core.year_ahead.days import Span
from bot.core.year_ahead.prompts import Prompt, Prompts, prompts_of

_CAPS_LOOK = 7
"""What came so many days before a prompt, or earlier, is nothing to the caps."""

# A year asks it thousands of times, of the same few distances.
_is_one_too_many = lru_cache(maxsize=2048)(is_one_too_many)


class Kind(StrEnum):
    """What a message is."""

    INVITATION = "invitation"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Message:
    """A message that comes, or, without a moment, one that the rules leave no moment for."""

    check_in: str
    kind: Kind
    asked_on: date
    """The day of the prompt."""
    moment: datetime | None


@lru_cache(maxsize=64)
def messages_to(
    askings: tuple[Asking, ...],
    where: Where,
    span: Span,
    times: ContactTimes = SAID_NOTHING,
    *,
    answers_at_once: bool = False,
) -> tuple[Message, ...]:
    """Return the messages about the prompts of a span, in the order of prompts.

    Whoever answers at once gets no reminders; otherwise every one comes that may.
    """
    prompts = prompts_of(askings, where, span, times.in_office)
    messages = [
        Message(prompt.asking.check_in, kind, prompt.day, moment)
        for prompt, kind, moment, _ in what_comes(
            prompts, where, times, reminds=not answers_at_once
        )
    ]
    return tuple(sorted(messages, key=lambda each: (each.asked_on, each.check_in, each.kind)))


Coming = tuple[Prompt, Kind, datetime | None, int]
"""A prompt, what comes of it, and when; its local day, or the day it was planned for."""


def what_comes(
    prompts: Prompts, where: Where, times: ContactTimes, *, reminds: bool
) -> list[Coming]:
    """Return what comes of the prompts of a span, and what does not, as it is decided."""
    year = _Year(where, times, prompts, reminds=reminds)
    for prompt in prompts.in_turn:
        year.send_until(prompt.opens)
        year.invite(prompt)
    year.send_until(None)
    begins = prompts.span.begins.toordinal()
    return [each for each in year.decided if each[0].number >= begins]


_Waiting = tuple[datetime, int, Kind, Prompt, datetime, int, int]
"""A moment, the how-manieth it is, what is due then, its latest moment; its local day, and how
many messages were sent when that was chosen."""


class _Year:
    """What was sent so far, and what waits to be."""

    def __init__(
        self, where: Where, times: ContactTimes, prompts: Prompts, *, reminds: bool
    ) -> None:
        self.decided: list[Coming] = []
        self._where, self._times, self._reminds = where, times, reminds
        self._closed = prompts.closed
        self._days = days_of(times, where.timezone, where.shift_times, prompts)
        self._sent: list[int] = []
        """The local day of each message."""
        self._waiting: list[_Waiting] = []
        self._number = 0

    def invite(self, prompt: Prompt) -> None:
        """Plan an invitation, beside what is planned already if that leaves a moment."""
        recent = self._recent(prompt)
        in_order = self._days.best_for(prompt).in_order
        planned = [each[5] for each in self._waiting]
        for others in ([*recent, *planned], recent) if planned else (recent,):
            for after, since in in_order:
                day = prompt.number + after
                if self._is_open(day, others):
                    self._wait(prompt.opens + since, Kind.INVITATION, prompt, prompt.expires, day)
                    return
        self.decided.append((prompt, Kind.INVITATION, None, prompt.number))

    def send_until(self, end: datetime | None) -> None:
        """Send what is due before a moment; None for everything."""
        while self._waiting and (end is None or self._waiting[0][0] < end):
            due, _, kind, prompt, latest, day, sent_by_then = heappop(self._waiting)
            moment: datetime | None = due
            # Nothing but what was sent since it was planned can speak against it.
            if due >= latest or (
                sent_by_then < len(self._sent) and not self._is_open(day, self._recent(prompt))
            ):
                if self._waits_longer(kind, prompt, latest, day):
                    continue
                moment = None
            self.decided.append((prompt, kind, moment, day))
            if moment is not None:
                # It did not move: it goes out on the day it was planned for.
                self._sent.append(day)
                if kind is Kind.INVITATION and self._reminds:
                    self._remind(prompt, moment)

    def _waits_longer(self, kind: Kind, prompt: Prompt, latest: datetime, behind: int) -> bool:
        """Have a message wait for a day behind one; say whether there is any left for it."""
        recent = self._recent(prompt)
        first = self._days.best_for(prompt).first
        for after in range(behind + 1 - prompt.number, len(first)):
            since, day = first[after], prompt.number + after
            if since is None or prompt.opens + since >= latest:
                continue
            if self._is_open(day, recent):
                self._wait(prompt.opens + since, kind, prompt, latest, day)
                return True
        return False

    def _remind(self, prompt: Prompt, sent: datetime) -> None:
        after = prompt.asking.remind_after
        if after is None:
            return
        moment = reminder_moment(sent, after, prompt.expires, self._rules(prompt), 0.0)
        if moment is None:
            self.decided.append((prompt, Kind.REMINDER, None, prompt.number))
        else:
            latest = min(prompt.expires, sent + REMINDERS_END)
            day = local_day(moment, self._where.timezone).toordinal()
            self._wait(moment, Kind.REMINDER, prompt, latest, day)

    def _wait(
        self, moment: datetime, kind: Kind, prompt: Prompt, latest: datetime, day: int
    ) -> None:
        # The number keeps the order of planning between messages of one moment.
        self._number += 1
        waiting = (moment, self._number, kind, prompt, latest, day, len(self._sent))
        heappush(self._waiting, waiting)

    def _is_open(self, day: int, others: Sequence[int]) -> bool:
        """Whether a message may come on a day, beside those that came or will on others."""
        return day not in self._closed and not _is_one_too_many(
            tuple([other - day for other in others])
        )

    def _recent(self, prompt: Prompt) -> list[int]:
        """Return the days of messages that came before a prompt's and count beside it."""
        since = prompt.number - _CAPS_LOOK
        return [day for day in self._sent[-8:] if day > since]

    def _rules(self, prompt: Prompt) -> tuple[ContactRule, ...]:
        """Return the rules for what comes beside everything that was sent or is planned."""
        days = [*self._recent(prompt), *(each[5] for each in self._waiting)]
        return rules_for(
            prompt.asking.window,
            self._where.timezone,
            self._times,
            self._where.shift_times,
            self._where.bank_holidays,
            contacted=[date.fromordinal(day) for day in days],
            blackout_dates=self._where.blackout_dates,
        )


def by_month(messages: Sequence[Message], span: Span, timezone: str) -> dict[date, int]:
    """Return how many messages come in each month of a span, by its first day."""
    numbers: dict[date, int] = {}
    day = span.begins.replace(day=1)
    while day < span.ends:
        numbers[day] = 0
        day = (day + timedelta(days=31)).replace(day=1)
    for message in messages:
        if message.moment is not None:
            came = local_day(message.moment, timezone).replace(day=1)
            if came in numbers:
                numbers[came] += 1
    return numbers


def with_pattern(pattern: str, anchor: date | None) -> ContactTimes:
    """Return the times of somebody who declared a pattern and nothing else."""
    return replace(SAID_NOTHING, pattern=pattern, anchor=anchor)
