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
WITH_VITALS: Final = (EVERYTHING, "officers")
"""Those that talk to officers, and so say more of themselves than that they are alive."""

TICKS_WITHIN: Final = timedelta(minutes=3)
"""A process that ticked within this time is alive."""

CLOCKS_APART: Final = timedelta(minutes=3)
"""Clocks of two machines differ by less: what lies further ahead was written by no clock."""

LONGEST: Final = 2_000
"""No vitals have more characters."""

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


def has_been(at: datetime, now: datetime) -> bool:
    """Whether a moment that somebody wrote down can be believed: later than now, it never was."""
    return at - now < CLOCKS_APART


def ticked_lately(ticks: Mapping[str, datetime], process: str | None, now: datetime) -> bool:
    """Whether a process, or any, is alive."""
    wanted = (EVERYTHING, *PARTS) if process is None else (process,)
    return any(
        has_been(at, now) and now - at < TICKS_WITHIN
        for name, at in ticks.items()
        if name in wanted
    )


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
        if len(text) > LONGEST:
            raise ValueError("expected vitals")
        try:
            found: dict[str, Any] = json.loads(text)
            numbers = {name: _band(found[name]) for name in _NUMBERS}
            troubles = {
                Trouble(kind): Seen(_whole(each["times"]), _moment(each["last"]))
                for kind, each in found["troubles"].items()
            }
        except (AttributeError, KeyError, TypeError, RecursionError) as error:
            raise ValueError("expected vitals") from error
        return cls(troubles=troubles, **numbers)


def _whole(found: object) -> int:
    # Exactly: what is no number but can be made one has no end, or counts as one.
    if type(found) is not int or not 0 <= found <= _MOST:
        raise ValueError("expected a number")
    return found


def _band(found: object) -> int:
    number = _whole(found)
    if number not in BANDS:
        raise ValueError("expected the least of a band")
    return number


def _moment(found: str) -> datetime:
    moment = datetime.fromisoformat(found)
    if moment.tzinfo is None:
        raise ValueError("expected a time with a zone")
    return moment


_MOST: Final = 10**9
_NUMBERS: Final = ("waiting", "late", "sent", "enrolled")
