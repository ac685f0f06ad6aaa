"""People with access for tests: their rows, without the entries of how they came to them."""

import json

from bot.core.access import Visitor
from storage.engine import Storage
from storage.tables import staff as table
from tests.storage.rows import NOW


async def with_access(storage: Storage, *people: Visitor) -> None:
    """Let people in, where they are not yet."""
    async with storage.transaction("with access") as tx:
        for who in people:
            row = {
                "id": who.staff_id or f"staff {who.name}",
                "name": who.name,
                "roles": json.dumps(sorted(who.roles)),
                "departments": who.departments and json.dumps(sorted(who.departments)),
                "added_at": NOW,
                "joined_at": NOW,
            }
            await tx.execute(tx.insert(table).values(row).on_conflict_do_nothing())
