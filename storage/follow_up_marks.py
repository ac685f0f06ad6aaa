"""Follow-up marks: that a chat answered a round that invites nobody, until it closes.

After a tough job, about leaving or about supervising. A mark is a keyed hash of the round and
the chat. No enrolment and no team stands beside it.
"""

from collections.abc import Collection

from sqlalchemy import delete, select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import follow_up_mark as table


async def mark(tx: WriteTransaction, round_id: str, mark: bytes) -> bool:
    """Note that a chat answered; return False when that was noted already."""
    # The answer goes in only after True: this row makes each chat count once in a round,
    # however often it asks to be written to.
    row = {"round": round_id, "mark": mark}
    statement = tx.insert(table).values(row).on_conflict_do_nothing(index_elements=list(row))
    return (await tx.execute(statement)).rowcount == 1


async def exists(tx: ReadTransaction, round_id: str, mark: bytes) -> bool:
    """Whether the chat behind a mark answered."""
    statement = select(table.c.round).where(table.c.round == round_id, table.c.mark == mark)
    return await tx.first(statement) is not None


async def clear_round(tx: WriteTransaction, round_id: str) -> int:
    """Forget who answered in the round; return how many marks there were."""
    return (await tx.execute(delete(table).where(table.c.round == round_id))).rowcount


async def erase(tx: WriteTransaction, marks: Collection[bytes]) -> int:
    """Remove these marks, one of each round; return how many there were."""
    return (await tx.execute(delete(table).where(table.c.mark.in_(marks)))).rowcount
