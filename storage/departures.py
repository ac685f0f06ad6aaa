"""Departures: in which reporting units somebody who had been asked erased everything.

A row names nobody and counts nobody. While it is there, whoever joins the unit waits for the
next prompt: erasing everything and joining again gives no second vote.
"""

from sqlalchemy import delete, select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import departure as table


async def note(tx: WriteTransaction, round_id: str, prompt: int, unit: int) -> None:
    """Note a departure from a unit; a second one of the same prompt adds nothing."""
    row = {"round": round_id, "prompt": prompt, "unit": unit}
    statement = tx.insert(table).values(row)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=list(row)))


async def exists(tx: ReadTransaction, round_id: str, prompt: int, unit: int) -> bool:
    """Say whether somebody of the unit left in this prompt."""
    statement = select(table.c.unit).where(
        table.c.round == round_id, table.c.prompt == prompt, table.c.unit == unit
    )
    return await tx.first(statement) is not None


async def clear_round(tx: WriteTransaction, round_id: str) -> int:
    """Remove all departures of the round; return how many."""
    return (await tx.execute(delete(table).where(table.c.round == round_id))).rowcount
