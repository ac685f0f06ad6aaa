"""Sealed responses: ciphertexts of one size under random ids, without time or order."""

from collections.abc import AsyncIterator, Callable

from sqlalchemy import delete, func, insert, select

from storage import rounds
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import sealed_response as table

_CHUNK = 500


async def add(tx: WriteTransaction, response: bytes, round_id: str, ciphertext: bytes) -> None:
    """Store one sealed response under a random id of 16 bytes."""
    row = {"id": response, "round": round_id, "ciphertext": ciphertext}
    await tx.execute(insert(table).values(row))


async def in_chunks(tx: ReadTransaction, round_id: str, size: int) -> AsyncIterator[list[bytes]]:
    """Give the round's ciphertexts in the order of their random ids, `size` at a time."""
    last = b""
    while True:
        statement = (
            select(table.c.id, table.c.ciphertext)
            .where(table.c.round == round_id, table.c.id > last)
            .order_by(table.c.id)
            .limit(size)
        )
        rows = await tx.all(statement)
        if rows:
            yield [row.ciphertext for row in rows]
        if len(rows) < size:
            return
        last = rows[-1].id


async def stir(tx: WriteTransaction, round_id: str, random: Callable[[int], bytes]) -> int:
    """Rewrite the round's rows under new ids in random order; return how many."""
    # On PostgreSQL, the place of a row in its file and the transaction that wrote it are
    # those of the participation row written with it. Afterwards all rows of the round have
    # one transaction and an order of their own. An UPDATE would not do: it tries to keep
    # the new row on the page of the old one.
    await rounds.lock(tx, round_id)
    ids = await tx.all(select(table.c.id).where(table.c.round == round_id))
    moves = sorted((random(16), row.id) for row in ids)
    for start in range(0, len(moves), _CHUNK):
        new_id = {old: new for new, old in moves[start : start + _CHUNK]}
        chosen = (table.c.round == round_id) & table.c.id.in_(new_id)
        rows = await tx.all(select(table.c.id, table.c.ciphertext).where(chosen))
        await tx.execute(delete(table).where(chosen))
        moved = [
            {"id": new_id[row.id], "round": round_id, "ciphertext": row.ciphertext} for row in rows
        ]
        await tx.execute(insert(table), sorted(moved, key=lambda row: row["id"]))
    return len(moves)


async def destroy(tx: WriteTransaction, round_id: str) -> int:
    """Remove the round's sealed responses for good; return how many there were."""
    return (await tx.execute(delete(table).where(table.c.round == round_id))).rowcount


async def count(tx: ReadTransaction, round_id: str) -> int:
    """Return how many sealed responses the round has."""
    statement = select(func.count()).select_from(table).where(table.c.round == round_id)
    return int(await tx.scalar(statement))
