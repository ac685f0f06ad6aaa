"""The door to the database: what commits, what does not, and what is said when it fails."""

from datetime import UTC, datetime

from storage import heartbeats
from storage.engine import Storage

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


async def test_a_transaction_commits_when_its_block_ends(storage: Storage) -> None:
    async with storage.transaction("beat") as tx:
        await heartbeats.beat(tx, "ticker", NOW)
    async with storage.read("look") as tx:
        assert await heartbeats.last(tx) == {"ticker": NOW}
