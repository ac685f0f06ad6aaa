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
