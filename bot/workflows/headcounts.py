"""The most heads and the fewest that a team had of late.

The most say for how many there is room in it, the fewest how many are there to be asked alone.

Whoever could lower a team's heads, try a code and raise them again would count with "full" who
joined: a number that only moves after half a year answers no such question. What is looked at
never depends on who joined, so neither does the time it takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from bot.core.programme import Programme
from bot.workflows.catalogue import is_readable, parse_programme
from storage import programmes, rounds
from storage.engine import ReadTransaction, Storage

LOOKED_BACK: Final = timedelta(days=180)
"""As long as a code works where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class _Version:
    """What is wanted of one version."""

    saved_at: datetime
    heads: Mapping[str, int]


WRITTEN_UP: Final = "note heads written up"
"""The act in the trail: one person alone made a team at least twice as large."""

_TIMES: Final = 2
_LEAST_MORE: Final = 10
_NAMED: Final = 20


async def written_up(
    storage: Storage, tx: ReadTransaction, before: Programme, after: Programme, at: datetime
) -> list[tuple[str, str]]:
    """Return the teams that a change makes twice as large, as subject and detail of entries.

    Twice the fewest of late, so that many small steps are one large one, and one that went and
    came back larger is no new team. Rounds, rates and the room in a team go by its heads.
    Nothing is stopped: teams do grow.
    """
    known = {team.id: team.headcount for team in before.force.teams}
    raised = [team for team in after.force.teams if team.headcount > known.get(team.id, 0)]
    # Going through old versions takes a while, and few changes raise anything.
    versions = await _of_late(storage, tx, at) if raised else []
    found = []
    for team in raised:
        had = [heads[team.id] for heads in versions if team.id in heads]
        few = min(had, default=team.headcount)
        if team.headcount >= max(_TIMES * few, few + _LEAST_MORE):
            found.append((f"team {team.id}", f"from {few} to {team.headcount}"))
    return found if len(found) <= _NAMED else [(f"{len(found)} teams", "at least doubled")]


_read: WeakKeyDictionary[Storage, dict[int, _Version | None]] = WeakKeyDictionary()
"""Versions never change, and reading thousands of teams takes a while; None where it is no use."""


async def most_heads(storage: Storage, tx: ReadTransaction, team: str, at: datetime) -> int:
    """Return the most heads that a team had in any version in force since `LOOKED_BACK`."""
    found = await _in_force_since(storage, tx, at - LOOKED_BACK)
    return max((heads.get(team, 0) for heads in found), default=0)


async def fewest_heads(
    storage: Storage, tx: ReadTransaction, at: datetime
) -> Mapping[str, int] | None:
    """Return the fewest heads of each team of today, none where it was not there all the time.

    In any version in force since `LOOKED_BACK`, or since the first round opened; None before
    that, while a force is being set up.
    """
    found = await _of_late(storage, tx, at)
    if not found:
        return None
    return {team: min(heads.get(team, 0) for heads in found) for team in found[0]}


async def heads_before(storage: Storage, tx: ReadTransaction, at: datetime) -> Mapping[str, int]:
    """Return the heads of each team half a year ago, or when the first round opened.

    Nothing before that. Whoever lowers heads in many steps, or writes teams down and takes them
    back, changes none of these.
    """
    found = await _of_late(storage, tx, at)
    return found[-1] if found else {}


async def _of_late(storage: Storage, tx: ReadTransaction, at: datetime) -> list[Mapping[str, int]]:
    """Return the heads of every version in force of late, the newest first; see `fewest_heads`."""
    first = await rounds.first_opening(tx)
    if first is None:
        return []
    began = datetime.combine(first, time(), UTC)
    return await _in_force_since(storage, tx, max(began, at - LOOKED_BACK))


async def _in_force_since(
    storage: Storage, tx: ReadTransaction, since: datetime
) -> list[Mapping[str, int]]:
    """Return the heads of every version that was in force since then, the newest first."""
    known = _read.setdefault(storage, {})
    found: list[Mapping[str, int]] = []
    for number in range(await programmes.newest_version(tx), 0, -1):
        if number not in known:
            stored = await programmes.at_version(tx, number)
            if stored is None:
                break
            heads = _heads_in(stored.content)
            # Most versions change no heads: those are held once.
            same = found and found[-1] == heads
            known[number] = (
                None if heads is None else _Version(stored.saved_at, found[-1] if same else heads)
            )
        version = known[number]
        if version is None:
            # It was never in force: the one before it was.
            continue
        found.append(version.heads)
        if version.saved_at <= since and not await programmes.is_dated_back(
            tx, number, version.saved_at
        ):
            # In force when the time began; those before it were not any more.
            break
    return found


def _heads_in(content: str) -> Mapping[str, int] | None:
    # Whoever holds the dashboard's account saves past the program: what was never in force has
    # no heads, whatever numbers stand in it.
    if not is_readable(content):
        return None
    return {team.id: team.headcount for team in parse_programme(content).force.teams}
