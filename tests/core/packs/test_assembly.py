"""Structure and wording together: what is asked, how it is scored, what may be shown of it."""

import re
from datetime import date
from fractions import Fraction

import pytest

from bot.core.documents import DocumentProblems
from bot.core.instruments import AnswerGroup, Instrument, Need, Scale
from bot.core.packs.wording import digest_of
from bot.core.scoring import item_scores, scale_mean
from tests.core.builders import instrument_content, item, option, scale
from tests.core.packs.wordings import a_structure, filled, made_of, structure_content

STRUCTURE = a_structure()


def made() -> tuple[Instrument, Instrument]:
    """Both instruments of the invented pack."""
    pair, alone = made_of(STRUCTURE, filled(STRUCTURE))
    return pair, alone


def test_each_part_is_an_instrument_of_its_own() -> None:
    pair, alone = made()
    assert (pair.key, alone.key) == (("invented-pair", 1), ("invented-alone", 1))
    assert (pair.publication.level, alone.publication.level) == ("unit", "force")
    assert pair.licence == "An Invented Owner, 2026-01-31"
    assert [item.id for item in pair.items] == ["one", "two"]
    assert pair.items[0].text["en"] == (
        "Think of an invented fortnight: en Invented question one? en"
    )
    assert pair.items[0].options[0].support == [Need.TALK]
    assert pair.items[1].options[0].support == []
    assert pair.items[1].scores == (2, 1, 0)
    assert alone.items[0].scores == (1, 2, None)


def test_only_the_owners_texts_in_a_tested_form_are_called_validated() -> None:
    assert [each.validated for each in made()] == [True, False]
    altered = made_of(STRUCTURE, filled(STRUCTURE, official=False))
    assert [each.validated for each in altered] == [False, False]


def test_a_pack_without_a_sentence_before_its_items_asks_them_as_they_are() -> None:
    plain = a_structure(lead_in=False)
    assert made_of(plain, filled(plain))[0].items[0].text["en"] == "Invented question one? en"


def _mean(instrument: Instrument, *answers: tuple[int, ...]) -> Fraction | None:
    return scale_mean(instrument.scales[0], item_scores(instrument, answers))


def test_a_sum_takes_an_answer_to_every_item() -> None:
    pair, _ = made()
    assert _mean(pair, (2,), (2,)) == Fraction(2 + 0, 2)
    assert _mean(pair, (2,), ()) is None


def test_groups_are_read_from_the_score_and_means_from_the_answers() -> None:
    pair, _ = made()
    (summed,) = pair.scales
    # Sums 0 to 4, times five: up to 5 is low, from 15 is high.
    groups = [summed.group_of(float(Fraction(total, 2))) for total in range(5)]
    low, middle, high = AnswerGroup
    assert groups == [low, low, middle, high, high]


def _table(table: dict[int, float], **scoring: object) -> Scale:
    content = scale("s", ["a", "b", "c"], low_up_to=1.5, high_from=9.5)
    content["scoring"] = {"by": "sum", "table": table, **scoring}
    return Scale.model_validate(content)


def test_a_table_gives_each_sum_its_score() -> None:
    by_table = _table({0: 1.0, 1: 1.5, 2: 5.0, 3: 9.5})
    # Thirds are not exact as floats, and the sum is found all the same.
    scores = [by_table.scoring.of(float(Fraction(total, 3)), 3) for total in range(4)]
    assert scores == [1.0, 1.5, 5.0, 9.5]


@pytest.mark.parametrize(
    ("scoring", "sentence"),
    [
        ({"times": 4}, "times and table go with a sum, and only there"),
        ({"table": {1: 1.0}}, "times and table go with a sum, and only there"),
        ({"by": "sum", "times": 4, "table": {1: 1.0}}, "expected times or a table, got both"),
        ({"by": "sum", "table": {1: 1.0, 2: 1.0}}, "whose scores rise with the sum"),
        ({"by": "sum", "table": {1: 1.0, 2: float("nan")}}, "whose scores rise with the sum"),
        ({"by": "sum", "table": {0: 1.0, 1: 2.0}}, "a score for each sum from 0 to 2, and for no"),
    ],
)
def test_a_score_that_cannot_be_is_refused(scoring: dict[str, object], sentence: str) -> None:
    two = [option("No", 0), option("Yes", 1)]
    content = instrument_content(
        items=[item("a", two), item("b", two)],
        scales=[scale("s", ["a", "b"], scoring=scoring)],
    )
    with pytest.raises(DocumentProblems, match=re.escape(sentence)):
        Instrument.from_mapping(content, name="x")


def test_a_table_that_holds_every_sum_is_taken() -> None:
    two = [option("No", 0), option("Yes", 1), option("Not said")]
    table = {"by": "sum", "table": {0: 1.0, 1: 2.0, 2: 7.0}}
    content = instrument_content(
        items=[item("a", two), item("b", two)], scales=[scale("s", ["a", "b"], scoring=table)]
    )
    assert Instrument.from_mapping(content, name="x").scales[0].scoring.of(0.5, 2) == 2.0


def test_limits_of_a_condition_are_not_shown_for_units() -> None:
    scales = structure_content()["scales"]
    scales[0]["limits"] = "condition"
    structure = a_structure(scales=scales)
    with pytest.raises(DocumentProblems, match="expected the level department or force, got unit"):
        made_of(structure, filled(structure))
    parts = structure_content()["parts"]
    parts[0]["level"] = "department"
    structure = a_structure(scales=scales, parts=parts)
    assert made_of(structure, filled(structure))[0].scales[0].of_a_condition


def test_the_hash_knows_every_text_and_not_the_licence() -> None:
    content = filled(STRUCTURE)
    renewed = content | {"licence": content["licence"] | {"given_on": date(2026, 6, 1)}}
    assert digest_of(renewed) == digest_of(content)
    reworded = content | {"items": content["items"] | {"one": {"en": "Another question?"}}}
    for changed in (reworded, content | {"version": 2}, content | {"official": False}):
        assert digest_of(changed) != digest_of(content)
