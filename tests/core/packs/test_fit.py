"""A wording fills its structure, or every place is named where it does not."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from bot.core.documents import DocumentProblems
from tests.core.packs.wordings import (
    TODAY,
    Content,
    a_structure,
    filled,
    made_of,
    structure_content,
)

STRUCTURE = a_structure()


def problems(
    change: Callable[[Content], Any], languages: Sequence[str] = ("en", "cy"), **structure: Any
) -> list[tuple[str, str]]:
    """Return what is wrong with a wording after a change, each with its place."""
    wanted = a_structure(**structure)
    content = deepcopy(filled(wanted, languages))
    change(content)
    with pytest.raises(DocumentProblems) as caught:
        made_of(wanted, content)
    return [(".".join(map(str, place)), text) for place, text in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda c: c["items"].pop("one"), ("items", "one is missing")),
        (lambda c: c["options"].pop("often"), ("options", "often is missing")),
        (lambda c: c["scales"].pop("pair"), ("scales", "pair is missing")),
        (lambda c: c["titles"].pop("invented-pair"), ("titles", "invented-pair is missing")),
        (
            lambda c: c["items"].update(four={"en": "?", "cy": "?"}),
            ("items.four", "expected one of one, two, three"),
        ),
        (
            lambda c: c["options"].update(never=[]),
            ("options.never", "expected one of often, agree"),
        ),
        (lambda c: c["options"]["often"].pop(), ("options.often", "expected 3 options, got 2")),
        (lambda c: c.pop("lead_in"), ("lead_in", "expected the sentence that stands before")),
        (lambda c: c["items"]["one"].pop("cy"), ("items.one", "the text for cy is missing")),
        (
            lambda c: c["scales"]["pair"]["low"].update(fr="bas"),
            ("scales.pair.low.fr", "the language fr is not in the list of languages"),
        ),
        (lambda c: c["items"]["one"].update(en=" "), ("items.one", "the text for en is empty")),
        (
            lambda c: c["items"]["one"].update(en="x" * 301),
            ("items.one.en", "expected at most 300 characters, got 301"),
        ),
        (
            lambda c: c["options"]["often"][1].update(cy="x" * 41),
            ("options.often.1.cy", "expected at most 40 characters, got 41"),
        ),
        (
            lambda c: c["titles"]["invented-pair"].update(en="two\nlines"),
            ("titles.invented-pair.en", "expected one line without blanks at its ends"),
        ),
        (
            lambda c: c["lead_in"].update(en="blank "),
            ("lead_in.en", "expected one line without blanks at its ends"),
        ),
        (
            lambda c: c["options"]["often"][2].update(en=c["options"]["often"][0]["en"]),
            ("options.often.2.en", "this label comes twice"),
        ),
        (lambda c: c["languages"].append("en"), ("languages", "a language comes twice")),
        (
            lambda c: c["licence"].update(given_on=TODAY + timedelta(days=1)),
            ("licence.given_on", "expected a day up to today, 2026-11-22, got 2026-11-23"),
        ),
        (
            lambda c: c["licence"].update(statement="yes"),
            ("licence.statement", "expected 20 to 600 characters, got 3"),
        ),
        (
            lambda c: c["licence"].update(granted_by=" " * 9),
            ("licence.granted_by", "expected 3 to 50 characters, got 0"),
        ),
        (lambda c: c.update(licence={}), ("licence.statement", "Field required")),
        (lambda c: c.update(answers=1), ("answers", "Extra inputs are not permitted")),
    ],
)
def test_each_place_that_is_not_filled_is_named(
    change: Callable[[Content], Any], found: tuple[str, str]
) -> None:
    place, sentence = found
    assert any(at == place and text.startswith(sentence) for at, text in problems(change))


def test_everything_that_is_wrong_is_named_at_once() -> None:
    def empty_of_welsh(content: Content) -> None:
        for text in content["items"].values():
            del text["cy"]

    assert len(problems(empty_of_welsh)) == 3


def test_a_sentence_before_all_items_is_refused_where_there_is_none() -> None:
    found = problems(lambda c: c.update(lead_in={"en": "So:", "cy": "Felly:"}), lead_in=False)
    assert found == [("lead_in", "this questionnaire has no sentence before all items")]


def test_numbers_of_a_scale_stand_in_two_rows_and_are_short() -> None:
    options = structure_content()["options"] | {"often": {"scores": [0, 1, 2], "layout": "scale"}}

    def spelt_out(content: Content) -> None:
        content["options"]["often"][2]["en"] = "two"

    found = problems(spelt_out, ("en",), options=options)
    assert found == [("options.often.2.en", "expected at most 2 characters, got 3")]


@pytest.mark.parametrize("text", ["Likely depressed", "At risk", "Positive screen", "5 cases"])
def test_groups_with_limits_of_a_condition_are_not_called_after_it(text: str) -> None:
    of_a_condition = [
        structure_content()["scales"][0] | {"limits": "condition"},
        structure_content()["scales"][1],
    ]
    for group in ("title", "low"):

        def renamed(content: Content, group: str = group) -> None:
            content["scales"]["pair"][group]["en"] = text

        found = problems(renamed, ("en",), scales=of_a_condition)
        assert [place for place, _ in found] == [f"scales.pair.{group}.en"]
    # Where a limit is not tied to a condition, a theme may be called what it is about.
    content = filled(STRUCTURE)
    content["scales"]["pair"]["low"] = {"en": text}
    assert made_of(STRUCTURE, content)
