"""Contact choices: what an officer said about when to be written to.

Nothing here is a roster: a pattern, the day it started on, and the exceptions the officer
named. It travels inside the sealed profile, so its JSON form is small (at most 150 bytes) and
holds only what differs from having said nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.core.contact_times.duty_patterns import A_MONDAY, OFFICE, PATTERNS, Cycle, cycle_of
from bot.core.errors import StandEasyError

MOST_CANCELLED = 4
_CANCELLED_KEPT = timedelta(days=7)
_DAY_MINUTES = 24 * 60
_FEWEST_LOUD_MINUTES = 60


class InvalidContactTimes(StandEasyError):
    """These contact times cannot be kept: {problem}."""

    hint = "The officer can choose again in the settings."


class Part(StrEnum):
    """A time that suits somebody; the letter is how it is stored."""

    ANY = "any"
    MORNINGS = "m"
    AFTERNOONS = "a"
    EVENINGS = "e"
    EVENINGS_WEEKENDS = "w"
    """For specials and volunteers, who have another job."""


@dataclass(frozen=True, slots=True)
class PartHours:
    """The local times of a part of the day."""

    begins: time
    ends: time
    whole_weekends: bool = False


PART_HOURS: MappingProxyType[Part, PartHours] = MappingProxyType(
    {
        Part.MORNINGS: PartHours(time(9), time(12)),
        Part.AFTERNOONS: PartHours(time(12), time(17)),
        Part.EVENINGS: PartHours(time(17), time(21)),
        Part.EVENINGS_WEEKENDS: PartHours(time(17), time(21), whole_weekends=True),
    }
)
"""Each part but ANY, which is whatever the programme allows."""


def _refuse(problem: str) -> InvalidContactTimes:
    return InvalidContactTimes(problem=problem)


@dataclass(frozen=True, slots=True)
class ContactTimes:
    """What one officer said; `ContactTimes()` is somebody who said nothing."""

    pattern: str | None = None
    own_cycle: str = ""
    """Letters of `Shift`, when the pattern is none of the table."""
    anchor: date | None = None
    """A day on which the cycle begins; the office week has none, it begins on Mondays."""
    part: Part = Part.ANY
    quiet: tuple[time, time] | None = None
    """Quiet hours other than the ordinary ones; they may span midnight."""
    cancelled: tuple[date, ...] = ()
    """Rest days that were cancelled, oldest first."""

    def __post_init__(self) -> None:
        self._check_duty()
        self._check_quiet()
        if len(self.cancelled) > MOST_CANCELLED:
            raise _refuse(f"expected at most {MOST_CANCELLED} cancelled rest days")
        if list(self.cancelled) != sorted(set(self.cancelled)):
            raise _refuse("expected each cancelled rest day once, oldest first")

    def _check_duty(self) -> None:
        if self.pattern is not None and self.own_cycle:
            raise _refuse("expected a pattern or an own cycle, and not both")
        if self.pattern is not None and self.pattern not in PATTERNS:
            raise _refuse(f"expected one of the patterns {', '.join(PATTERNS)}")
        if self.own_cycle:
            try:
                cycle_of(self.own_cycle)
            except ValueError as error:
                raise _refuse(str(error)) from None
        if self.needs_anchor and self.anchor is None:
            raise _refuse("expected the day on which the cycle begins")
        if self.anchor is not None and not self.needs_anchor:
            raise _refuse("expected no first day: nothing was chosen that begins on one")

    def _check_quiet(self) -> None:
        if self.quiet is None:
            return
        if any(at.second or at.microsecond or at.tzinfo for at in self.quiet):
            raise _refuse("expected quiet hours to the minute, in local time")
        begins, ends = map(_minutes, self.quiet)
        # Follow-ups that were asked for come in what is left, so something must be.
        if begins == ends or (begins - ends) % _DAY_MINUTES < _FEWEST_LOUD_MINUTES:
            raise _refuse("expected quiet hours that leave an hour of the day")

    @property
    def needs_anchor(self) -> bool:
        """Whether "today is ..." has to be said as well."""
        return bool(self.own_cycle) or self.pattern not in (None, OFFICE)

    @property
    def in_office(self) -> bool:
        """Whether the week is the office week, with its bank holidays."""
        return self.pattern == OFFICE

    def cycle(self) -> tuple[Cycle, date] | None:
        """Return the cycle and a day on which it begins; None when no duty was declared."""
        if self.own_cycle:
            return cycle_of(self.own_cycle), self.anchor or A_MONDAY
        if self.pattern is not None:
            return PATTERNS[self.pattern], self.anchor or A_MONDAY
        return None

    def with_cancelled(self, day: date, today: date) -> "ContactTimes":
        """Return these times with one more cancelled rest day; those long past are dropped."""
        recent = {kept for kept in self.cancelled if kept >= today - _CANCELLED_KEPT}
        return replace(self, cancelled=tuple(sorted(recent | {day}))[-MOST_CANCELLED:])

    def to_json(self) -> dict[str, Any]:
        """Return what differs from `ContactTimes()`, under short keys."""
        content: dict[str, Any] = {}
        if self.pattern is not None:
            content["p"] = self.pattern
        if self.own_cycle:
            content["c"] = self.own_cycle
        if self.anchor is not None:
            content["a"] = _number(self.anchor)
        if self.part is not Part.ANY:
            content["t"] = str(self.part)
        if self.quiet is not None:
            content["q"] = [_minutes(at) for at in self.quiet]
        if self.cancelled:
            content["x"] = [_number(day) for day in self.cancelled]
        return content

    @staticmethod
    def from_json(content: object) -> "ContactTimes":
        """Return what `to_json` wrote; anything else raises `InvalidContactTimes`."""
        if not isinstance(content, dict) or content.keys() - _READERS.keys():
            raise _refuse(f"expected the fields {', '.join(_READERS)} and no other")
        fields = {}
        for key, value in content.items():
            name, read = _READERS[key]
            try:
                fields[name] = read(value)
            except (TypeError, ValueError):
                raise _refuse(f"the field {key} cannot be read") from None
        return ContactTimes(**fields)


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def _day(value: Any) -> date:
    if not isinstance(value, int):
        raise TypeError
    return date.fromisoformat(str(value))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(value: Any) -> time:
    return time(*divmod(value, 60))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _quiet(value: Any) -> tuple[time, time]:
    begins, ends = value
    return _time(begins), _time(ends)


_READERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "p": ("pattern", _text),
    "c": ("own_cycle", _text),
    "a": ("anchor", _day),
    "t": ("part", Part),
    "q": ("quiet", _quiet),
    "x": ("cancelled", lambda value: tuple(map(_day, value))),
}
