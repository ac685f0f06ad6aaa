"""Tables that are only ever added to refuse every other change, on both engines."""

import pytest
from sqlalchemy import text

from storage import actions, programmes, public_figures, releases, replies
from storage.engine import Storage
from storage.errors import RowRefused
from storage.tables import APPEND_ONLY
from tests.storage.rows import ENTRY, NOW, a_release, a_reply, an_action, opened, some_figures


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {t} SET {c} = {c}",
        "DELETE FROM {t}",
        "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
        # Without CASCADE, PostgreSQL refuses on its own where another table refers to this one.
        "TRUNCATE {t} CASCADE",
    ],
)
async def test_append_only_tables_refuse_every_other_change(
    storage: Storage, database_url: str, table: str, statement: str
) -> None:
    sqlite_only, postgres_only = "REPLACE" in statement, "TRUNCATE" in statement
    skip = sqlite_only if database_url.startswith("postgresql") else postgres_only
    if skip:
        return
    async with storage.transaction("fill") as tx:
        await programmes.append(tx, "{}", "admin Kestrel", "first", NOW, ENTRY)
        await opened(tx)
        await releases.append(tx, a_release("round-1", releases.FIRST))
        await replies.append(tx, a_reply(), ENTRY, NOW)
        await actions.record(tx, an_action(), ENTRY, NOW)
        await public_figures.append(tx, some_figures())
    column = "version" if table == "programme" else "sequence"
    with pytest.raises(RowRefused, match=f"{table} is append-only"):
        async with storage.transaction("meddle") as tx:
            await tx.execute(text(statement.format(t=table, c=column)))
