"""The states of a round, as a table: what may happen in which state, and what follows.

A pause is no state of its own: a paused round is open in everything but that nobody is written
to. What forgets to ask about a pause takes an answer too many, and loses none.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.core.errors import StandEasyError


class RoundState(StrEnum):
    """Where a round stands."""

    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    SHREDDED = "shredded"
    ABANDONED = "abandoned"


class RoundEvent(StrEnum):
    """What can happen to a round."""

    CLOSE = "close"
    RELEASE = "release"
    SHRED = "shred"
    ABANDON = "be abandoned"


TRANSITIONS: dict[tuple[RoundState, RoundEvent], RoundState] = {
    (RoundState.OPEN, RoundEvent.CLOSE): RoundState.CLOSED,
    (RoundState.CLOSED, RoundEvent.RELEASE): RoundState.RELEASED,
    (RoundState.RELEASED, RoundEvent.SHRED): RoundState.SHREDDED,
    (RoundState.CLOSED, RoundEvent.ABANDON): RoundState.ABANDONED,
}
"""Everything that is not here is refused: no state is left twice, and nothing goes back."""

MEANING: dict[RoundState, str] = {
    RoundState.OPEN: "takes answers",
    RoundState.CLOSED: "takes no more answers; waits for the tally",
    RoundState.RELEASED: "has its one release; can be recounted",
    RoundState.SHREDDED: "has its one release; answers and opening key are destroyed",
    RoundState.ABANDONED: "has no result and never will; answers and opening key are destroyed",
}


class Steering(StrEnum):
    """What an admin can do to a round that is under way."""

    PAUSE = "be paused"
    RESUME = "go on"
    EXTEND = "be extended"
    CLOSE_EARLY = "be closed early"


PAUSED_MEANING: Final = "is paused: it takes answers, and writes to nobody"

MAY_BE_STEERED: Final[Mapping[tuple[RoundState, bool], frozenset[Steering]]] = {
    (RoundState.OPEN, False): frozenset({Steering.PAUSE, Steering.EXTEND, Steering.CLOSE_EARLY}),
    (RoundState.OPEN, True): frozenset({Steering.RESUME, Steering.EXTEND, Steering.CLOSE_EARLY}),
}
"""By state, and whether it is paused. What closed is never steered any more."""


class RoundNotReady(StandEasyError):
    """The round {round} {meaning}: expected one that can {event}."""


class NoSuchRound(StandEasyError):
    """There is no round {round}: expected one that python -m bot rounds list shows."""


def after(state: RoundState, event: RoundEvent, round_id: str) -> RoundState:
    """Return the state that follows, or raise `RoundNotReady`."""
    following = TRANSITIONS.get((state, event))
    if following is None:
        raise RoundNotReady(round=round_id, meaning=MEANING[state], event=event.value)
    return following


def may_be_steered(state: RoundState, act: Steering, *, paused: bool) -> bool:
    """Return whether an admin may do this to a round as it stands."""
    return act in MAY_BE_STEERED.get((state, paused), frozenset())


def check_may_be_steered(state: RoundState, act: Steering, round_id: str, *, paused: bool) -> None:
    """Raise `RoundNotReady` unless an admin may do this to a round as it stands."""
    if not may_be_steered(state, act, paused=paused):
        meaning = PAUSED_MEANING if paused else MEANING[state]
        raise RoundNotReady(round=round_id, meaning=meaning, event=act.value)
