"""An extract of a release: what a lead of some departments sees of it.

Less than the release and nothing else: the force, and the groups of those departments, with the
very bands that were released. An extract says that it is one, and of which departments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.disclosure.release import FIRST, Release, make_release, withheld_in
from bot.core.disclosure.rules import Level


@dataclass(frozen=True, slots=True)
class Scope:
    """The departments somebody sees, with the teams that are in them today."""

    departments: frozenset[str]
    """Their ids."""
    teams: frozenset[str]
    """The ids of their teams."""
    team_names: frozenset[str]
    """Releases name teams; the ids alone are in the ids of units."""


def extract(release: Release, scope: Scope, before: Release | None = None) -> Release | None:
    """Return what a scope may see of a release; None where that is nothing.

    A round that asked some teams alone is nobody's else: what it calls everybody are those.
    Extracts name the extract `before`, never a release: the hash of a whole release is made of
    a few dozen bands that are not seen here and of everything else that is, so whoever has it
    tries them out.
    """
    document = release.document
    seen = [
        _without_others(group, scope) for group in document["groups"] if _is_inside(group, scope)
    ]
    if not release.asked_everyone and not any(
        group["level"] != Level.FORCE.value or group["teams"] for group in seen
    ):
        return None
    content: dict[str, Any] = {
        **document,
        "groups": seen,
        "withheld": withheld_in(seen),
        "previous": FIRST if before is None else before.hash.hex(),
        "extract": {"departments": sorted(scope.departments)},
    }
    return make_release(content)


def _without_others(group: Mapping[str, Any], scope: Scope) -> Mapping[str, Any]:
    """Return the force, or everybody asked, without the names of other departments' teams."""
    if group["level"] != Level.FORCE.value:
        return group
    return {**group, "teams": [team for team in group["teams"] if team in scope.team_names]}


def _is_inside(group: Mapping[str, Any], scope: Scope) -> bool:
    """Return whether a group is the force, or belongs to a department of the scope."""
    level = Level(group["level"])
    if level is Level.FORCE:
        return True
    own = group["id"] if level is Level.DEPARTMENT else group["parent"]
    kind, _, department = own.partition(":")
    if kind == "department":
        return department in scope.departments
    # A force of one department lists its units under itself.
    _, _, teams = group["id"].partition(":")
    return not scope.teams.isdisjoint(teams.split("+"))
