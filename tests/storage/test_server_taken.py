"""A server of which somebody took everything: told from other trouble, on a real PostgreSQL."""

import pytest
from sqlalchemy import text

from storage.engine import Storage
from storage.errors import DatabaseUnavailable, ServerTaken
from storage.last_ticks import look
from tests.storage.test_roles import database as database
from tests.storage.test_roles import run

pytestmark = pytest.mark.postgres

NO_LOCKS = "DO $$ BEGIN RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200'; END $$"


async def test_a_server_without_a_lock_left_is_told_from_one_that_is_out_of_reach(
    database: str,
) -> None:
    storage = Storage(database)
    with pytest.raises(ServerTaken, match=r"no room left \(OutOfMemoryError\) for look"):
        async with storage.read("look") as tx:
            await tx.execute(text(NO_LOCKS))
    await storage.close()
    with pytest.raises(DatabaseUnavailable) as error:
        await look(database.replace("/test_", "/no_test_"))
    assert not isinstance(error.value, ServerTaken)


async def test_a_server_without_a_connection_left_is_told_from_one_that_is_out_of_reach(
    database: str,
) -> None:
    storage = Storage(database.replace("stand_easy@", "taken@"))
    await run(database, "CREATE ROLE taken LOGIN CONNECTION LIMIT 0")
    try:
        with pytest.raises(ServerTaken, match="TooManyConnectionsError"):
            async with storage.read("look"):
                pass
        with pytest.raises(ServerTaken, match="TooManyConnectionsError"):
            await look(database.replace("stand_easy@", "taken@"))
    finally:
        await storage.close()
        await run(database, "DROP ROLE taken")
