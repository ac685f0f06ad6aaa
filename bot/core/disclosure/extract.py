"""An extract of a release: what a lead of some departments sees of it.

- Less than the release and nothing else: the force, and the groups of those departments, with
  the very bands that were released. An extract says that it is one, and of which departments.
- Whose a group is says the round it was asked in, by ids: never a name, and never where a team
  is today. What cannot be known is nobody's.
- No cuts: a cell of a cut can be one department, or nearly, whatever it is called.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from bot.core.disclosure.release import FIRST, Release, make_release, withheld_in
from bot.core.disclosure.rules import Level
from bot.core.reporting_units import ReportingUnits


def names_departments(release: Release) -> bool:
    """Return whether a release says itself which department each group in it belongs to.

    It does unless everybody asked is of one department, or the whole is all that is reported:
    what holds the same people as another group is not listed beside it.
    """
    return any(group["level"] == Level.DEPARTMENT.value for group in release.document["groups"])


def departments_asked(units: ReportingUnits, when_it_opened: Mapping[str, str]) -> tuple[str, ...]:
    """Return the department of every team that a round asked, in the order of its release.

    A round that is reported for the whole force alone has units of no department; theirs are
    those of the programme `when_it_opened`, by the ids of teams.
    """
    return tuple(
        unit.department or when_it_opened.get(team, "")
        for unit in units.units
        for team in unit.teams
    )


def extract(
    release: Release,
    departments: Set[str],
    asked: Sequence[str] = (),
    before: Release | None = None,
) -> Release | None:
    """Return what the lead of some departments may see of a release; None where that is nothing.

    `asked` are the departments of all teams in it (`departments_asked`), for a release that does
    not say so itself (`names_departments`). A round that asked some teams alone is for nobody
    else: what it calls everybody are those.

    Extracts name the extract `before`, never a release: the hash of a whole release is made of
    a few dozen bands that are not seen here and of everything else that is, so whoever has it
    tries them out.
    """
    document = release.document
    top, *inside = document["groups"]
    if names_departments(release):
        inside = [group for group in inside if _department_of(group) in departments - {""}]
        teams = [
            team
            for group in inside
            if group["level"] == Level.DEPARTMENT.value
            for team in group["teams"]
        ]
    else:
        teams = _theirs(top["teams"], departments, asked)
        # What lies in it is all of one department: theirs, or not for them.
        inside = inside if teams and len(teams) == len(top["teams"]) else []
    if not release.asked_everyone and not inside and not teams:
        return None
    seen = [{**top, "teams": teams}, *inside]
    content: dict[str, Any] = {
        **document,
        "groups": seen,
        "withheld": withheld_in(seen),
        "previous": FIRST if before is None else before.hash.hex(),
        "extract": {"departments": sorted(departments)},
    }
    if "cuts" in content:
        content["cuts"] = []
    return make_release(content)


def _department_of(group: Mapping[str, Any]) -> str:
    """Return the id of the department a group is, or lies in, by what the release says."""
    own = group["id"] if group["level"] == Level.DEPARTMENT.value else group["parent"]
    kind, _, department = own.partition(":")
    return department if kind == Level.DEPARTMENT.value else ""


def _theirs(teams: Sequence[str], departments: Set[str], asked: Sequence[str]) -> list[str]:
    """Return the names of the teams of some departments; none where the lists do not agree."""
    if len(teams) != len(asked):
        return []
    return [team for team, whose in zip(teams, asked, strict=True) if whose in departments - {""}]
