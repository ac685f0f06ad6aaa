"""A year the plain way: every invitation worked out by itself, with everything that was sent.

What is quick in the product is held against this: nothing here is kept or taken to be alike.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from bot.core.calendar import instant, local_day, prompt_expires_on
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty import duty_of
from bot.core.contact_times.duty_patterns import OFFICE, PATTERNS, Shift
from bot.core.contact_times.moments import (
    REMINDERS_END,
    earliest_allowed,
    invitation_moment,
    reminder_moment,
    rules_for,
)
from bot.core.contact_times.rules import MIDNIGHT, ContactRule
from bot.core.year_ahead.askings import LEAD_IN, Asking, Where
from bot.core.year_ahead.days import Span
from bot.core.year_ahead.messages import Kind, Message, with_pattern
from bot.core.year_ahead.patterns import PatternAhead, State

A_WHILE = timedelta(days=30)
"""Much further than the caps look."""


@dataclass(frozen=True)
class _Prompt:
    asking: Asking
    day: date
    opens: datetime
    expires: datetime


def plain_messages(
    askings: Sequence[Asking],
    where: Where,
    span: Span,
    times: ContactTimes,
    *,
    answers_at_once: bool,
) -> tuple[Message, ...]:
    """Return what `messages_to` does."""
    year = _Year(where, times, reminds=not answers_at_once)
    for prompt in _prompts_of(askings, where, span):
        year.send_until(prompt.opens)
        year.invite(prompt)
    year.send_until(None)
    found = sorted(year.messages, key=lambda each: (each.asked_on, each.check_in, each.kind))
    return tuple(each for each in found if each.asked_on in span)


def plain_pattern(
    askings: Sequence[Asking], where: Where, span: Span, pattern: str
) -> PatternAhead:
    """Return what is told of a pattern, from each message of each turn."""
    turns = 1 if pattern == OFFICE else len(PATTERNS[pattern])
    states: Counter[State] = Counter()
    numbers, clock = [], []
    for back in range(turns):
        times = with_pattern(
            pattern, None if pattern == OFFICE else span.begins - timedelta(days=back)
        )
        messages = plain_messages(askings, where, span, times, answers_at_once=True)
        came = [
            each.moment.astimezone(ZoneInfo(where.timezone)) for each in messages if each.moment
        ]
        states.update(_state(times, where, moment.date()) for moment in came)
        clock += [f"{moment:%H:%M}" for moment in came]
        numbers.append(len(came))
    return PatternAhead(
        pattern,
        turns,
        len(messages),
        min(numbers),
        states,
        min(clock, default=""),
        max(clock, default=""),
    )


def _state(times: ContactTimes, where: Where, day: date) -> State:
    duty = duty_of(times, where.shift_times, where.timezone)
    assert duty is not None
    if duty.is_second_rest_day(day):
        return State.SECOND_REST_DAY
    kinds = {Shift.REST: State.OTHER_REST_DAY, Shift.LATE: State.BEFORE_A_LATE}
    return kinds.get(duty.shift(day), State.OTHER_SHIFT)


def _prompts_of(askings: Sequence[Asking], where: Where, span: Span) -> list[_Prompt]:
    found = sorted(
        (day, plan.opens_on, asking.check_in, number, asking, plan)
        for asking in askings
        for plan in asking.plans
        for number, day in enumerate(plan.prompts)
        if span.begins - LEAD_IN <= day < span.ends
    )
    return [
        _Prompt(
            asking,
            day,
            instant(day, MIDNIGHT, where.timezone),
            instant(prompt_expires_on(plan, number), MIDNIGHT, where.timezone),
        )
        for day, _, _, number, asking, plan in found
    ]


@dataclass
class _Year:
    where: Where
    times: ContactTimes
    reminds: bool
    messages: list[Message] = field(default_factory=list)
    _sent: list[datetime] = field(default_factory=list)
    _waiting: list[tuple[datetime, int, Kind, _Prompt, datetime]] = field(default_factory=list)
    _number: int = 0

    def invite(self, prompt: _Prompt) -> None:
        for planned in (self._planned(), []):
            moment = invitation_moment(
                prompt.opens,
                prompt.expires,
                prompt.opens,
                prompt.asking.window,
                self._rules(prompt, [*self._recent(prompt), *planned]),
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
        while self._waiting and (end is None or self._waiting[0][0] < end):
            due, _, kind, prompt, latest = heappop(self._waiting)
            moment = earliest_allowed(due, self._rules(prompt, self._recent(prompt)), latest)
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
        rules = self._rules(prompt, [*self._recent(prompt), *self._planned()])
        moment = reminder_moment(sent, after, prompt.expires, rules, 0.0)
        if moment is None:
            self._note(Kind.REMINDER, prompt, None)
        else:
            self._wait(moment, Kind.REMINDER, prompt, min(prompt.expires, sent + REMINDERS_END))

    def _wait(self, moment: datetime, kind: Kind, prompt: _Prompt, latest: datetime) -> None:
        self._number += 1
        heappush(self._waiting, (moment, self._number, kind, prompt, latest))

    def _note(self, kind: Kind, prompt: _Prompt, moment: datetime | None) -> None:
        self.messages.append(Message(prompt.asking.check_in, kind, prompt.day, moment))

    def _recent(self, prompt: _Prompt) -> list[date]:
        return [
            local_day(moment, self.where.timezone)
            for moment in self._sent
            if moment > prompt.opens - A_WHILE
        ]

    def _planned(self) -> list[date]:
        return [local_day(moment, self.where.timezone) for moment, *_ in self._waiting]

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
