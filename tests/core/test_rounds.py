"""The table of round states is complete: everything in it happens, everything else is refused."""

from itertools import product

import pytest

from bot.core.rounds import MEANING, TRANSITIONS, RoundEvent, RoundNotReady, RoundState, after


@pytest.mark.parametrize(("state", "event"), list(product(RoundState, RoundEvent)))
def test_every_state_and_event_is_in_the_table_or_refused(
    state: RoundState, event: RoundEvent
) -> None:
    if (state, event) in TRANSITIONS:
        assert after(state, event, "r-1") is TRANSITIONS[state, event]
        return
    with pytest.raises(RoundNotReady) as caught:
        after(state, event, "r-1")
    assert str(caught.value) == (
        f"The round r-1 {MEANING[state]}: expected one that can {event.value}."
    )


def test_a_round_goes_one_way_through_all_states() -> None:
    state = RoundState.OPEN
    seen = [state]
    for event in (RoundEvent.CLOSE, RoundEvent.RELEASE, RoundEvent.SHRED):
        state = after(state, event, "r-1")
        seen.append(state)
    assert seen == list(RoundState)
    assert len(set(TRANSITIONS.values())) == len(TRANSITIONS)
    assert set(MEANING) == set(RoundState)
