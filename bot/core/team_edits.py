"""Changes of single teams and departments, as a form gives them: a programme in, a new one out.

A change of one team is an import of one row, so a form is held to what a table is held to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.documents import in_language
from bot.core.errors import StandEasyError
from bot.core.programme import Department, Programme
from bot.core.team_changes import TeamsImport, import_teams, with_departments
from bot.core.team_rows import Problem, Row, RowsRefused, read_rows

FORM = "this form"


@dataclass(frozen=True, slots=True)
class TeamValues:
    """A team as somebody typed it."""

    team: str = ""
    headcount: str = ""
    supervisors: str = ""
    high_stress: bool = False
    team_id: str = ""


class StillAsked(StandEasyError):
    """{team} is named in who is asked by {check_ins}: expected it to be taken out there first."""

    hint = "Change who is asked on the page of the check-in, and remove the team then."


class LastTeam(StandEasyError):
    """{team} is the only team of the force: expected one more before this one goes."""


def add_department(
    programme: Programme, department: str, department_id: str, first: TeamValues
) -> TeamsImport:
    """Return the programme with a new department and its first team; raises `RowsRefused`."""
    name = " ".join(department.split())
    if any(each.name == name for each in programme.force.departments):
        problem = Problem(2, "department", "another name than a department has already", "that")
        raise RowsRefused(FORM, [problem])
    ids = {each.id for each in programme.force.departments}
    if department_id.strip() in ids:
        problem = Problem(2, "department_id", "another id than a department has already", "that")
        raise RowsRefused(FORM, [problem])
    return _imported(programme, first, department, department_id)


def add_team(programme: Programme, department: Department, values: TeamValues) -> TeamsImport:
    """Return the programme with a new team in a department; raises `RowsRefused`."""
    taken = {team.id: team.name for team in programme.force.teams}
    problems = []
    if values.team_id.strip() in taken:
        problems.append(Problem(2, "team_id", "another id than a team has already", "that"))
    if " ".join(values.team.split()) in taken.values():
        problems.append(Problem(2, "team", "another name than a team has already", "that"))
    if problems:
        raise RowsRefused(FORM, problems)
    return _imported(programme, values, department.name, department.id)


def change_team(
    programme: Programme, team_id: str, values: TeamValues, department: Department
) -> TeamsImport:
    """Return the programme with a team changed, or moved to another department."""
    kept = TeamValues(
        values.team, values.headcount, values.supervisors, values.high_stress, team_id
    )
    return _imported(programme, kept, department.name, department.id)


def rename_department(programme: Programme, department: Department, name: str) -> TeamsImport:
    """Return the programme with a department called otherwise."""
    first = department.teams[0]
    as_it_is = TeamValues(
        first.name, str(first.headcount), str(first.supervisors), first.high_stress, first.id
    )
    return _imported(programme, as_it_is, name, department.id)


def remove_team(programme: Programme, team_id: str) -> Programme:
    """Return the programme without a team; a department goes with its last one.

    Raises `StillAsked` where a check-in names it, and `LastTeam` where there is no other.
    """
    team = programme.team(team_id)
    asked_by = [
        in_language(each.title, "en")
        for each in programme.check_ins
        if each.audience != "everyone" and team_id in each.audience
    ]
    if asked_by:
        raise StillAsked(team=team.name, check_ins=" and ".join(f"“{each}”" for each in asked_by))
    if len(programme.force.teams) == 1:
        raise LastTeam(team=team.name)
    departments = [
        each.model_copy(update={"teams": [one for one in each.teams if one.id != team_id]})
        for each in programme.force.departments
    ]
    return with_departments(programme, [each for each in departments if each.teams], FORM)


def problems_by_field(refused: RowsRefused) -> Mapping[str, str]:
    """Return what is wrong with a form, by field."""
    found: dict[str, str] = {}
    for problem in refused.problems:
        got = "nothing" if problem.got == "an empty cell" else problem.got
        found.setdefault(problem.column, f"Expected {problem.expected}; this was {got}.")
    return found


def department_of(programme: Programme, team_id: str) -> Department:
    """Return the department that a team belongs to; `KeyError` if there is none."""
    for department in programme.force.departments:
        if any(team.id == team_id for team in department.teams):
            return department
    raise KeyError(team_id)


def _imported(
    programme: Programme, values: TeamValues, department: str, department_id: str
) -> TeamsImport:
    cells: Sequence[tuple[str, str]] = (
        ("department", department),
        ("department_id", department_id.strip()),
        ("team", values.team),
        ("team_id", values.team_id.strip()),
        ("headcount", values.headcount.strip()),
        # An empty cell of a table leaves things as they were; an empty field says none.
        ("supervisors", values.supervisors.strip() or "0"),
        ("high_stress", "yes" if values.high_stress else "no"),
    )
    heading = Row(1, tuple(name for name, _ in cells))
    rows = read_rows(FORM, heading, [Row(2, tuple(cell for _, cell in cells))])
    return import_teams(programme, rows, FORM)
