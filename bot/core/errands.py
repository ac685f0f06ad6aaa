"""Errands: what somebody at the dashboard asks for and the officers' process does.

The dashboard holds no keys and writes neither rounds nor codes. It leaves word of what is wanted;
each errand is begun once, in the order in which they were asked for, and answered in a sentence.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.access import Permission

WAITS_FOR: Final = timedelta(hours=1)
"""So long an errand waits to be begun: nobody wants next week what they asked for today."""

TAKES: Final = timedelta(minutes=5)
"""So long whoever began an errand has to end it; after that nobody knows what came of it."""


LONGEST_SENTENCE: Final = 2000


class Kind(StrEnum):
    """What is asked for."""

    OPEN_ROUND = "open round"
    PAUSE_ROUND = "pause round"
    RESUME_ROUND = "resume round"
    EXTEND_ROUND = "extend round"
    CLOSE_ROUND = "close round"
    ISSUE_CODE = "issue code"
    REVOKE_CODE = "revoke code"


NEEDS: Final[Mapping[Kind, Permission]] = {
    Kind.OPEN_ROUND: Permission.STEER_ROUNDS,
    Kind.PAUSE_ROUND: Permission.STEER_ROUNDS,
    Kind.RESUME_ROUND: Permission.STEER_ROUNDS,
    Kind.EXTEND_ROUND: Permission.STEER_ROUNDS,
    Kind.CLOSE_ROUND: Permission.STEER_ROUNDS,
    Kind.ISSUE_CODE: Permission.ISSUE_CODES,
    Kind.REVOKE_CODE: Permission.ISSUE_CODES,
}
"""What it takes to ask for each."""

UNTOLD: Final = frozenset({"digest"})
"""Of an errand's detail, what the audit trail does not repeat."""


class State(StrEnum):
    """Where an errand stands."""

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"


ENDED: Final = frozenset({State.DONE, State.REFUSED})

NOBODY_CAME: Final = (
    "The officers' process does not run, or has not for an hour: nothing was done. "
    "Ask again once it runs."
)
END_UNKNOWN: Final = (
    "This was begun, and the officers' process stopped before it said what came of it. "
    "Look whether it was done before asking again."
)
NOT_FORESEEN: Final = (
    "Something went wrong that was not foreseen; the log of the officers' process names it. "
    "Look whether it was done before asking again."
)
NOT_READABLE: Final = "What was asked for cannot be read: nothing was done. Ask again."
NOT_ALLOWED_ANY_MORE: Final = (
    "Whoever asked for this may not do it any more: nothing was done. Somebody who may can ask."
)
NOBODY_ASKED: Final = (
    "This was asked for under a name that nobody with access has or had: nothing was done. See who "
    "holds the dashboard's database account."
)
NOT_DONE_HERE: Final = "The officers' process does not do this: expected a newer version of it."


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that was asked for."""

    number: int
    kind: Kind
    subject: str
    detail: Mapping[str, str]
    by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an errand, in a sentence."""

    done: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What decides when an errand comes to its turn."""

    number: int
    subject: str
    by: str


def next_in_turn(waiting: Iterable[Waiting], turns: MutableMapping[str, int]) -> Waiting | None:
    """Return whose errand is next, and note the turn: nobody's heap holds up anybody else.

    `turns` holds up to which number each asker has had a turn. Errands about one subject stay in
    their order: they may build on each other. Whoever was served comes after everybody who was
    there by then, and in the end before all that comes later, under whatever name.
    """
    in_order = sorted(waiting, key=lambda each: each.number)
    first: dict[str, Waiting] = {}
    for each in in_order:
        first.setdefault(each.by, each)
    # Whoever has nothing left needs no place: their next number is later than all there are.
    for gone in [by for by in turns if by not in first]:
        del turns[gone]
    if not first:
        return None
    chosen = min(first.values(), key=lambda each: max(each.number, turns.get(each.by, 0)))
    turns[chosen.by] = max(in_order[-1].number, *turns.values(), 0) + 1
    return next(each for each in in_order if each.subject == chosen.subject)


def storable(sentence: str) -> str:
    """Return a sentence as every database takes it, whatever of a detail it repeats."""
    plain = sentence.replace("\0", "?").encode("utf-8", "replace").decode()
    return plain if len(plain) <= LONGEST_SENTENCE else f"{plain[: LONGEST_SENTENCE - 1]}…"


def told(detail: Mapping[str, str]) -> str:
    """Return what the audit trail says of an errand's detail."""
    return ", ".join(f"{name}: {value}" for name, value in detail.items() if name not in UNTOLD)
