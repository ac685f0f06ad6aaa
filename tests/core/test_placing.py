"""Placing: small movers stay, small newcomers wait, what belongs together stays together."""

from collections.abc import Collection, Mapping, Sequence

import pytest

from bot.core.disclosure.earlier import suppressed_lately
from bot.core.disclosure.ledger import Ledger
from bot.core.placing import place
from bot.core.programme import Programme
from bot.core.reporting_units import ROUNDS_HELD, ReportingUnits, form_units, units_for
from tests.core.builders import a_programme, an_instrument
from tests.core.disclosure.over_time import History, what_is_shown

Sizes = Mapping[str, Sequence[tuple[str, int]]]

BEFORE: Sizes = {"east": [("a", 30), ("b", 8), ("c", 40)], "west": [("d", 50), ("e", 60)]}


class Year:
    """A force over several rounds, all asked, units formed with the ledger."""

    def __init__(self, sizes: Sizes = BEFORE, silent: Collection[str] = "") -> None:
        self.history = History()
        self.units: ReportingUnits | None = None
        self.release(sizes, silent)

    @property
    def ledger(self) -> Ledger:
        return Ledger.of(self.history.earlier, self.history.earlier[-1].closes_on)

    def form(self, sizes: Sizes, teams: Collection[str] | None = None) -> list[tuple[str, str]]:
        """The units of the next round, with the department that each is reported under."""
        programme = a_programme(sizes)
        formed = form_units(
            programme,
            [team.id for team in programme.force.teams] if teams is None else teams,
            self.units,
            self.ledger,
            suppressed_lately(self.history.earlier, "weekly"),
        )
        self.last = formed
        return [(unit.id, unit.department) for unit in formed.units]

    def release(self, sizes: Sizes, silent: Collection[str] = "") -> set[str]:
        """Release a round; the ids shown."""
        if self.history.earlier:
            self.form(sizes)
        else:
            programme = a_programme(sizes)
            self.last = form_units(programme, [team.id for team in programme.force.teams])
        self.units = self.last
        return what_is_shown(self.history.release_of(self.units, a_programme(sizes), silent))


def moved(team: str, sizes: Sizes = BEFORE) -> Sizes:
    """The same with a team in the west."""
    heads = dict(sizes["east"])[team]
    return {
        "east": [each for each in sizes["east"] if each[0] != team],
        "west": [*sizes["west"], (team, heads)],
    }


EVERYTHING = {"force", "east", "west", "c", "d", "e"}


def test_a_small_team_that_moved_is_reported_where_it_was() -> None:
    year = Year()
    assert year.form(moved("b")) == [
        ("a+b", "east"), ("c", "east"), ("d", "west"), ("e", "west"),
    ]  # fmt: skip
    assert year.release(moved("b")) == EVERYTHING | {"a+b"}
    # And in every later round, whichever list is made.
    for _ in range(ROUNDS_HELD + 1):
        assert year.release(moved("b")) == EVERYTHING | {"a+b"}


def test_a_team_of_fifteen_moves() -> None:
    sizes: Sizes = {**BEFORE, "east": [("a", 30), ("b", 15), ("c", 40)]}
    year = Year(sizes)
    assert year.form(moved("b", sizes)) == [
        ("a", "east"), ("c", "east"), ("b+d", "west"), ("e", "west"),
    ]  # fmt: skip
    assert year.release(moved("b", sizes)) == (EVERYTHING - {"d"}) | {"a", "b+d"}


def test_a_part_moves_as_a_whole() -> None:
    both = moved("b", moved("a"))
    year = Year()
    assert year.form(both) == [("c", "east"), ("d", "west"), ("e", "west"), ("a+b", "west")]
    assert year.release(both) >= {"force", "a+b", "d", "e"}


def test_nobody_goes_when_those_who_would_stay_are_too_few() -> None:
    year = Year()
    assert year.form(moved("a"))[0] == ("a+b", "east")


def test_small_teams_that_move_to_several_departments_all_stay() -> None:
    sizes: Sizes = {
        "east": [("a", 40), ("b", 8), ("c", 8)], "west": [("d", 50)], "north": [("e", 60)],
    }  # fmt: skip
    year = Year(sizes)
    apart: Sizes = {
        "east": [("a", 40)], "west": [("d", 50), ("b", 8)], "north": [("e", 60), ("c", 8)],
    }  # fmt: skip
    assert year.form(apart) == [("a+b+c", "east"), ("d", "west"), ("e", "north")]


def test_a_department_that_is_gone_is_nobodys_home() -> None:
    year = Year()
    gone: Sizes = {"west": [*BEFORE["west"], *BEFORE["east"]]}
    assert year.form(gone) == [("d", "west"), ("e", "west"), ("a+b", "west"), ("c", "west")]


@pytest.mark.parametrize(
    ("new", "asked"),
    [
        ([("n", 8)], False),
        ([("m", 7), ("n", 8)], True),
        ([("n", 15)], True),
    ],
)
def test_new_teams_wait_until_they_are_fifteen(new: list[tuple[str, int]], asked: bool) -> None:
    year = Year()
    sizes: Sizes = {**BEFORE, "east": [*BEFORE["east"], *new]}
    assert year.release(sizes) >= {"force", "east", "west", "d", "e"}
    assert [year.last.position_of_team(team) is not None for team, _ in new] == [asked] * len(new)
    assert set(year.last.waiting) == (set() if asked else {team for team, _ in new})


def test_new_teams_of_two_departments_do_not_hide_among_each_other() -> None:
    year = Year()
    sizes: Sizes = {
        "east": [*BEFORE["east"], ("m", 8)], "west": [*BEFORE["west"], ("n", 8)],
    }  # fmt: skip
    assert year.release(sizes) == EVERYTHING | {"a+b"}
    assert year.last.waiting == ("m", "n")
    assert ReportingUnits.from_json(year.last.to_json()) == year.last


def test_what_a_dissolved_team_leaves_behind_waits() -> None:
    year = Year()
    sizes: Sizes = {**BEFORE, "east": [("b", 8), ("c", 40)]}
    assert year.release(sizes) >= {"force", "west", "d", "e"}
    assert year.last.waiting == ("b",)
    # With a third team in another check-in's audience, nobody of its part is asked either.
    assert year.form(BEFORE, ["b", "c", "d", "e"])[0] == ("c", "east")


def test_a_round_asks_somebody() -> None:
    year = Year()
    assert year.form(BEFORE, ["b"]) == [("b", "east")]
    assert year.last.waiting == ()


def test_units_are_split_when_the_pieces_had_fifteen_for_a_year() -> None:
    grown: Sizes = {**BEFORE, "east": [("a", 30), ("b", 25), ("c", 40)]}
    year = Year()
    for _ in range(13):
        assert year.release(grown) == EVERYTHING | {"a+b"}
    for _ in range(ROUNDS_HELD):
        last = year.release(grown)
    assert last == EVERYTHING | {"a", "b"}


def test_what_was_suppressed_is_not_split() -> None:
    grown: Sizes = {**BEFORE, "east": [("a", 30), ("b", 25), ("c", 40)]}
    programme = a_programme(grown)
    teams = [team.id for team in programme.force.teams]
    split = form_units(programme, teams)
    assert [unit.id for unit in split.units] == ["a", "b", "c", "d", "e"]
    joined = form_units(programme, teams, suppressed=[frozenset("ab")])
    assert [unit.id for unit in joined.units] == ["a+b", "c", "d", "e"]


def test_what_was_suppressed_alone_joins_its_smallest_sibling() -> None:
    programme = a_programme(BEFORE)
    teams = [team.id for team in programme.force.teams]
    units = form_units(programme, teams, suppressed=[frozenset("d"), frozenset("c")])
    assert [unit.id for unit in units.units] == ["a+b+c", "d+e"]
    alone = form_units(a_programme({"east": [("a", 30)]}), "a", suppressed=[frozenset("a")])
    assert [unit.id for unit in alone.units] == ["a"]


def test_a_unit_is_suppressed_for_three_releases_of_its_check_in() -> None:
    year = Year(silent="d")
    hidden = {frozenset("d"), frozenset("e")}
    for _ in range(3):
        assert set(suppressed_lately(year.history.earlier, "weekly")) == hidden
        assert suppressed_lately(year.history.earlier, "monthly") == ()
        year.release(BEFORE)
    assert suppressed_lately(year.history.earlier, "weekly") == ()


# --- By what a check-in asks ----------------------------------------------------------------


def with_newcomer(level: str, year: Year, **changes: object) -> ReportingUnits:
    programme: Programme = a_programme({**BEFORE, "east": [*BEFORE["east"], ("n", 8)]})
    instrument = an_instrument(publication={"level": level}, **changes)
    suppressed = [frozenset("c")]
    return units_for(programme, programme.check_ins[0], instrument, None, year.ledger, suppressed)


def test_newcomers_wait_in_results_of_every_level() -> None:
    year = Year()
    for level in ("force", "department", "unit"):
        units = with_newcomer(level, year)
        assert units.waiting == ("n",)
        assert units.position_of_team("n") is None


def test_only_units_that_can_be_shown_can_be_suppressed() -> None:
    year = Year()
    assert [unit.id for unit in with_newcomer("unit", year).units][:1] == ["a+b+c"]
    assert [unit.id for unit in with_newcomer("department", year).units][:2] == ["a+b", "c"]


def test_nothing_is_placed_before_anything_was_shown() -> None:
    programme = a_programme({"east": [("a", 8)], "west": [("b", 30)]})
    for shown in (None, Ledger.of([], Year().history.earlier[0].closes_on)):
        placed = place(programme, frozenset("ab"), shown, 15)
        assert placed.departments == {"a": "east", "b": "west"}
        assert placed.waiting == frozenset()
