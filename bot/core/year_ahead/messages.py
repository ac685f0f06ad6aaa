"""One officer's year: which messages will come, and when.

The same rules and the same order as when messages are planned and sent, with nobody's jitter:
everything an officer is told here is what would happen if all went by the programme. Most days
of a year are alike to the rules: what was worked out for one of them is not worked out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import heappop, heappush

from bot.core.calendar import local_day, prompt_expires_on
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty import at_wall
from bot.core.contact_times.moments import (
    REMINDERS_END,
    SAID_NOTHING,
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import Caps, ContactRule
from bot.core.year_ahead.alike import Alike, alike_for
from bot.core.year_ahead.askings import LEAD_IN, Asking, Where
from bot.core.year_ahead.days import ONE_DAY, Span, clock_changes_in

MIDNIGHT = time()

_CAPS_LOOK = timedelta(days=8)

_RULES_LOOK = timedelta(days=2)
"""Further than any rule looks behind or ahead of the days on which a prompt can be answered."""


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


@lru_cache(maxsize=256)
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
    year = _Year(where, times, reminds=not answers_at_once)
    for prompt in _prompts_of(askings, where, span, bool(times.in_office)):
        year.send_until(prompt.opens)
        year.invite(prompt)
    year.send_until(None)
    found = sorted(year.messages, key=lambda each: (each.asked_on, each.check_in, each.kind))
    return tuple(each for each in found if each.asked_on in span)


@dataclass(frozen=True, slots=True)
class _Prompt:
    asking: Asking
    day: date
    opens: datetime
    expires: datetime
    unlike: tuple[object, ...]
    """What sets it apart: itself, and which of the days that a rule could look at for it are not
    like any other; nothing where all of them are."""


@lru_cache(maxsize=32)
def _prompts_of(
    askings: tuple[Asking, ...], where: Where, span: Span, in_office: bool
) -> tuple[_Prompt, ...]:
    """Return the prompts of a span and of its lead-in, in the order in which they begin."""
    found = sorted(
        (day, plan.opens_on, asking.check_in, number, asking, plan)
        for asking in askings
        for plan in asking.plans
        for number, day in enumerate(plan.prompts)
        if span.begins - LEAD_IN <= day < span.ends
    )
    if not found:
        return ()
    ends = [prompt_expires_on(plan, number) for *_, number, _, plan in found]
    whole = Span(found[0][0] - _RULES_LOOK, max(ends) + _RULES_LOOK + ONE_DAY)
    unlike = [(each.day, "clock") for each in clock_changes_in(where.timezone, whole)]
    unlike += [(day, "blackout") for day in sorted(where.blackout_dates)]
    if in_office:
        unlike += [(day, "holiday") for day in sorted(where.bank_holidays)]

    def apart(day: date, end: date) -> tuple[object, ...]:
        first, last = day - _RULES_LOOK, end + _RULES_LOOK
        near = [each for each in unlike if first <= each[0] <= last]
        return (day, *near) if near else ()

    return tuple(
        _Prompt(
            asking,
            day,
            at_wall(day, MIDNIGHT, where.timezone),
            at_wall(end, MIDNIGHT, where.timezone),
            apart(day, end),
        )
        for (day, _, _, _, asking, _), end in zip(found, ends, strict=True)
    )


_Waiting = tuple[datetime, int, Kind, _Prompt, datetime, date]
"""A moment, the how-manieth it is, what is due then, its latest moment; its local day."""


@dataclass(slots=True)
class _Year:
    """What was sent so far, and what waits to be."""

    where: Where
    times: ContactTimes
    reminds: bool
    messages: list[Message] = field(default_factory=list)
    _sent: list[tuple[datetime, date]] = field(default_factory=list)
    """Each moment with its local day."""
    _waiting: list[_Waiting] = field(default_factory=list)
    _number: int = 0
    _alike: Alike | None = None

    def __post_init__(self) -> None:
        self._alike = alike_for(self.times, self.where.timezone, self.where.shift_times)

    def invite(self, prompt: _Prompt) -> None:
        """Plan an invitation, beside what is planned already if that leaves a moment."""
        planned = self._planned()
        for others in (planned, []) if planned else ([],):
            moment = self._moment(prompt, [*self._recent(prompt), *others])
            if moment is not None:
                self._wait(moment, Kind.INVITATION, prompt, prompt.expires)
                return
        self._note(Kind.INVITATION, prompt, None)

    def _moment(self, prompt: _Prompt, contacted: list[date]) -> datetime | None:
        """Return when an invitation comes, of which something like it may tell."""
        if self._alike is None:
            return self._worked_out(prompt, contacted)
        window, day = prompt.asking.window, prompt.day.toordinal()

        def work() -> timedelta | None:
            moment = self._worked_out(prompt, contacted)
            return None if moment is None else moment - prompt.opens

        after = self._alike.after(
            prompt.day,
            (
                window.opens,
                window.closes,
                prompt.expires - prompt.opens,
                prompt.unlike,
                *[each.toordinal() - day for each in contacted],
            ),
            work,
        )
        return None if after is None else prompt.opens + after

    def _worked_out(self, prompt: _Prompt, contacted: list[date]) -> datetime | None:
        return invitation_moment(
            prompt.opens,
            prompt.expires,
            prompt.opens,
            prompt.asking.window,
            self._rules(prompt, contacted),
            self.where.timezone,
            0.0,
            self.times,
            self.where.shift_times,
        )

    def send_until(self, end: datetime | None) -> None:
        """Send what is due before a moment; None for everything."""
        while self._waiting and (end is None or self._waiting[0][0] < end):
            due, _, kind, prompt, latest, day = heappop(self._waiting)
            moment: datetime | None = due
            recent = self._recent(prompt)
            # Nothing but what was sent since it was planned can speak against it.
            if due >= latest or Caps(tuple(recent), self.where.timezone).is_full(day):
                moment = earliest_allowed(due, self._rules(prompt, recent), latest)
                if moment is not None and moment > due:
                    self._wait(moment, kind, prompt, latest)
                    continue
            self._note(kind, prompt, moment)
            if moment is not None:
                # It did not move: it goes out on the day it was planned for.
                self._sent.append((moment, day))
                if kind is Kind.INVITATION and self.reminds:
                    self._remind(prompt, moment)

    def _remind(self, prompt: _Prompt, sent: datetime) -> None:
        after = prompt.asking.remind_after
        if after is None:
            return
        rules = self._rules(prompt, [*self._recent(prompt), *self._planned()])
        moment = reminder_moment(sent, after, prompt.expires, rules, 0.0)
        if moment is None:
            self._note(Kind.REMINDER, prompt, None)
        else:
            self._wait(moment, Kind.REMINDER, prompt, min(prompt.expires, sent + REMINDERS_END))

    def _wait(self, moment: datetime, kind: Kind, prompt: _Prompt, latest: datetime) -> None:
        # The number keeps the order of planning between messages of one moment.
        self._number += 1
        day = local_day(moment, self.where.timezone)
        heappush(self._waiting, (moment, self._number, kind, prompt, latest, day))

    def _note(self, kind: Kind, prompt: _Prompt, moment: datetime | None) -> None:
        self.messages.append(Message(prompt.asking.check_in, kind, prompt.day, moment))

    def _recent(self, prompt: _Prompt) -> list[date]:
        """Return the days of messages that came before a prompt's and count beside it."""
        since = prompt.opens - _CAPS_LOOK
        return [day for moment, day in self._sent[-8:] if moment > since]

    def _planned(self) -> list[date]:
        return [day for *_, day in self._waiting]

    def _rules(self, prompt: _Prompt, contacted: Sequence[date]) -> tuple[ContactRule, ...]:
        return rules_for(
            prompt.asking.window,
            self.where.timezone,
            self.times,
            self.where.shift_times,
            self.where.bank_holidays,
            contacted=contacted,
            blackout_dates=self.where.blackout_dates,
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
