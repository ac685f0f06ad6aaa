"""The audit's reading: every stored release, the public list of its round's units, which teams
the force had then, and which themes of an instrument are about supervisors.

Nothing else is read. A release that is damaged, a chain with a break or a round without its
units stop the audit: nobody could say what was published.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.disclosure.release import DamagedRelease, Release
from bot.core.errors import StandEasyError
from bot.core.instruments import Sensitivity
from bot.core.outsider.told import DoesNotFit, Told, told_by
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnits
from bot.workflows.catalogue import Instruments, parse_programme
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

    exit_code = 2


class NoUnits(StandEasyError):
    """The round {round} has a release and no list of units that can be read."""

    hint = "Restore the row of the round from a backup."


@dataclass(frozen=True, slots=True)
class Published:
    """Everything that was published, oldest first."""

    told: tuple[Told, ...]
    newest_hash: str
    """Empty when nothing was released yet."""


async def read_published(storage: Storage, instruments: Instruments | None = None) -> Published:
    """Return all releases as an outsider reads them; raises `NothingToTrust`.

    `instruments` say which themes are about supervisors. Of one that is not there any more,
    another version does, if there is one.
    """
    async with storage.read("audit") as tx:
        stored = await releases.all(tx)
        rows = {row.id: row for row in await rounds.all(tx)}
        versions = {row.programme_version for row in rows.values()}
        found_programmes = {number: await programmes.at_version(tx, number) for number in versions}
    there = {
        number: list(parse_programme(version.content).force.teams)
        for number, version in found_programmes.items()
        if version is not None
    }
    themes = themes_about_supervisors(instruments or {})
    try:
        found = [whole_release(each) for each in stored]
        check_chain(found)
        told = tuple(_told(release, rows.get(release.round_id), there, themes) for release in found)
    except (BrokenChain, DamagedRelease, DoesNotFit, NoUnits, UnreadableRelease) as error:
        raise NothingToTrust(problem=f"{error} {error.hint}") from None
    return Published(told, found[-1].hash.hex() if found else "")


def themes_about_supervisors(instruments: Instruments) -> dict[str, set[str]]:
    """Return the themes about supervisors of each instrument, of all its versions together."""
    found: dict[str, set[str]] = {}
    for instrument in instruments.values():
        found.setdefault(instrument.id, set()).update(
            scale.id
            for scale in instrument.scales
            if instrument.sensitivity_of(scale) is Sensitivity.SUPERVISION
        )
    return found


def _told(
    release: Release,
    row: Round | None,
    there: Mapping[int, Sequence[Team]],
    themes: Mapping[str, Collection[str]],
) -> Told:
    if row is None:
        raise NoUnits(round=release.round_id)
    try:
        units = ReportingUnits.from_json(row.units)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NoUnits(round=row.id) from None
    teams = there.get(row.programme_version, ())
    about = themes.get(release.document["instrument"]["id"], ())
    return told_by(
        release,
        units,
        released_on=row.released_at.date() if row.released_at else None,
        prompts=max(1, row.prompts_opened),
        there={team.id: team.headcount for team in teams},
        supervisors={team.id: team.supervisors for team in teams},
        about_supervisors=[
            scale["id"] for scale in release.document["scales"] if scale["id"] in about
        ],
    )
