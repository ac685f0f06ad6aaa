"""The audit's reading: every stored release, the public list of its round's units, and which
teams the force had then.

Nothing else is read. A release that is damaged, a chain with a break or a round without its
units stop the audit: nobody could say what was published.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.disclosure.release import DamagedRelease, Release
from bot.core.errors import StandEasyError
from bot.core.outsider.told import DoesNotFit, Told, told_by
from bot.core.reporting_units import ReportingUnits
from bot.workflows.catalogue import parse_programme
from bot.workflows.kept_releases import (
    BrokenChain,
    UnreadableRelease,
    check_chain,
    whole_release,
)
from storage import programmes, releases, rounds
from storage.engine import Storage
from storage.rounds import Round


class NothingToTrust(StandEasyError):
    """The audit stopped: {problem}"""


class NoUnits(StandEasyError):
    """The round {round} has a release and no list of units that can be read."""

    hint = "Restore the row of the round from a backup."


@dataclass(frozen=True, slots=True)
class Published:
    """Everything that was published, oldest first."""

    told: tuple[Told, ...]
    newest_hash: str
    """Empty when nothing was released yet."""


async def read_published(storage: Storage) -> Published:
    """Return all releases as an outsider reads them; raises `NothingToTrust`."""
    async with storage.read("audit") as tx:
        stored = await releases.all(tx)
        rows = {row.id: row for row in await rounds.all(tx)}
        versions = {row.programme_version for row in rows.values()}
        found_programmes = {number: await programmes.at_version(tx, number) for number in versions}
    there = {
        number: {team.id: team.headcount for team in parse_programme(version.content).force.teams}
        for number, version in found_programmes.items()
        if version is not None
    }
    try:
        found = [whole_release(each) for each in stored]
        check_chain(found)
        told = tuple(_told(release, rows.get(release.round_id), there) for release in found)
    except (BrokenChain, DamagedRelease, DoesNotFit, NoUnits, UnreadableRelease) as error:
        raise NothingToTrust(problem=f"{error} {error.hint}") from None
    return Published(told, found[-1].hash.hex() if found else "")


def _told(release: Release, row: Round | None, there: Mapping[int, Mapping[str, int]]) -> Told:
    if row is None:
        raise NoUnits(round=release.round_id)
    try:
        units = ReportingUnits.from_json(row.units)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NoUnits(round=row.id) from None
    return told_by(
        release,
        units,
        released_on=row.released_at.date() if row.released_at else None,
        prompts=max(1, row.prompts_opened),
        there=there.get(row.programme_version, {}),
    )
