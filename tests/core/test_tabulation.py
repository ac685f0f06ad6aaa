"""Counting: the same numbers as a naive count of the raw responses, in any order."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.instruments import Instrument
from bot.core.responses import Response, UnreadableResponse, encode
from bot.core.tabulation import (
    Tabulator,
    UnsafeTable,
    answers_scale,
    counted_items,
    denominator,
    whose,
)
from tests.core.builders import a_response, an_instrument, instrument_of, responses
from tests.shares import share_of

INVENTED = an_instrument()


def tabulated(instrument: Instrument, given_responses: list[Response]) -> UnsafeTable:
    """The table of these responses."""
    tabulator = Tabulator(instrument)
    for response in given_responses:
        tabulator.add(encode(response, instrument))
    return tabulator.table()


def _naive_mean(response: Response, scale_items: list[int], reversed_items: set[int]) -> Fraction:
    """The mean of 1-to-5 items by position; -1 when fewer than half were answered."""
    scores = [
        6 - (response.answers[i][0] + 1) if i in reversed_items else response.answers[i][0] + 1
        for i in scale_items
        if response.answers[i]
    ]
    return Fraction(sum(scores), len(scores)) if 2 * len(scores) >= len(scale_items) else -1 * ONE


ONE = Fraction(1)


@settings(max_examples=share_of(1000), deadline=None)
@given(st.lists(responses(INVENTED, ["a", "b"]), max_size=40))
def test_the_table_is_what_a_naive_count_finds(raw: list[Response]) -> None:
    table = tabulated(INVENTED, raw)
    assert {key: cell.respondents for key, cell in table.cells.items()} == Counter(
        (response.team, response.prompt) for response in raw
    )
    for key, cell in table.cells.items():
        mine = [response for response in raw if (response.team, response.prompt) == key]
        means = [
            mean
            for response in mine
            if any(response.answers[i] for i in (1, 2))
            and (mean := _naive_mean(response, [1, 2], {2})) >= 0
        ]
        ease = cell.scales["ease"]
        assert ease.groups == [
            sum(mean <= Fraction("2.4") for mean in means),
            sum(Fraction("2.4") < mean < Fraction("3.6") for mean in means),
            sum(mean >= Fraction("3.6") for mean in means),
        ]
        assert Fraction(ease.total, denominator(INVENTED.scales[1])) == sum(means)
        chosen = Counter(option for response in mine for option in response.answers[4])
        assert cell.options == {"reasons": [chosen[option] for option in range(4)]}
        assert cell.answered == {"reasons": sum(bool(response.answers[4]) for response in mine)}
        # "Not needed" is an answer, but no score.
        asked = [response.answers[3][0] for response in mine if response.answers[3]]
        assert sum(cell.scales["supervision"].groups) == sum(option < 3 for option in asked)


@settings(max_examples=50, deadline=None)
@given(st.lists(responses(INVENTED, ["a", "b"]), max_size=40))
def test_role_type_and_service_are_counted_for_the_whole_force(raw: list[Response]) -> None:
    table = tabulated(INVENTED, raw)
    travelled: Counter[tuple[str, int, tuple[int, int], bool]] = Counter()
    for (team, prompt), cell in table.cells.items():
        for key, number in cell.travelled.items():
            travelled[team, prompt, whose(key), answers_scale(key, 0)] += number
    assert travelled == Counter(
        (r.team, r.prompt, (r.role_type, r.service), bool(r.answers[0])) for r in raw
    )
    moods = Counter((r.role_type, r.service, r.prompt) for r in raw if r.answers[0])
    assert {key: sum(cell["mood"]) for key, cell in table.force.items()} == {
        (r.role_type, r.service, r.prompt): moods[r.role_type, r.service, r.prompt] for r in raw
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(responses(INVENTED, ["a", "b"]), max_size=30), st.randoms())
def test_the_order_of_arrival_does_not_matter(raw: list[Response], dice: random.Random) -> None:
    shuffled = list(raw)
    dice.shuffle(shuffled)
    assert tabulated(INVENTED, raw).cells == tabulated(INVENTED, shuffled).cells


def test_memory_grows_with_different_answers_only_and_stops_at_the_limit() -> None:
    instrument = instrument_of([11] * 5)
    tabulator = Tabulator(instrument)
    heads = set()
    for number in range(21_000):
        answers = [(number // 11**place % 11,) for place in range(5)]
        content = encode(a_response(instrument, "ab"[number % 2], answers), instrument)
        heads.add(content[: 1 + content[0]])
        tabulator.add(content)
        tabulator.add(content)
    assert len(tabulator._placements) == 20_000
    assert len(tabulator._heads) == len(heads) == 2
    assert sum(cell.respondents for cell in tabulator.table().cells.values()) == 42_000


def test_a_response_to_another_version_is_refused() -> None:
    other = an_instrument(version=4)
    with pytest.raises(UnreadableResponse, match="another instrument or version"):
        Tabulator(INVENTED).add(encode(a_response(other), other))


def test_an_unsafe_table_does_not_print() -> None:
    assert repr(tabulated(INVENTED, [a_response(INVENTED)])) == "UnsafeTable(<unprotected>)"


def test_items_outside_all_scales_are_counted_by_option() -> None:
    assert [item.id for item in counted_items(INVENTED)] == ["reasons"]
    assert [denominator(scale) for scale in INVENTED.scales] == [1, 2, 1]
