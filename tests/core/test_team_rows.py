"""Rows of a table of teams: every problem is named, and a table with one gives no team."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import InvalidDocument
from bot.core.team_changes import ChangeKind, TeamsImport, id_from, import_teams
from bot.core.team_rows import (
    MOST_SHOWN,
    MOST_TEAMS,
    Cell,
    Odd,
    Row,
    RowsRefused,
    TeamRow,
    as_said,
    read_rows,
)
from tests.programmes import pulse_alone

HEADING = (
    "Department",
    "Team",
    "Headcount",
    "Supervisors",
    "High-stress",
    "team id",
    "DEPARTMENT ID",
)

NUMBER = "expected a whole number from 1 to 100000"
ID = "expected an id of at most 40 lower-case letters, digits and single dashes"


def read(*rows: tuple[Cell, ...], heading: tuple[Cell, ...] = HEADING) -> list[TeamRow]:
    """Return what a table with these rows holds."""
    numbered = [Row(number, cells) for number, cells in enumerate(rows, start=2)]
    return read_rows("teams.csv", Row(1, heading), numbered)


def refused(*rows: tuple[Cell, ...], heading: tuple[Cell, ...] = HEADING) -> list[str]:
    """Return what is said of a table that is refused."""
    with pytest.raises(RowsRefused) as caught:
        read(*rows, heading=heading)
    return [str(problem) for problem in caught.value.problems]


def imported(*rows: tuple[Cell, ...], whole_list: bool = False) -> TeamsImport:
    """Return what a table makes of the invented force."""
    return import_teams(pulse_alone(), read(*rows), "teams.csv", whole_list=whole_list)


# --- Cells --------------------------------------------------------------------------------


def test_a_row_is_read_as_spreadsheets_write_it() -> None:
    (team,) = read(("  North ", "Quay   Unit", 30.0, "2", "Yes", "quay", None))
    assert team == TeamRow(2, "North", "Quay Unit", 30, 2, True, "quay", None)


def test_what_a_table_does_not_say_is_left_open() -> None:
    (team,) = read(("North", "Quay", "30"), heading=HEADING[:3])
    assert (team.supervisors, team.high_stress, team.team_id) == (None, None, None)


@pytest.mark.parametrize("word", ["yes", "Y", True, "1", 1, 1.0, "x"])
def test_yes_is_said_in_many_ways(word: Cell) -> None:
    assert read(("North", "Quay", 30, None, word))[0].high_stress is True


@pytest.mark.parametrize("word", ["no", "N", False, 0, "0", "false"])
def test_so_is_no(word: Cell) -> None:
    assert read(("North", "Quay", 30, None, word))[0].high_stress is False


@pytest.mark.parametrize("empty", [None, "", " "])
def test_an_empty_cell_says_nothing_of_stress(empty: str | None) -> None:
    # A cell of CSV is empty where one of XLSX is not there: they mean the same.
    assert read(("North", "Quay", 30, None, empty))[0].high_stress is None


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("North", "Quay", "twelve"), f"row 2, headcount: {NUMBER}, got “twelve”"),
        (("North", "Quay", 0), f"row 2, headcount: {NUMBER}, got “0”"),
        (("North", "Quay", 2.5), f"row 2, headcount: {NUMBER}, got “2.5”"),
        (("North", "Quay", True), f"row 2, headcount: {NUMBER}, got “True”"),
        (("North", "Quay", None), f"row 2, headcount: {NUMBER}, got an empty cell"),
        (("North", "Quay", Odd.FORMULA), f"row 2, headcount: {NUMBER}, got a formula"),
        (("North", "Quay", Odd.DATE), f"row 2, headcount: {NUMBER}, got a date"),
        (("North", "Quay", 5, 6), "row 2, supervisors: expected at most the 5 heads, got “6”"),
        (
            ("North", "Quay", 5, 1, "perhaps"),
            "row 2, high_stress: expected yes or no, got “perhaps”",
        ),
        (
            ("North", "Quay", 5, 1, Odd.ERROR),
            "row 2, high_stress: expected yes or no, got an error",
        ),
        (("North", None, 5), "row 2, team: expected the team's name, got an empty cell"),
        (("North", "x" * 81, 5), "row 2, team: expected at most 80 characters, got 81 characters"),
        (("North", "Quay", 5, None, None, "Quay U"), f"row 2, team_id: {ID}, got “Quay U”"),
    ],
)
def test_a_cell_that_is_wrong_is_named(cells: tuple[Cell, ...], said: str) -> None:
    assert refused(cells) == [said]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@sum", "＝1", Odd.FORMULA])
def test_a_formula_is_refused_and_not_repeated(formula: Cell) -> None:
    (said,) = refused(("North", formula, 5))
    assert said.endswith("got a formula")
    assert "1+1" not in said


@pytest.mark.parametrize("odd", ["a\u200bb", "a\u202eb", "a\u3164b", "a\nb", "a\x00b"])
def test_what_cannot_be_seen_is_refused_in_a_name(odd: str) -> None:
    (said,) = refused(("North", odd, 5))
    assert "on one line, without control characters" in said


def test_every_problem_of_a_table_is_named_at_once() -> None:
    said = refused(("North", "Quay", "?"), ("North", "Bay", 3), ("North", "Bay", 3, "many"))
    assert [each.split(":")[0] for each in said] == [
        "row 2, headcount",
        "row 4, supervisors",
        "row 4, team",
    ]


def test_a_long_list_of_problems_is_cut_with_its_number() -> None:
    with pytest.raises(RowsRefused, match="200 cells to correct") as caught:
        read(*[("North", f"Team {number}", "?") for number in range(200)])
    assert str(caught.value).count("\n") == MOST_SHOWN + 1
    assert str(caught.value).endswith("and 150 more")


def test_what_a_table_need_not_hold_it_must_not_hold() -> None:
    (said,) = refused(("North", "Quay", 5, "A. Name"), heading=(*HEADING[:3], "Inspector"))
    assert said.startswith("row 1, column 4: expected one of department, team")


def test_a_table_needs_its_three_columns_once_each() -> None:
    assert len(refused((1,), heading=("Team", "team"))) == 3


def test_a_column_without_a_heading_is_passed_over_while_it_is_empty() -> None:
    assert read(("North", None, "Quay", 5), heading=("Department", None, *HEADING[1:3]))


def test_a_value_under_no_heading_is_refused() -> None:
    (said,) = refused(("North", "Quay", 5, "slipped"), heading=HEADING[:3])
    assert "nothing under no heading" in said


def test_an_empty_table_and_one_without_end_are_refused() -> None:
    assert refused(("", None)) == ["row 2, team: expected at least one team, got an empty cell"]
    (said,) = refused(*[("North", f"Team {number}", 5) for number in range(MOST_TEAMS + 1)])
    assert "at most 10000 teams" in said


def test_one_department_has_one_name() -> None:
    row = (5, None, None, None, "north")
    said = refused(("North", "Quay", *row), ("Nord", "Bay", *row))
    assert said == ["row 3, department: expected “North”, as above for north, got “Nord”"]


def test_what_came_is_said_short_and_on_one_line() -> None:
    assert as_said("x" * 50) == "“" + "x" * 39 + "…”"
    assert as_said("a\nb\x00") == "“a�b�”"


@given(st.lists(st.lists(st.text() | st.none() | st.integers() | st.floats() | st.booleans())))
def test_any_cells_are_read_or_refused(rows: list[list[Cell]]) -> None:
    with suppress(RowsRefused):
        assert read(*map(tuple, rows))


# --- Changes ------------------------------------------------------------------------------


def test_importing_what_is_there_already_changes_nothing() -> None:
    before = pulse_alone()
    rows = [
        (department.name, team.name, team.headcount)
        for department in before.force.departments
        for team in department.teams
    ]
    change = imported(*rows, whole_list=True)
    assert change.programme == before
    assert change.in_short() == "0 new, 0 changed, 0 gone, 9 unchanged"


def test_a_team_is_found_by_its_name_and_changed() -> None:
    change = imported(("Specialist Operations", "Harbour Response", 50, 6, "no"))
    (only,) = change.changes
    assert (only.kind, only.team) == (ChangeKind.CHANGED, "harbour-response")
    assert only.what == (
        "moves to Specialist Operations, headcount 48 → 50, supervisors 5 → 6,"
        " no longer high-stress"
    )


def test_a_team_is_renamed_by_its_id() -> None:
    change = imported(("Response Policing", "Port Response", 48, 5, "yes", "harbour-response"))
    assert [each.what for each in change.changes] == ["name was Harbour Response"]
    assert change.programme.team("harbour-response").name == "Port Response"


def test_a_department_is_renamed_by_its_id() -> None:
    change = imported(("Response", "Harbour Response", 48, 5, "yes", None, "response"))
    assert [each.what for each in change.changes] == ["department was Response Policing"]


def test_a_department_cannot_have_its_old_name_and_a_new_one() -> None:
    with pytest.raises(RowsRefused, match="as above for response, got “Response Policing”"):
        imported(
            ("Response", "Harbour Response", 48, 5, "yes", None, "response"),
            ("Response Policing", "Market Response", 36),
        )


def test_departments_of_one_name_need_their_ids() -> None:
    row = (30, None, None, None)
    twice = imported(("North", "Quay", *row, "north"), ("North", "Bay", *row, "norther"))
    with pytest.raises(RowsRefused, match="because 2 departments have this name, got none"):
        import_teams(twice.programme, read(("North", "Pier", 30)), "teams.csv")
    rows = read(("North", "Pier", *row, "norther"))
    change = import_teams(twice.programme, rows, "teams.csv")
    assert change.in_short() == "1 new, 0 changed, 0 gone, 11 unchanged"


def test_a_new_team_in_a_new_department_gets_ids_from_the_names() -> None:
    change = imported(("Marine & Ports", "Cŵn Môr", 30))
    assert change.programme.force.departments[-1].id == "marine-and-ports"
    assert change.programme.team("cwn-mor").headcount == 30


def test_teams_that_are_not_in_the_table_stay_unless_it_is_the_whole_list() -> None:
    row = ("Response Policing", "Harbour Response", 48)
    assert imported(row).in_short() == "0 new, 0 changed, 0 gone, 9 unchanged"
    change = imported(row, whole_list=True)
    assert change.in_short() == "0 new, 0 changed, 8 gone, 1 unchanged"
    assert [team.id for team in change.programme.force.teams] == ["harbour-response"]


def test_fewer_heads_than_supervisors_had_been_leave_fewer_supervisors() -> None:
    change = imported(("Response Policing", "Harbour Response", 3))
    assert change.programme.team("harbour-response").supervisors == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("North", "Harbour-Response", 5)],
            "the one made of the name (harbour-response) is taken",
        ),
        ([("North", "“”", 5)], "the one made of the name (nothing) is taken"),
        ([("North", "Dog Unit", 5, None, None, "dogs")], "a name that the team dog-unit does not"),
        (
            [("North", "Dog Unit", 5), ("North", "Dogs", 6, None, None, "dog-unit")],
            "another team than in row 2",
        ),
    ],
)
def test_a_team_that_cannot_be_told_from_another_is_refused(
    rows: list[tuple[Cell, ...]], said: str
) -> None:
    with pytest.raises(RowsRefused, match="nothing was changed") as caught:
        imported(*rows)
    assert said in str(caught.value)


def test_a_team_that_a_check_in_asks_cannot_go() -> None:
    programme = pulse_alone()
    asked = programme.check_ins[0].model_copy(update={"audience": ["dog-unit", "control-room"]})
    programme = programme.model_copy(update={"check_ins": [asked]})
    rows = read(("Response Policing", "Harbour Response", 48))
    with pytest.raises(InvalidDocument, match="these are not: control-room, dog-unit"):
        import_teams(programme, rows, "teams.csv", whole_list=True)


def test_ids_are_made_of_names() -> None:
    assert id_from("O'Neill & Sons (North)") == "oneill-and-sons-north"
    assert id_from("4 Team") == "team-4-team"
    assert id_from("ŵ" * 50) == "w" * 40
