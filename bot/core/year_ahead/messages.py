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

from bot.core.calendar import RoundPlan, local_day, prompt_expires_on
from bot.core.contact_times.choices import PART_HOURS, ContactTimes
from bot.core.contact_times.duty import at_wall
from bot.core.contact_times.duty_patterns import A_MONDAY, ShiftTimes
from bot.core.contact_times.moments import (
    REMINDERS_END,
    SAID_NOTHING,
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import Caps, ContactRule
from bot.core.programme import Force, Programme, Window
from bot.core.year_ahead.days import (
    NOTHING_YET,
    ONE_DAY,
    Span,
    UnderWay,
    clock_changes_in,
    plans_in,
)

MIDNIGHT = time()

LEAD_IN = timedelta(days=14)
"""The caps look back seven days, and a prompt lives for seven: the first week needs both."""

_CAPS_LOOK = timedelta(days=8)

_RULES_LOOK = timedelta(days=2)
"""Further than any rule looks behind or ahead of the days on which a prompt can be answered."""

_MOST_ALIKE = 16_384
_Alike = dict[tuple[object, ...], timedelta | None]
"""How long after midnight of its day an invitation comes, by all that this depends on."""


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
    programme: Programme,
    span: Span,
    check_ins: frozenset[str] | None = None,
    under_way: UnderWay = NOTHING_YET,
) -> tuple[Asking, ...]:
    """Return the check-ins that write to people, or those of them that are named."""
    lead_in = Span(span.begins - LEAD_IN, span.ends)
    return tuple(
        Asking(
            each.id,
            each.window,
            None if each.remind_after_hours is None else timedelta(hours=each.remind_after_hours),
            plans_in(each, lead_in, under_way),
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


@lru_cache(maxsize=32)
def _alike_for(
    timezone: str,
    shift_times: ShiftTimes,
    pattern: str | None,
    own_cycle: str,
    quiet: tuple[time, time] | None,
) -> _Alike:
    """Return what is known of everybody whose times are the same but for their first day."""
    return {}


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
    _alike: _Alike | None = None
    """None for times that no two days are alike to."""
    _turn: tuple[int, int] = (0, 1)
    """The first day of the cycle, and its length."""

    def __post_init__(self) -> None:
        if not self.times.cancelled and self.times.part not in PART_HOURS:
            times = self.times
            self._alike = _alike_for(
                self.where.timezone,
                self.where.shift_times,
                times.pattern,
                times.own_cycle,
                times.quiet,
            )
            cycle, anchor = times.cycle() or ((None,), A_MONDAY)
            self._turn = anchor.toordinal(), len(cycle)

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
        (anchor, length), day = self._turn, prompt.day.toordinal()
        key = (
            prompt.asking.window.opens,
            prompt.asking.window.closes,
            prompt.expires - prompt.opens,
            (day - anchor) % length,
            prompt.unlike,
            *[each.toordinal() - day for each in contacted],
        )
        # Zero stands for what is not known: no invitation comes at midnight.
        after = self._alike.get(key, timedelta())
        if after == timedelta():
            moment = self._worked_out(prompt, contacted)
            after = None if moment is None else moment - prompt.opens
            if len(self._alike) >= _MOST_ALIKE:
                self._alike.clear()
            self._alike[key] = after
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
