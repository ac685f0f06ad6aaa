"""What came before: every release with the reporting units of its round.

Rows of rounds are kept for ever, and releases are append-only: the same ledger can be had at
any time later.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from bot.core.disclosure.ledger import Earlier, Ledger, Teams, suppressed_lately
from bot.core.disclosure.release import Release, read_release
from bot.core.reporting_units import ReportingUnits
from storage import releases, rounds
from storage.engine import ReadTransaction
from storage.releases import StoredRelease


async def earlier_releases(tx: ReadTransaction) -> list[Earlier]:
    """Return all releases of all check-ins, oldest first."""
    return await with_units(tx, await releases.all(tx))


async def with_units(tx: ReadTransaction, stored: Sequence[StoredRelease]) -> list[Earlier]:
    """Return stored releases with the units their rounds reported on."""
    units = {row.id: row.units for row in await rounds.all(tx)}
    # Five years of a large force take a moment to read, and somebody may be tapping.
    return await asyncio.to_thread(_read, stored, units)


def _read(stored: Sequence[StoredRelease], units: Mapping[str, str]) -> list[Earlier]:
    return [
        Earlier(read_stored(each), ReportingUnits.from_json(units[each.round])).remember()
        for each in stored
    ]


async def shown_before(
    tx: ReadTransaction, check_in: str, today: date
) -> tuple[Ledger, tuple[Teams, ...]]:
    """Return the ledger, and the units of a check-in that were suppressed lately."""
    earlier = await earlier_releases(tx)
    return await asyncio.to_thread(
        lambda: (Ledger.of(earlier, today), suppressed_lately(earlier, check_in))
    )


def read_stored(stored: StoredRelease) -> Release:
    """Return a stored release; raises `DamagedRelease`."""
    return read_release(stored.content, stored.hash, stored.round)
