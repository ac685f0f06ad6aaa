"""Changes of teams: a table of teams meets a programme, and a new programme comes out.

Who is in the table and in the programme is the same team by its id, or where the table has no
id, by its name. Teams that the table leaves out stay, unless it is the whole list.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from bot.core.documents import problems_of
from bot.core.errors import InvalidDocument
from bot.core.programme import Department, Programme, Team
from bot.core.team_rows import Problem, RowsRefused, TeamRow, is_identifier


class ChangeKind(StrEnum):
    """What happens to a team."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class TeamChange:
    """One team that is not as it was; `what` says it in words."""

    kind: ChangeKind
    team: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class TeamsImport:
    """The programme after an import, and what it changed."""

    programme: Programme
    changes: tuple[TeamChange, ...]
    unchanged: int

    def number(self, kind: ChangeKind) -> int:
        """Return how many teams a kind of change happens to."""
        return sum(change.kind is kind for change in self.changes)

    def in_short(self) -> str:
        """Return the numbers in one line."""
        parts = [f"{self.number(kind)} {kind.value}" for kind in ChangeKind]
        return f"{', '.join(parts)}, {self.unchanged} unchanged"


def import_teams(
    programme: Programme, rows: Sequence[TeamRow], table: str, *, whole_list: bool = False
) -> TeamsImport:
    """Return what a table makes of a programme; raises `RowsRefused` or `InvalidDocument`."""
    placing = _Placing(programme)
    placed = [placing.place(row) for row in rows]
    if placing.problems:
        raise RowsRefused(table, placing.problems)
    kept = {} if whole_list else dict(placing.teams)
    kept |= {team.id: (department, team) for department, team in placed}
    problems = _same_names(rows, placed, kept)
    if problems:
        raise RowsRefused(table, problems)
    departments = _departments(programme, placing.departments, kept.values())
    after = with_departments(programme, departments, table)
    changes = list(_changes(placing.teams, kept, placing.departments))
    unchanged = len(kept) - sum(change.kind is not ChangeKind.GONE for change in changes)
    renamed = [
        TeamChange(ChangeKind.CHANGED, id_, placing.departments[id_], f"department was {name}")
        for id_, name in placing.before.items()
        if placing.departments[id_] != name
    ]
    return TeamsImport(after, (*renamed, *changes), unchanged)


class _Placing:
    """Finds for each row its team and its department, those that are there or new ones."""

    def __init__(self, programme: Programme) -> None:
        force = programme.force
        self.before = {each.id: each.name for each in force.departments}
        self.departments = dict(self.before)
        self.teams = {
            team.id: (department.id, team)
            for department in force.departments
            for team in department.teams
        }
        self.problems: list[Problem] = []
        self._by_name = {team.name: team for _, team in self.teams.values()}
        # Two departments may have one name; a table that has no ids cannot tell them apart.
        self._departments_named: dict[str, list[str]] = {}
        for id_, name in self.departments.items():
            self._departments_named.setdefault(name, []).append(id_)
        self._rows: dict[str, int] = {}
        self._called: dict[str, str] = {}
        """What the table calls each department."""

    def place(self, row: TeamRow) -> tuple[str, Team]:
        """Return a row's department and team."""
        department = self._department(row)
        known = self.teams[row.team_id][1] if row.team_id in self.teams else None
        if known is None and row.team_id is None:
            known = self._by_name.get(row.team)
        id_ = row.team_id or (known.id if known else self._new_id(row, "team_id", row.team))
        if id_ in self._rows and not self.problems:
            expected = f"another team than in row {self._rows[id_]} (id {id_})"
            self.problems.append(Problem(row.row, "team", expected, f"“{row.team}”"))
        self._rows.setdefault(id_, row.row)
        supervisors, high_stress = row.supervisors, row.high_stress
        if supervisors is None:
            # What the table does not say stays as it was, as far as the heads allow.
            supervisors = min(known.supervisors, row.headcount) if known else 0
        if high_stress is None:
            high_stress = known.high_stress if known else False
        return department, Team(
            id=id_,
            name=row.team,
            headcount=row.headcount,
            supervisors=supervisors,
            high_stress=high_stress,
        )

    def _department(self, row: TeamRow) -> str:
        named = self._departments_named.get(row.department, [])
        if row.department_id is not None:
            id_ = row.department_id
        elif len(named) > 1:
            expected = f"a department_id, because {len(named)} departments have this name"
            self.problems.append(Problem(row.row, "department", expected, "none"))
            return named[0]
        else:
            id_ = named[0] if named else self._new_id(row, "department_id", row.department)
        if id_ not in self._departments_named.get(row.department, []):
            self._departments_named.setdefault(row.department, []).append(id_)
        first = self._called.setdefault(id_, row.department)
        if first != row.department:
            # One row renames a department, and another still has its old name.
            expected = f"“{first}”, as above for {id_}"
            self.problems.append(Problem(row.row, "department", expected, f"“{row.department}”"))
        self.departments[id_] = first
        return id_

    def _new_id(self, row: TeamRow, column: str, name: str) -> str:
        id_ = id_from(name)
        taken: Iterable[str] = self.departments
        if column == "team_id":
            taken = {*self.teams, *self._rows}
        if not is_identifier(id_) or id_ in taken:
            expected = f"an id, because the one made of the name ({id_ or 'nothing'}) is taken"
            self.problems.append(Problem(row.row, column, expected, "an empty cell"))
        return id_ if is_identifier(id_) else "x"


def id_from(name: str) -> str:
    """Return an id made of a name, such as `harbour-response`; empty where none can be made."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", plain.decode().lower().replace("'", ""))
    made = "-".join(words)
    if made and not made[0].isalpha():
        made = f"team-{made}"
    return made[:40].rstrip("-")


def _same_names(
    rows: Sequence[TeamRow], placed: Sequence[tuple[str, Team]], kept: dict[str, tuple[str, Team]]
) -> list[Problem]:
    """Return the rows whose name a team that stays has as well."""
    named: dict[str, list[str]] = {}
    for _, team in kept.values():
        named.setdefault(team.name, []).append(team.id)
    problems = []
    for row, (_, team) in zip(rows, placed, strict=True):
        others = [id_ for id_ in named[team.name] if id_ != team.id]
        if others:
            expected = f"a name that the team {others[0]} does not have"
            problems.append(Problem(row.row, "team", expected, f"“{team.name}”"))
    return problems


def _departments(
    programme: Programme, names: dict[str, str], kept: Iterable[tuple[str, Team]]
) -> list[Department]:
    """Return the departments in the programme's order, new ones behind; none that is empty."""
    members: dict[str, list[Team]] = {id_: [] for id_ in names}
    for department, team in kept:
        members[department].append(team)
    return [
        Department(id=id_, name=names[id_], teams=teams) for id_, teams in members.items() if teams
    ]


def with_departments(programme: Programme, departments: list[Department], table: str) -> Programme:
    """Return the programme with these departments; raises `InvalidDocument`."""
    content: dict[str, Any] = dict(programme)
    try:
        # Made anew, so that everything that must hold between teams and check-ins is checked.
        force = type(programme.force)(**{**dict(programme.force), "departments": departments})
        return Programme(**{**content, "force": force})
    except ValidationError as error:
        listed = "; ".join(text for _, text in problems_of(error))
        raise InvalidDocument(document=table, problem=listed) from None


def _changes(
    before: dict[str, tuple[str, Team]],
    after: dict[str, tuple[str, Team]],
    departments: dict[str, str],
) -> Iterable[TeamChange]:
    for id_, (department, team) in after.items():
        if id_ not in before:
            what = f"{_heads(team)}, in {departments[department]}"
            yield TeamChange(ChangeKind.NEW, id_, team.name, what)
            continue
        was_in, was = before[id_]
        parts = []
        if was.name != team.name:
            parts.append(f"name was {was.name}")
        if was_in != department:
            parts.append(f"moves to {departments[department]}")
        if was.headcount != team.headcount:
            parts.append(f"headcount {was.headcount} → {team.headcount}")
        if was.supervisors != team.supervisors:
            parts.append(f"supervisors {was.supervisors} → {team.supervisors}")
        if was.high_stress != team.high_stress:
            parts.append("high-stress" if team.high_stress else "no longer high-stress")
        if parts:
            yield TeamChange(ChangeKind.CHANGED, id_, team.name, ", ".join(parts))
    for id_, (_, team) in before.items():
        if id_ not in after:
            yield TeamChange(ChangeKind.GONE, id_, team.name, _heads(team))


def _heads(team: Team) -> str:
    return f"{team.headcount} heads" + (", high-stress" if team.high_stress else "")
