"""Errands: every kind says what it takes to ask for it; digests of codes stay out of the trail."""

from bot.core.access import ALLOWED, Role
from bot.core.errands import (
    ENDED,
    LONGEST_SENTENCE,
    NEEDS,
    TAKES,
    WAITS_FOR,
    Kind,
    State,
    Waiting,
    next_in_turn,
    storable,
    told,
)


def test_every_kind_is_an_admin_s_alone_to_ask_for() -> None:
    assert NEEDS.keys() == set(Kind)
    assert {ALLOWED[needs] for needs in NEEDS.values()} == {frozenset({Role.ADMIN})}


def test_the_trail_is_told_everything_but_digests() -> None:
    assert told({"until": "Friday", "digest": "00ff", "uses": "20"}) == "until: Friday, uses: 20"
    assert told({}) == ""


def test_a_sentence_is_as_every_database_takes_it() -> None:
    assert storable("a\0b\ud800c – ✓") == "a?b?c – ✓"
    assert storable("x" * LONGEST_SENTENCE) == "x" * LONGEST_SENTENCE
    assert storable("x" * (LONGEST_SENTENCE + 1)) == "x" * (LONGEST_SENTENCE - 1) + "…"


def test_an_errand_waits_longer_than_it_takes_and_ends_in_one_of_two_ways() -> None:
    assert TAKES < WAITS_FOR
    assert set(State) - ENDED == {State.WAITING, State.BEGUN}


def test_whoever_leaves_heaps_under_ever_new_names_is_not_done_before_what_was_there() -> None:
    turns: dict[str, int] = {}
    waiting = [Waiting(number, f"a{number}", "heap") for number in range(1, 51)]
    waiting += [Waiting(number, f"b{number}", "Kestrel") for number in range(51, 54)]
    done: list[Waiting] = []
    while any(each.by == "Kestrel" for each in waiting):
        chosen = next_in_turn(waiting, turns)
        assert chosen is not None
        waiting.remove(chosen)
        done.append(chosen)
        # After every single one, another comes under a name that nobody has had.
        number = 54 + len(done)
        waiting.append(Waiting(number, f"c{number}", f"nobody {number}"))
    assert [each.number for each in done if each.by == "Kestrel"] == [51, 52, 53]
    assert len(done) < 15
    assert next_in_turn([], turns) is None
    assert turns == {}
