"""One officer's year: which messages will come, and when.

The same rules and the same order as when messages are planned and sent, with nobody's jitter:
everything an officer is told here is what would happen if all went by the programme.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import heappop, heappush

from bot.core.calendar import RoundPlan, local_day, prompt_expires_on
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty import at_wall
from bot.core.contact_times.duty_patterns import ShiftTimes
from bot.core.contact_times.moments import (
    REMINDERS_END,
    SAID_NOTHING,
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import ContactRule
from bot.core.programme import Force, Programme, Window
from bot.core.year_ahead.days import Span, plans_in

MIDNIGHT = time()

LEAD_IN = timedelta(days=14)
"""The caps look back seven days, and a prompt lives for seven: the first week needs both."""

_CAPS_LOOK = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Asking:
    """What of a check-in decides when somebody is written to."""

    check_in: str
    window: Window
    remind_after: timedelta | None
    plans: tuple[RoundPlan, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """What of a force decides when somebody is written to."""

    timezone: str
    shift_times: ShiftTimes
    bank_holidays: frozenset[date]
    blackout_dates: frozenset[date]

    @staticmethod
    def of(force: Force) -> "Where":
        """Return what counts of a force."""
        return Where(
            force.timezone,
            force.shift_times,
            frozenset(force.bank_holidays),
            frozenset(force.blackout_dates),
        )


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


def askings_of(
    programme: Programme, span: Span, check_ins: frozenset[str] | None = None
) -> tuple[Asking, ...]:
    """Return the check-ins that write to people, or those of them that are named."""
    lead_in = Span(span.begins - LEAD_IN, span.ends)
    return tuple(
        Asking(
            each.id,
            each.window,
            None if each.remind_after_hours is None else timedelta(hours=each.remind_after_hours),
            plans_in(each, lead_in),
        )
        for each in programme.check_ins
        if each.invites and (check_ins is None or each.id in check_ins)
    )


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
    prompts = sorted(
        (day, plan.opens_on, asking.check_in, number, asking, plan)
        for asking in askings
        for plan in asking.plans
        for number, day in enumerate(plan.prompts)
        if span.begins - LEAD_IN <= day < span.ends
    )
    for day, _, _, number, asking, plan in prompts:
        opens = at_wall(day, MIDNIGHT, where.timezone)
        expires = at_wall(prompt_expires_on(plan, number), MIDNIGHT, where.timezone)
        year.send_until(opens)
        year.invite(_Prompt(asking, day, opens, expires))
    year.send_until(None)
    found = sorted(year.messages, key=lambda each: (each.asked_on, each.check_in, each.kind))
    return tuple(each for each in found if each.asked_on in span)


@dataclass(frozen=True, slots=True)
class _Prompt:
    asking: Asking
    day: date
    opens: datetime
    expires: datetime


@dataclass(slots=True)
class _Year:
    """What was sent so far, and what waits to be."""

    where: Where
    times: ContactTimes
    reminds: bool
    messages: list[Message] = field(default_factory=list)
    _sent: list[datetime] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, Kind, _Prompt, datetime]] = field(default_factory=list)
    _number: int = 0

    def invite(self, prompt: _Prompt) -> None:
        """Plan an invitation, beside what is planned already if that leaves a moment."""
        planned = [entry[0] for entry in self._waiting]
        for others in (planned, []) if planned else ([],):
            moment = invitation_moment(
                prompt.opens,
                prompt.expires,
                prompt.opens,
                prompt.asking.window,
                self._rules(prompt, others),
                self.where.timezone,
                0.0,
                self.times,
                self.where.shift_times,
            )
            if moment is not None:
                self._wait(moment, Kind.INVITATION, prompt, prompt.expires)
                return
        self._note(Kind.INVITATION, prompt, None)

    def send_until(self, end: datetime | None) -> None:
        """Send what is due before a moment; None for everything."""
        while self._waiting and (end is None or self._waiting[0][0] < end):
            due, _, kind, prompt, latest = heappop(self._waiting)
            # What was planned without regard to others is one too many by now, or it is not.
            moment = earliest_allowed(due, self._rules(prompt, []), latest)
            if moment is not None and moment > due:
                self._wait(moment, kind, prompt, latest)
                continue
            self._note(kind, prompt, moment)
            if moment is not None:
                self._sent.append(moment)
                if kind is Kind.INVITATION and self.reminds:
                    self._remind(prompt, moment)

    def _remind(self, prompt: _Prompt, sent: datetime) -> None:
        after = prompt.asking.remind_after
        if after is None:
            return
        rules = self._rules(prompt, [entry[0] for entry in self._waiting])
        moment = reminder_moment(sent, after, prompt.expires, rules, 0.0)
        if moment is None:
            self._note(Kind.REMINDER, prompt, None)
        else:
            self._wait(moment, Kind.REMINDER, prompt, min(prompt.expires, sent + REMINDERS_END))

    def _wait(self, moment: datetime, kind: Kind, prompt: _Prompt, latest: datetime) -> None:
        # The number keeps the order of planning between messages of one moment.
        self._number += 1
        heappush(self._waiting, (moment, self._number, kind, prompt, latest))

    def _note(self, kind: Kind, prompt: _Prompt, moment: datetime | None) -> None:
        self.messages.append(Message(prompt.asking.check_in, kind, prompt.day, moment))

    def _rules(self, prompt: _Prompt, others: Sequence[datetime]) -> tuple[ContactRule, ...]:
        timezone = self.where.timezone
        recent = [each for each in self._sent[-8:] if each > prompt.opens - _CAPS_LOOK]
        return rules_for(
            prompt.asking.window,
            timezone,
            self.times,
            self.where.shift_times,
            self.where.bank_holidays,
            contacted=tuple(local_day(each, timezone) for each in (*recent, *others)),
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
