"""An instrument that exists is complete; every way to be incomplete has its sentence."""

import re
from typing import Any

import pytest

from bot.core.disclosure.rules import SENSITIVITY_RULES
from bot.core.documents import DocumentProblems
from bot.core.instruments import (
    DRAFT_ANSWER_BITS,
    NEVER_SCALED,
    AnswerGroup,
    Instrument,
    Sensitivity,
)
from tests.core.builders import (
    an_instrument,
    instrument_content,
    instrument_of,
    item,
    option,
    scale,
    texts,
)

TWO = [option("Yes", 1), option("No", 0)]


def test_a_complete_instrument_is_read() -> None:
    instrument = an_instrument()
    assert instrument.key == ("invented", 3)
    assert instrument.item("mood").text["en"] == "How is mood?"
    assert [instrument.sensitivity_of(s) for s in instrument.scales] == [
        Sensitivity.ORDINARY,
        Sensitivity.ORDINARY,
        Sensitivity.SUPERVISION,
    ]
    with pytest.raises(KeyError):
        instrument.item("unknown")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"items": [item("a", TWO, at_most=1)], "scales": [scale("s", ["a"])]},
            "at_most goes with kind choices, and only there",
        ),
        (
            {"items": [item("a", TWO, kind="choices")], "scales": []},
            "at_most goes with kind choices, and only there",
        ),
        (
            {"items": [item("a", [option(str(n), n) for n in range(13)])], "scales": []},
            "expected at most 12 options, got 13",
        ),
        (
            {
                "items": [item("a", [option("x"), option("y")], kind="choices", at_most=3)],
                "scales": [],
            },
            "at_most is larger than the number of options",
        ),
        (
            {"items": [item("a", TWO, kind="choices", at_most=1)], "scales": []},
            "options of an item of kind choices are counted, not scored",
        ),
        (
            {"items": [item("a", [option("Yes", 1), option("Yes", 2)])], "scales": []},
            "the option label Yes comes twice",
        ),
        (
            {
                "items": [item("a", [*TWO, {**option("Rather not"), "alone": True}])],
                "scales": [scale("s", ["a"])],
            },
            "alone goes with kind choices: a choice is always alone",
        ),
        (
            {
                "items": [
                    item("a", [{**option("x"), "code": ""}, option("y")], kind="choices", at_most=1)
                ],
                "scales": [],
            },
            "at least 1 character",
        ),
        ({"items": [item("a", TWO[:1])], "scales": []}, "at least 2 items"),
        ({"scales": [scale("s", ["mood"], low_up_to=4.0)]}, "low_up_to to be less than high_from"),
        ({"scales": [scale("s", ["mood"], low_up_to=float("nan"))]}, "less than high_from"),
        ({"scales": [scale("s", ["mood", "mood"])]}, "the item mood comes twice"),
        ({"scales": [scale("s", [])]}, "at least 1 item"),
        ({"items": [item("mood"), item("mood")]}, "the item mood comes twice"),
        (
            {"scales": [scale("s", ["mood"]), scale("s", ["calm"])]},
            "the scale s comes twice",
        ),
        (
            {"scales": [scale("s", ["nowhere"])]},
            "the scale s names the item nowhere, which is not here",
        ),
        (
            {"items": [item("a", [option("x"), option("y", 1)])], "scales": [scale("s", ["a"])]},
            "the item a of scale s has no scored options",
        ),
        (
            {
                "items": [item("a", [option("x"), option("y")], reverse=True)],
                "scales": [scale("s", ["a"])],
            },
            "the item a of scale s has no scored options",
        ),
        (
            {
                "items": [item("a"), item("b", sensitivity="supervision")],
                "scales": [scale("s", ["a", "b"])],
            },
            "the items of scale s differ in sensitivity",
        ),
        ({"items": [item("mood"), item("alone")]}, "the item alone belongs to no scale"),
        ({"languages": ["en", "en"]}, "the language en comes twice"),
        ({"languages": ["en", "cy"]}, "“An invented check-in” is missing in cy"),
        ({"languages": []}, "at least 1 item"),
        ({"languages": ["english"]}, "String should match pattern"),
        ({"languages": [f"{a}{b}" for a in "abcde" for b in "abcd"]}, "at most 16 items"),
        ({"version": 65536}, "less than or equal to 65535"),
        ({"publication": {"level": "person"}}, "Input should be 'unit', 'department' or 'force'"),
        ({"wording": "more"}, "Extra inputs are not permitted"),
    ],
)
def test_each_way_to_be_incomplete_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    if "items" in changes and "scales" not in changes:
        changes = {**changes, "scales": [scale("s", ["mood"])]}
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        an_instrument(**changes)


@pytest.mark.parametrize("sensitivity", sorted(NEVER_SCALED))
def test_exit_and_incident_items_belong_to_no_scale(sensitivity: str) -> None:
    asked = item("a", sensitivity=sensitivity)
    with pytest.raises(DocumentProblems, match="counted for the whole force"):
        an_instrument(items=[asked], scales=[scale("s", ["a"])])
    assert an_instrument(items=[asked], scales=[]).scales == []


def test_what_is_counted_is_never_scaled() -> None:
    counted = {what for what, rule in SENSITIVITY_RULES.items() if not rule.in_groups_of_answers}
    assert counted == NEVER_SCALED


def test_every_text_is_there_in_every_language() -> None:
    content = instrument_content(languages=["en", "cy"], title=texts("Title", ["en", "cy"]))
    with pytest.raises(DocumentProblems, match="“How is mood\\?” is missing in cy"):
        Instrument.from_mapping(content, name="invented.yaml")


def test_a_draft_that_would_not_fit_into_a_button_is_refused() -> None:
    assert instrument_of([11] * 20).draft_bits <= DRAFT_ANSWER_BITS
    assert instrument_of([-20] * 8).draft_bits <= DRAFT_ANSWER_BITS
    with pytest.raises(DocumentProblems, match="the answers need 190 bits, and a button holds 184"):
        instrument_of([-20] * 9)


def test_a_reversed_item_turns_its_scores_round_and_keeps_the_unscored() -> None:
    options = [option("Never", 0), option("Often", 3), option("Always", 4), option("Rather not")]
    instrument = an_instrument(items=[item("a", options, reverse=True)], scales=[scale("s", ["a"])])
    assert instrument.items[0].scores == (4, 1, 0, None)


def test_both_edges_belong_to_the_outer_groups() -> None:
    mood = an_instrument().scales[0]
    low, middle, high = AnswerGroup
    groups = [mood.group_of(mean) for mean in (2.4, 2.41, 3.59, 3.6)]
    assert groups == [low, middle, middle, high]


def test_an_option_can_carry_the_forces_own_code() -> None:
    reasons = [{**option("pay"), "code": "LV-07"}, {**option("rather not"), "alone": True}]
    why = an_instrument(items=[item("why", reasons, kind="choices", at_most=1)], scales=[]).items[0]
    assert [given.code for given in why.options] == ["LV-07", None]
    assert why.alone == 0b10
