"""Errands: every kind says what it takes to ask for it; digests of codes stay out of the trail."""

from bot.core.access import ALLOWED, Role
from bot.core.errands import ENDED, NEEDS, TAKES, WAITS_FOR, Kind, State, told


def test_every_kind_is_an_admin_s_alone_to_ask_for() -> None:
    assert NEEDS.keys() == set(Kind)
    assert {ALLOWED[needs] for needs in NEEDS.values()} == {frozenset({Role.ADMIN})}


def test_the_trail_is_told_everything_but_digests() -> None:
    assert told({"until": "Friday", "digest": "00ff", "uses": "20"}) == "until: Friday, uses: 20"
    assert told({}) == ""


def test_an_errand_waits_longer_than_it_takes_and_ends_in_one_of_two_ways() -> None:
    assert TAKES < WAITS_FOR
    assert set(State) - ENDED == {State.WAITING, State.BEGUN}
