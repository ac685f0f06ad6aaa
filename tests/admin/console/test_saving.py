"""What pages say of a save: when it counts, and every problem in a sentence."""

import pytest

from bot.admin.console.saving import EFFECTS, effects_of, in_words, number_in, problems_of
from bot.core.documents import DocumentProblems
from bot.core.errors import StandEasyError
from bot.core.programme_differences import Difference, Part
from bot.workflows.programme_changes import ChangedMeanwhile, NoReason, NothingChanged
from bot.workflows.programme_proposals import SavedSince


def test_every_part_says_when_it_counts() -> None:
    assert set(EFFECTS) == set(Part)
    changes = [Difference(part, "It is so.") for part in (Part.SUPPORT, Part.FORCE, Part.SUPPORT)]
    assert effects_of(changes) == [EFFECTS[Part.FORCE], EFFECTS[Part.SUPPORT]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 12 ", 12), ("", None), ("-1", None), ("٣", None), ("1" * 10, None), ("x", None)],
)
def test_a_number_in_an_address_is_a_short_one_or_none(text: str, number: int | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            DocumentProblems("programme", [(("force", "name"), "too long")]),
            "force.name: too long",
        ),
        (NoReason(longest=300), "reason: Write in one line why"),
        (NothingChanged(), "Nothing was changed"),
        (ChangedMeanwhile(version=3, author="Heron", based_on=2), "Somebody saved version 3"),
        (SavedSince(number=1, newest=3), "Look at it once more."),
    ],
)
def test_every_problem_is_a_sentence_with_its_place(error: StandEasyError, told: str) -> None:
    ((place, text),) = problems_of(error)
    assert told in in_words(place, text)
