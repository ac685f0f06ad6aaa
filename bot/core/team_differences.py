"""What differs between two trees of departments and teams, in plain sentences."""

from collections.abc import Iterator, Mapping, Sequence

from bot.core.programme import Department, Team


def team_differences(before: Sequence[Department], after: Sequence[Department]) -> Iterator[str]:
    """Yield a sentence for each department and each team that is not as it was."""
    was = {department.id: department for department in before}
    now = {department.id: department for department in after}
    yield from _departments(was, now)
    old, new = _placed(before), _placed(after)
    for id_, (department, team) in new.items():
        if id_ not in old:
            yield f"New team {_named(team)} in {department.name}: {_heads(team)}."
        else:
            yield from _changed(*old[id_], department, team)
    for id_, (department, team) in old.items():
        if id_ not in new:
            yield f"The team {_named(team)} in {department.name} goes: {_heads(team)}."
    yield from _orders(was, now)


def _departments(was: Mapping[str, Department], now: Mapping[str, Department]) -> Iterator[str]:
    for id_, department in now.items():
        if id_ not in was:
            yield f"New department “{department.name}” ({id_})."
        elif was[id_].name != department.name:
            yield f"The department “{was[id_].name}” ({id_}) becomes “{department.name}”."
    for id_, department in was.items():
        if id_ not in now:
            yield f"The department “{department.name}” ({id_}) goes."


def _placed(departments: Sequence[Department]) -> dict[str, tuple[Department, Team]]:
    return {team.id: (department, team) for department in departments for team in department.teams}


def _changed(was_in: Department, was: Team, department: Department, team: Team) -> Iterator[str]:
    # Of thousands of teams few change, and comparing documents whole takes its time.
    if was_in.id == department.id and _what_is_told(was) == _what_is_told(team):
        return
    whose = f"The team {_named(was)}"
    if was.name != team.name:
        yield f"{whose} becomes “{team.name}”."
    if was_in.id != department.id:
        yield f"{whose} moves from {was_in.name} to {department.name}."
    if was.headcount != team.headcount:
        yield f"{whose} had {was.headcount} heads and has {team.headcount}."
    if was.supervisors != team.supervisors:
        yield f"{whose} had {was.supervisors} supervisors and has {team.supervisors}."
    if was.high_stress != team.high_stress:
        yield f"{whose} is {'marked' if team.high_stress else 'no longer marked'} as high-stress."


def _orders(was: Mapping[str, Department], now: Mapping[str, Department]) -> Iterator[str]:
    kept = [id_ for id_ in now if id_ in was]
    if [id_ for id_ in was if id_ in now] != kept:
        yield f"The departments stand in another order: {', '.join(kept)}."
    for id_ in kept:
        before, after = ([team.id for team in each[id_].teams] for each in (was, now))
        if before == after:
            continue
        stayed = [team for team in after if team in set(before)]
        if [team for team in before if team in set(after)] != stayed:
            yield f"The teams of {now[id_].name} stand in another order: {', '.join(stayed)}."


def _what_is_told(team: Team) -> tuple[object, ...]:
    return team.name, team.headcount, team.supervisors, team.high_stress


def _named(team: Team) -> str:
    return f"“{team.name}” ({team.id})"


def _heads(team: Team) -> str:
    heads = f"{team.headcount} heads, {team.supervisors} of them supervisors"
    return f"{heads}, high-stress" if team.high_stress else heads
