"""The table of round states is complete: everything in it happens, everything else is refused."""

from itertools import product

import pytest

from bot.core.rounds import (
    MAY_BE_STEERED,
    MEANING,
    PAUSED_MEANING,
    TRANSITIONS,
    RoundEvent,
    RoundNotReady,
    RoundState,
    Steering,
    after,
    check_may_be_steered,
    may_be_steered,
)


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
    assert seen == [each for each in RoundState if each is not RoundState.ABANDONED]
    assert len(set(TRANSITIONS.values())) == len(TRANSITIONS)
    assert set(MEANING) == set(RoundState)


def test_only_a_round_that_closed_without_a_result_is_abandoned_and_it_stays_so() -> None:
    into = [each for each in TRANSITIONS if TRANSITIONS[each] is RoundState.ABANDONED]
    assert into == [(RoundState.CLOSED, RoundEvent.ABANDON)]
    assert not [state for state, _ in TRANSITIONS if state is RoundState.ABANDONED]


@pytest.mark.parametrize(
    ("state", "paused", "act"), list(product(RoundState, (False, True), Steering))
)
def test_every_act_is_in_the_table_of_steering_or_refused(
    state: RoundState, paused: bool, act: Steering
) -> None:
    if may_be_steered(state, act, paused=paused):
        assert act in MAY_BE_STEERED[state, paused]
        check_may_be_steered(state, act, "r-1", paused=paused)
        return
    with pytest.raises(RoundNotReady) as caught:
        check_may_be_steered(state, act, "r-1", paused=paused)
    meaning = PAUSED_MEANING if paused else MEANING[state]
    assert str(caught.value) == f"The round r-1 {meaning}: expected one that can {act.value}."


def test_what_is_closed_is_never_steered_and_a_pause_is_left_as_it_was_entered() -> None:
    assert {state for state, _ in MAY_BE_STEERED} == {RoundState.OPEN}
    going, paused = MAY_BE_STEERED[RoundState.OPEN, False], MAY_BE_STEERED[RoundState.OPEN, True]
    assert going - paused == {Steering.PAUSE}
    assert paused - going == {Steering.RESUME}
