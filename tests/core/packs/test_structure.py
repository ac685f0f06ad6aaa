"""A structure hangs together, or says where it does not."""

import re
from typing import Any

import pytest

from bot.core.documents import DocumentProblems
from tests.core.packs.wordings import a_structure, structure_content


def test_a_part_asks_its_items_in_the_order_of_the_questionnaire() -> None:
    structure = a_structure()
    assert structure.key == ("invented", 1)
    assert [[item.id for item in structure.items_of(part)] for part in structure.parts] == [
        ["one", "two"],
        ["three"],
    ]


def _with(key: str, position: int, **changes: Any) -> dict[str, Any]:
    listed = structure_content()[key]
    return {key: [*listed[:position], listed[position] | changes, *listed[position + 1 :]]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (_with("items", 1, id="one"), "the item one comes twice"),
        (_with("items", 1, number=1), "the number 1 comes twice"),
        (_with("scales", 1, id="pair"), "the scale pair comes twice"),
        (_with("parts", 1, id="invented-pair"), "the part invented-pair comes twice"),
        (_with("parts", 1, scales=["pair"]), "the scale pair comes twice"),
        (_with("parts", 1, scales=["other"]), "the scale is missing on one side: alone, other"),
        (_with("scales", 1, items=["two"]), "the item two comes twice"),
        (_with("scales", 0, items=["one"]), "the item is missing on one side: two"),
        (_with("items", 0, options="agree"), None),
        (_with("items", 2, options="often"), "expected the items to use all sets of options"),
        (_with("items", 2, options="other"), "expected the items to use all sets of options"),
        (_with("scales", 1, limits="guessed"), "Input should be 'published', 'condition' or 'own'"),
        ({"wording": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_what_does_not_hang_together_is_refused(
    changes: dict[str, Any], sentence: str | None
) -> None:
    if sentence is None:
        a_structure(**changes)
        return
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        a_structure(**changes)
