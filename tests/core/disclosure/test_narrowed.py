"""All bands of a scale together say no more of a few people than the group around them does."""

from fractions import Fraction

import pytest

from bot.core.disclosure import narrowed, reading
from bot.core.disclosure.bands import Band, Bands
from bot.core.disclosure.consistency import Together
from bot.core.disclosure.narrowed import Few, Word, narrowed_groups, own_share, rough_share
from bot.core.disclosure.statements import statement
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from tests.core.builders import team
from tests.core.disclosure.tables import answered, group, released

MOSTLY_LOW = Bands(Band(80, 100), Band(0, 20), Band(0, 20))
HIGH, NOT_HIGH = (0, 0, 1), (1, 1, 0)


def own(bands: Bands, people: tuple[int, int], others: int, aims: tuple[int, int, int]) -> Fraction:
    """What one group lets some of its people be, beside whom so many others are."""
    said = statement("one", frozenset({0}), bands, people, 1, (people[0], 0, 0))
    return own_share(Word(said.edges, *people, others), aims)


def test_a_group_by_itself_says_something_of_its_people() -> None:
    # Ten of 21 heads: beside a team of fourteen are seven others, so three of the ten are in it.
    assert own(MOSTLY_LOW, (10, 14), 7, HIGH) == Fraction(2, 3)
    assert own(MOSTLY_LOW, (10, 14), 7, NOT_HIGH) == 1
    # Beside a team of five are sixteen others: nobody in it has to have answered.
    assert own(MOSTLY_LOW, (10, 14), 16, HIGH) == 1


def test_to_whom_people_may_be_fractions_a_group_by_itself_says_less() -> None:
    # More than 60 per cent of ten are seven, and 20 or more are two: that leaves one.
    bands = Bands(Band(60, 80), Band(20, 40), Band(0, 20))
    said = statement("one", frozenset({0}), bands, (10, 10), 1, (7, 2, 1))
    assert own_share(Word(said.edges, 10, 10, 7), HIGH) == Fraction(1, 3)
    assert rough_share(Word(said.edges, 10, 10, 7), HIGH) == Fraction(2, 3)


def test_what_a_group_says_cannot_be_is_no_share() -> None:
    nobody_high = Bands(Band(40, 60), Band(40, 60), Band(0, 0))
    assert own(nobody_high, (10, 14), 7, HIGH) == 0
    said = statement("one", frozenset({0}), nobody_high, (10, 14), 1, (5, 5, 0))
    assert not narrowed_groups(
        Together([said]), [Few("one", 14, 7, (Word(said.edges, 10, 14, 7),))]
    )


def test_among_many_sets_only_whole_people_are_reckoned_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What each says of its people by itself it says of them among forty others as well."""
    bands = Bands(Band(60, 80), Band(20, 40), Band(0, 20))
    statements = [
        statement(f"unit {number}", frozenset({number}), bands, (10, 10), 1, (7, 2, 1))
        for number in range(41)
    ]
    few = [Few("unit 0", 14, 7, (Word(statements[0].edges, 10, 10, 7),))]
    quickly = narrowed_groups(Together(statements), few)
    monkeypatch.setattr(narrowed, "_PARTS_FOR_FRACTIONS", len(statements))
    assert narrowed_groups(Together(statements), few) == quickly == frozenset()


SMALL = ReportingUnit("s", "S", "small", ("seven", "fourteen"), 21, 4, (7, 14))
LARGE = tuple(ReportingUnit(name, name, "large", (name,), 27, 3, (27,)) for name in ("a", "b"))
UNITS = ReportingUnits(
    "Nowhere Constabulary", (("small", "Small"), ("large", "Large")), (SMALL, *LARGE)
)
ANSWERS = [
    *answered("seven", 4, 1, 0),
    *answered("fourteen", 7, 1, 0),
    *answered("a", 6, 5, 6),
    *answered("b", 1, 5, 6),
]
"""Of all, 20 to 30 per cent are high. The large department is 40 to 50, so that there is hardly
room for anybody high in the small one, whose own band has room for two of ten."""


def is_mood_shown() -> list[bool]:
    """Of the force, the small and the large department."""
    teams = {
        name: Team.from_mapping(team(name, heads, 3), name="team")
        for unit in UNITS.units
        for name, heads in unit.heads_by_team.items()
    }
    seen = released(UNITS, ANSWERS, teams=teams)
    return [
        group(seen, name).scales["mood"] is not None
        for name in ("force", "department:small", "department:large")
    ]


def test_a_team_in_a_small_department_is_told_no_more_than_the_department() -> None:
    assert is_mood_shown() == [True, False, False]


def test_without_the_rule_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowed, "narrowed_groups", lambda *_: frozenset())
    assert is_mood_shown() == [True, True, True]


def test_where_many_groups_are_shown_one_reader_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_GROUPS_FOR_ANOTHER", 0)
    assert is_mood_shown() == [True, False, False]
