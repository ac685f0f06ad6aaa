"""What came before: every release with the reporting units of its round.

Rows of rounds are kept for ever, and releases are append-only: the same ledger can be had at
any time later.
"""

from collections.abc import Sequence

from bot.core.disclosure.ledger import Earlier
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
    return [
        Earlier(read_stored(each), ReportingUnits.from_json(units[each.round])) for each in stored
    ]


def read_stored(stored: StoredRelease) -> Release:
    """Return a stored release; raises `DamagedRelease`."""
    return read_release(stored.content, stored.hash, stored.round)
