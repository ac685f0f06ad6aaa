"""Duty patterns: which shift comes on which day of a cycle, and when each shift is worked.

A pattern is a row of a table and says nothing about dates. Hours are local wall times; a
shift that ends at or before the time it begins ends on the next day.
"""

from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from pydantic import field_validator, model_validator

from bot.core.documents import Document, WallTime

SHORTEST_CYCLE = 2
LONGEST_CYCLE = 35
LONGEST_SHIFT = timedelta(hours=14)
NIGHTS_END_BY = time(12)


class Shift(StrEnum):
    """What a day of a cycle is; the letter is how an own cycle is written."""

    EARLY = "E"
    LATE = "L"
    NIGHT = "N"
    DAY = "D"
    REST = "R"


Cycle = tuple[Shift, ...]


def cycle_of(letters: str) -> Cycle:
    """Return the cycle written as letters, such as EELLNNRRRR; `ValueError` if it is none."""
    if not SHORTEST_CYCLE <= len(letters) <= LONGEST_CYCLE:
        raise ValueError(f"expected a cycle of {SHORTEST_CYCLE} to {LONGEST_CYCLE} days")
    try:
        return tuple(Shift(letter) for letter in letters)
    except ValueError:
        raise ValueError(f"expected the letters {''.join(Shift)} alone") from None


OFFICE = "office"

# 2x2x3 is taken to be the twelve-hour pattern also called 2-2-3 or Pitman: two on, two off,
# three on, two off, two on, three off; a fortnight of days, then the same of nights.
PATTERNS: MappingProxyType[str, Cycle] = MappingProxyType(
    {
        "2-2-2-4": cycle_of("EELLNNRRRR"),
        "2x2x3": cycle_of("DDRRDDDRRDDRRR" + "NNRRNNNRRNNRRR"),
        "4-on-4-off": cycle_of("DDNNRRRR"),
        "6-on-3-off": cycle_of("EELLNNRRR"),
        # Monday to Sunday.
        OFFICE: cycle_of("DDDDDRR"),
    }
)

A_MONDAY = date(2024, 1, 1)
"""Where the office pattern begins, whatever anybody says today is."""


def anchor_of(today: date, position: int) -> date:
    """Return the first day of the cycle when `today` is its day `position`, counted from 0."""
    return today - timedelta(days=position)


def place_in_block(cycle: Cycle, position: int) -> tuple[Shift, int]:
    """Return the shift on a day of a cycle, and the how-manieth of its kind in a row it is."""
    shift = cycle[position % len(cycle)]
    nth = 1
    while nth < len(cycle) and cycle[(position - nth) % len(cycle)] is shift:
        nth += 1
    return shift, nth


class ShiftHours(Document):
    """When one shift begins and ends."""

    begins: WallTime
    ends: WallTime

    @property
    def ends_next_day(self) -> bool:
        """Whether the shift ends on the day after it began."""
        return self.ends <= self.begins

    @model_validator(mode="after")
    def _is_a_shift(self) -> Self:
        length = _since_midnight(self.ends) - _since_midnight(self.begins)
        if self.ends_next_day:
            length += timedelta(days=1)
        if length > LONGEST_SHIFT:
            hours = LONGEST_SHIFT // timedelta(hours=1)
            raise ValueError(f"expected a shift to end within {hours} hours of its beginning")
        return self


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _hours(begins: time, ends: time) -> ShiftHours:
    return ShiftHours(begins=begins, ends=ends)


class ShiftTimes(Document):
    """When a force works each shift. What it leaves out is as below."""

    early: ShiftHours = _hours(time(7), time(16))
    late: ShiftHours = _hours(time(14), time(0))
    night: ShiftHours = _hours(time(22), time(7))
    day: ShiftHours = _hours(time(8), time(17))
    long_day: ShiftHours = _hours(time(7), time(19))
    long_night: ShiftHours = _hours(time(19), time(7))

    @field_validator("early", "day", "long_day")
    @classmethod
    def _lies_within_a_day(cls, hours: ShiftHours) -> ShiftHours:
        if hours.ends_next_day:
            raise ValueError("expected a shift that ends on the day it begins")
        return hours

    @field_validator("night", "long_night")
    @classmethod
    def _spans_midnight(cls, hours: ShiftHours) -> ShiftHours:
        # Ten hours after a night then always lie within the day on which it ends.
        if not hours.ends_next_day or hours.ends > NIGHTS_END_BY:
            raise ValueError("expected a night to begin on one day and to end by noon of the next")
        return hours

    def hours_in(self, cycle: Cycle, *, office: bool = False) -> dict[Shift, ShiftHours]:
        """Return the hours of every shift but rest, as worked in a cycle."""
        # Days and nights without earlies and lates are worked twelve hours each. In somebody's
        # own cycle that is a guess, and the longer shift is the one that disturbs nobody.
        long = not office and not {Shift.EARLY, Shift.LATE} & set(cycle)
        return {
            Shift.EARLY: self.early,
            Shift.LATE: self.late,
            Shift.NIGHT: self.long_night if long else self.night,
            Shift.DAY: self.long_day if long else self.day,
        }
