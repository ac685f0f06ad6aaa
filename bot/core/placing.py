"""Placing: who is asked, where each team is reported, and who stays together, by what was shown.

Releases of different rounds can be subtracted from each other. What nobody may have as a
difference is placed so that it is none: then disclosure control rarely has to hide anything.
It decides again when the round is released; what is placed badly is hidden then, not shown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.programme import Programme, Team

Teams = frozenset[str]


class Shown(Protocol):
    """What must be known of everything ever shown: a ledger."""

    @property
    def part_of(self) -> Mapping[str, Teams]:
        """The teams that every group ever shown held together with a team, or not at all."""

    @property
    def homes(self) -> Mapping[str, str]:
        """The department under which a team was last reported."""

    def heads(self, teams: Iterable[str], today: Mapping[str, int]) -> int:
        """The heads that count for teams, where few of them must not be a difference."""

    def small_for_good(self, part: Teams, today: Mapping[str, int]) -> bool:
        """Whether a part that is small today was so when it was first cut off."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The teams of a round by the department under which they are reported."""

    departments: Mapping[str, str]
    waiting: Teams
    """Teams that are not asked: what they answered could be had by subtraction."""


def place(programme: Programme, asked: Teams, shown: Shown | None, least: int) -> Placed:
    """Return where each of the `asked` teams is reported.

    `least` are the heads that a difference between groups must have, if it is not empty.
    """
    now = {
        team.id: department.id
        for department in programme.force.departments
        for team in department.teams
        if team.id in asked
    }
    if shown is None or not shown.part_of:
        return Placed(now, frozenset())
    today = {team.id: team.headcount for team in programme.force.teams}
    waiting = _waiting(now, shown, today, least)
    if waiting >= asked:
        # A round that asks nobody is none. Whether anything of it is shown is decided later.
        waiting = frozenset()
    reported = {team: department for team, department in now.items() if team not in waiting}
    departments = frozenset(department.id for department in programme.force.departments)
    for part, here in _parts(reported, shown):
        if part:
            _keep_home(reported, part, here, departments, shown, today, least)
    return Placed(reported, waiting)


def _waiting(now: Mapping[str, str], shown: Shown, today: Mapping[str, int], least: int) -> Teams:
    waiting: set[str] = set()
    new: dict[str, list[str]] = defaultdict(list)
    for part, here in _parts(now, shown):
        # What is left of a part, when its other teams are gone or not asked, is new by itself;
        # so is a team that was gone when it became a part, and is back.
        if (
            part
            and shown.heads(here, today) < least
            and (frozenset(here) != part or shown.small_for_good(part, today))
        ):
            waiting.update(here)
        if not part:
            for team in here:
                new[now[team]].append(team)
    for teams in new.values():
        if shown.heads(teams, today) < least:
            waiting.update(teams)
    return frozenset(waiting)


def _keep_home(
    reported: dict[str, str],
    part: Teams,
    here: Sequence[str],
    departments: frozenset[str],
    shown: Shown,
    today: Mapping[str, int],
    least: int,
) -> None:
    """Report teams that moved where they were, unless they may be told from those that stay."""
    homes = {team: shown.homes.get(team, reported[team]) for team in here}
    moved = [team for team in here if homes[team] != reported[team] and homes[team] in departments]

    def small() -> Teams:
        pieces: dict[str, list[str]] = defaultdict(list)
        for team in here:
            pieces[reported[team]].append(team)
        return frozenset(
            team
            for piece in pieces.values()
            if frozenset(piece) != part and shown.heads(piece, today) < least
            for team in piece
        )

    if moved and (few := small()):
        reported.update({team: homes[team] for team in moved if team in few})
        if small():
            # Now those who stay are too few: nobody goes.
            reported.update({team: homes[team] for team in moved})


def _parts(teams: Iterable[str], shown: Shown) -> list[tuple[Teams, list[str]]]:
    """Return the parts that teams are in, with those teams; the empty part: never shown."""
    found: dict[Teams, list[str]] = defaultdict(list)
    for team in teams:
        found[shown.part_of.get(team, frozenset())].append(team)
    return list(found.items())


def kept_together(
    teams: Sequence[Team],
    shown: Shown | None,
    suppressed: Iterable[Teams],
    enough: Callable[[Sequence[Team]], bool],
) -> list[list[Team]]:
    """Return the teams of a department in bundles that may be told from each other.

    Teams of one part make bundles that are each `enough`, or one bundle. What was suppressed
    lately stays in one bundle as well.
    """
    if shown is None or not shown.part_of:
        bundles = [[team] for team in teams]
    else:
        by_id = {team.id: team for team in teams}
        bundles = [
            bundle
            for _, here in _parts(by_id, shown)
            for bundle in joined([[by_id[team]] for team in here], enough)
        ]
    for group in suppressed:
        touched = [bundle for bundle in bundles if any(team.id in group for team in bundle)]
        if len(touched) > 1:
            bundles = [bundle for bundle in bundles if bundle not in touched]
            bundles.append([team for bundle in touched for team in bundle])
    return bundles


def joined(
    bundles: Sequence[Sequence[Team]], enough: Callable[[Sequence[Team]], bool]
) -> list[list[Team]]:
    """Return bundles joined, smallest first, until each is `enough`.

    What is left over joins the smallest that is.
    """
    done = [list(bundle) for bundle in bundles if enough(bundle)]
    gathering: list[Team] = []
    for bundle in sorted((bundle for bundle in bundles if not enough(bundle)), key=size):
        gathering.extend(bundle)
        if enough(gathering):
            done.append(gathering)
            gathering = []
    if gathering and done:
        min(done, key=size).extend(gathering)
    elif gathering:
        done.append(gathering)
    return done


def size(teams: Sequence[Team]) -> tuple[int, str]:
    """Return what bundles are ordered by: heads, equals by id."""
    return sum(team.headcount for team in teams), teams[0].id
