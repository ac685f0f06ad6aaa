"""The states of a round, as a table: what may happen in which state, and what follows."""

from enum import StrEnum

from bot.core.errors import StandEasyError


class RoundState(StrEnum):
    """Where a round stands."""

    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    SHREDDED = "shredded"


class RoundEvent(StrEnum):
    """What can happen to a round."""

    CLOSE = "close"
    RELEASE = "release"
    SHRED = "shred"


TRANSITIONS: dict[tuple[RoundState, RoundEvent], RoundState] = {
    (RoundState.OPEN, RoundEvent.CLOSE): RoundState.CLOSED,
    (RoundState.CLOSED, RoundEvent.RELEASE): RoundState.RELEASED,
    (RoundState.RELEASED, RoundEvent.SHRED): RoundState.SHREDDED,
}
"""Everything that is not here is refused: no state is left twice, and nothing goes back."""

MEANING: dict[RoundState, str] = {
    RoundState.OPEN: "takes answers",
    RoundState.CLOSED: "takes no more answers; waits for the tally",
    RoundState.RELEASED: "has its one release; can be recounted",
    RoundState.SHREDDED: "has its one release; answers and opening key are destroyed",
}


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
