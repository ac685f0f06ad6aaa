"""PostgreSQL that stalls is given up: nobody waits without end for a lock or an answer."""

import pytest
from sqlalchemy import text

from storage import connections
from storage.engine import Storage
from storage.errors import DatabaseUnavailable
from storage.tables import participation
from tests.databases import PostgresServer


@pytest.mark.postgres
async def test_a_lock_is_not_waited_for_without_end(
    postgres_server: PostgresServer, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LOCK_SECONDS", 0.05)
    name = postgres_server.create(postgres_template)
    one, other = (Storage(postgres_server.url(name)) for _ in range(2))
    async with one.transaction("hold") as tx:
        await tx.keep_writers_out(participation)
        with pytest.raises(DatabaseUnavailable):
            async with other.transaction("wait") as late:
                await late.keep_writers_out(participation)
    # What failed has let go, and tidying may wait as long as it takes.
    async with other.transaction("again") as late:
        await late.keep_writers_out(participation)
    assert await other.tidy()
    await one.close()
    await other.close()
    postgres_server.drop(name)


@pytest.mark.postgres
async def test_a_server_that_does_not_answer_is_given_up(
    postgres_server: PostgresServer, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STATEMENT_SECONDS", 0.2)
    name = postgres_server.create(postgres_template)
    storage = Storage(postgres_server.url(name))
    with pytest.raises(DatabaseUnavailable):
        async with storage.read("sleep") as tx:
            await tx.scalar(text("SELECT pg_sleep(60)"))
    async with storage.read("wake") as tx:
        assert await tx.scalar(text("SELECT 1")) == 1
    await storage.close()
    postgres_server.drop(name)
