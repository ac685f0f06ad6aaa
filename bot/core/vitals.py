"""What the officers' process says of itself with each heartbeat: bands and kinds, never a person.

How many invitations wait or went out and how many people joined is rounded down to powers of
ten, fewer than ten to none, before it leaves that process: an exact number that moves by one
tells when somebody did something. Nothing is counted by team or by round, and neither reminders,
which only those get who did not answer, nor what somebody asked for after a tough job are
counted at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

EVERYTHING: Final = "serve"
PARTS: Final = ("officers", "dashboard", "tally")
TICKS_WITHIN: Final = timedelta(minutes=3)
"""A process that ticked within this time is alive."""

BANDS: Final = (0, 1, 10, 100, 1_000, 10_000, 100_000)
"""The smallest number of each band."""

FEWEST_PEOPLE: Final = 10
"""Fewer people than this are one band with nobody."""


class Trouble(StrEnum):
    """What can be wrong between this program and Telegram; in which chat is not known here."""

    TOKEN_REFUSED = "token refused"  # noqa: S105 - the name of a trouble
    OTHER_POLLER = "other poller"
    TOLD_TO_WAIT = "told to wait"
    OUT_OF_REACH = "out of reach"


@dataclass(frozen=True, slots=True)
class Seen:
    """How often something went wrong since the process started, and when it last did."""

    times: int
    last: datetime


def ticked_lately(ticks: Mapping[str, datetime], process: str | None, now: datetime) -> bool:
    """Whether a process, or any, is alive."""
    wanted = (EVERYTHING, *PARTS) if process is None else (process,)
    return any(now - at < TICKS_WITHIN for name, at in ticks.items() if name in wanted)


def band_of(number: int) -> int:
    """Return the smallest number of the band."""
    return max(least for least in BANDS if least <= max(0, number))


def band_of_people(number: int) -> int:
    """Return the smallest number of the band; fewer than ten are 0."""
    return band_of(number) if number >= FEWEST_PEOPLE else 0


@dataclass(frozen=True, slots=True)
class Vitals:
    """The smallest numbers of bands, and what went wrong with Telegram."""

    waiting: int
    """Invitations due and not yet sent."""
    late: int
    """Those of them that are late."""
    sent: int
    """Invitations that went out or were let go within the last hour."""
    enrolled: int
    """People who joined, in the whole force."""
    troubles: Mapping[Trouble, Seen]
    """How often is the smallest number of a band, too."""

    def to_json(self) -> str:
        """Return it as stored with the heartbeat."""
        troubles = {
            kind.value: {"times": seen.times, "last": seen.last.isoformat(timespec="minutes")}
            for kind, seen in self.troubles.items()
        }
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return json.dumps({**numbers, "troubles": troubles}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what was stored; raises `ValueError` on anything else."""
        try:
            found: dict[str, Any] = json.loads(text)
            numbers = {name: int(found[name]) for name in _NUMBERS}
            troubles = {
                Trouble(kind): Seen(int(each["times"]), datetime.fromisoformat(each["last"]))
                for kind, each in found["troubles"].items()
            }
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("expected vitals") from error
        return cls(troubles=troubles, **numbers)


_NUMBERS: Final = ("waiting", "late", "sent", "enrolled")
