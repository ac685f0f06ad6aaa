"""What health is made of: entries, rounds and notes, and never a person or an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.core.support import Age


@dataclass(frozen=True, slots=True)
class EntryAge:
    """When a support entry was last verified."""

    entry: str
    last_verified: date
    age: Age
    own: bool = False
    """Whether it is the force's own, which it can verify; the others come with the product."""


@dataclass(frozen=True, slots=True)
class NextRound:
    """When a check-in opens its next round."""

    check_in: str
    title: str
    opens_on: date


@dataclass(frozen=True, slots=True)
class GrowthNote:
    """That many joined one reporting group within a day, or that heads were written up.

    Not how many, and nobody.
    """

    group: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Undone:
    """What was asked for at the dashboard and nobody has begun."""

    number: int
    since: datetime | None
    """When the first of them was asked for."""


NOTHING_UNDONE: Final = Undone(0, None)
