"""What came before: every release with the reporting units of its round.

Rows of rounds are kept for ever, and releases are append-only: the same ledger can be had at
any time later.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date

from bot.core.disclosure.earlier import Earlier, Teams, suppressed_lately
from bot.core.disclosure.ledger import Ledger
from bot.core.disclosure.release import Release, read_release
from bot.core.disclosure.rosters import Roster, roster_at_release
from bot.core.disclosure.rules import DisclosureRules
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import RoundState
from bot.workflows.catalogue import units_of
from storage import programmes, releases, rounds
from storage.engine import ReadTransaction
from storage.releases import StoredRelease
from storage.rounds import Round

_NOT_RELEASED_YET = (RoundState.OPEN, RoundState.CLOSED)


async def earlier_releases(tx: ReadTransaction) -> list[Earlier]:
    """Return all releases of all check-ins, oldest first."""
    return await with_units(tx, await releases.all(tx))


async def with_units(tx: ReadTransaction, stored: Sequence[StoredRelease]) -> list[Earlier]:
    """Return stored releases with the units their rounds reported on, and who was there."""
    return await _with_units(tx, stored, await rounds.all(tx))


async def _with_units(
    tx: ReadTransaction, stored: Sequence[StoredRelease], rows: Sequence[Round]
) -> list[Earlier]:
    units = {row.id: row.units for row in rows}
    # Five years of a large force take a moment to read, and somebody may be tapping.
    found = await asyncio.to_thread(_read, stored, units)
    versions = dict.fromkeys(version for each in found for version in each.programmes)
    rosters = {version: await _roster(tx, version) for version in versions}
    return [_with_roster(each, rosters) for each in found]


def _with_roster(each: Earlier, rosters: Mapping[int, Roster | None]) -> Earlier:
    opened, newest = (rosters[version] for version in each.programmes)
    if opened is None or newest is None:
        return each
    return each.with_roster(roster_at_release(each.units, opened, newest))


async def _roster(tx: ReadTransaction, version: int) -> Roster | None:
    stored = await programmes.at_version(tx, version)
    return None if stored is None else await asyncio.to_thread(_roster_of, stored.content)


def _roster_of(content: str) -> Roster:
    # Its teams alone: a whole programme takes a hundred times as long to read.
    listed = json.loads(content)["force"]["departments"]
    teams = [team for department in listed for team in department["teams"]]
    return Roster(
        {team["id"]: team["headcount"] for team in teams},
        {team["id"]: team.get("supervisors", 0) for team in teams},
    )


def _read(stored: Sequence[StoredRelease], units: Mapping[str, str]) -> list[Earlier]:
    return [
        Earlier(read_stored(each), ReportingUnits.from_json(units[each.round])).remember()
        for each in stored
    ]


async def shown_before(
    tx: ReadTransaction, programme: Programme, check_in: str, today: date
) -> tuple[Ledger, tuple[Teams, ...]]:
    """Return what will have been shown, and the units of a check-in that were suppressed lately."""
    ledger, earlier = await shown_so_far(tx, programme, today)
    return ledger, suppressed_lately(earlier, check_in)


async def shown_so_far(
    tx: ReadTransaction, programme: Programme, today: date
) -> tuple[Ledger, list[Earlier]]:
    """Return what will have been shown, and the releases it comes from: the same for all."""
    # Rows of rounds hold their units, which are long: they are read once.
    rows = await rounds.all(tx)
    earlier = await _with_units(tx, await releases.all(tx), rows)
    coming = [row for row in rows if row.state in _NOT_RELEASED_YET]
    return await asyncio.to_thread(_ledger, earlier, coming, programme, today), earlier


def _ledger(
    earlier: Sequence[Earlier], coming: Sequence[Round], programme: Programme, today: date
) -> Ledger:
    # What nobody can read is never released.
    units = [each for each in map(units_of, coming) if each is not None]
    return Ledger.of(earlier, today).expecting(
        # What is shown of the whole force alone is shown of it by the others too, or is taps.
        [each for each in units if not each.is_whole_force],
        {team.id: team.headcount for team in programme.force.teams},
        DisclosureRules.from_settings(programme.disclosure).heads_needed,
    )


def read_stored(stored: StoredRelease) -> Release:
    """Return a stored release; raises `DamagedRelease`."""
    return read_release(stored.content, stored.hash, stored.round)
