"""A change that was made from an older version, carried over to the newest.

It is carried over only where the very same sentences say what it changes there: whoever approves
it reads what its author read. Everything else is out of date, and has to be made anew.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from bot.core.programme import Department, Programme, Team
from bot.core.programme_differences import differences


def carried_over(base: Programme, proposed: Programme, newest: Programme) -> Programme | None:
    """Return `newest` with what `proposed` changed in `base`; None where that is not the same."""
    if newest == base:
        return proposed
    try:
        made = _merged(base, proposed, newest)
    except ValidationError:
        return None
    # Whatever the merging below cannot do, such as another order, is found here.
    return made if differences(newest, made) == differences(base, proposed) else None


def _merged(base: Programme, proposed: Programme, newest: Programme) -> Programme:
    fields: dict[str, Any] = {
        name: _one(getattr(base, name), getattr(proposed, name), getattr(newest, name))
        for name in Programme.model_fields
        if name not in ("force", "check_ins", "support")
    }
    force: dict[str, Any] = {
        name: _one(*(getattr(each.force, name) for each in (base, proposed, newest)))
        for name in type(base.force).model_fields
        if name != "departments"
    }
    force["departments"] = _departments(base, proposed, newest)
    fields["force"] = type(base.force)(**force)
    for name in ("check_ins", "support"):
        fields[name] = _listed(*(getattr(each, name) for each in (base, proposed, newest)))
    return Programme(**fields)


def _one(base: Any, proposed: Any, newest: Any) -> Any:
    return newest if proposed == base else proposed


def _listed(base: Sequence[Any], proposed: Sequence[Any], newest: Sequence[Any]) -> list[Any]:
    """Return a list with what was changed, added and taken away in it."""
    was, wanted = {each.id: each for each in base}, {each.id: each for each in proposed}
    found = {each.id: each for each in newest}
    for id_, each in wanted.items():
        if was.get(id_) != each:
            found[id_] = each
    for id_ in was.keys() - wanted.keys():
        found.pop(id_, None)
    return list(found.values())


def _departments(base: Programme, proposed: Programme, newest: Programme) -> list[Department]:
    was, wanted, found = (_placed(each.force.departments) for each in (base, proposed, newest))
    for id_, placed in wanted.items():
        if was.get(id_) != placed:
            # A team that moves stands behind those that are there.
            if id_ in found and found[id_][0] != placed[0]:
                del found[id_]
            found[id_] = placed
    for id_ in was.keys() - wanted.keys():
        found.pop(id_, None)
    shells = (
        [each.model_copy(update={"teams": []}) for each in programme.force.departments]
        for programme in (base, proposed, newest)
    )
    return [
        Department(id=each.id, name=each.name, teams=_of(each.id, found.values()))
        for each in _listed(*shells)
    ]


def _placed(departments: Sequence[Department]) -> dict[str, tuple[str, Team]]:
    return {team.id: (each.id, team) for each in departments for team in each.teams}


def _of(department: str, placed: Iterable[tuple[str, Team]]) -> list[Team]:
    return [team for where, team in placed if where == department]
