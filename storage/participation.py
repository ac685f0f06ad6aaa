"""Participation: which enrolments answered a prompt, until the round closes.

It never says what, and no row here leads to a sealed response.
"""

from collections.abc import Collection

from sqlalchemy import delete, func, select

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import participation as table

_CHUNK = 500


async def mark(tx: WriteTransaction, round_id: str, prompt: int, enrolment: bytes) -> bool:
    """Note that this enrolment answered; return False when that was noted already."""
    # The answer goes in only after True: this row is what makes each answer count once.
    row = {"round": round_id, "prompt": prompt, "enrolment": enrolment}
    key = ["round", "prompt", "enrolment"]
    statement = tx.insert(table).values(row).on_conflict_do_nothing(index_elements=key)
    return (await tx.execute(statement)).rowcount == 1


async def answered(
    tx: ReadTransaction, round_id: str, prompt: int, enrolments: Collection[bytes]
) -> set[bytes]:
    """Return those of `enrolments` that answered this prompt."""
    wanted = sorted(enrolments)
    found: set[bytes] = set()
    for start in range(0, len(wanted), _CHUNK):
        statement = select(table.c.enrolment).where(
            table.c.round == round_id,
            table.c.prompt == prompt,
            table.c.enrolment.in_(wanted[start : start + _CHUNK]),
        )
        found.update(row.enrolment for row in await tx.all(statement))
    return found


async def of_enrolment(tx: ReadTransaction, enrolment: bytes) -> list[tuple[str, int]]:
    """Return the rounds and prompts this enrolment answered, as long as they are marked."""
    statement = select(table.c.round, table.c.prompt).where(table.c.enrolment == enrolment)
    rows = await tx.all(statement.order_by(table.c.round, table.c.prompt))
    return [(row.round, row.prompt) for row in rows]


async def clear_round(tx: WriteTransaction, round_id: str) -> int:
    """Forget who took part in the round; return how many marks there were."""
    return (await tx.execute(delete(table).where(table.c.round == round_id))).rowcount


async def count(tx: ReadTransaction, round_id: str) -> int:
    """Return how many marks the round has, over all its prompts."""
    statement = select(func.count()).select_from(table).where(table.c.round == round_id)
    return int(await tx.scalar(statement))
