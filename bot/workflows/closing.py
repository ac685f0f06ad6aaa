"""Closing a round, and stirring what open rounds hold.

From the close on nobody needs to know who was asked or who took part, so it is erased in the
same transaction.
"""

from bot.core.audit import AuditEntry
from bot.core.rounds import NoSuchRound, RoundEvent, RoundState, after
from bot.workflows.moment import TICKER, Now, RandomBytes
from storage import audit, deliveries, participation, rounds, sealed_responses
from storage.engine import Storage, WriteTransaction


async def close_due(storage: Storage, now: Now, random: RandomBytes) -> list[str]:
    """Close every round whose time is over; return the ids of those closed here."""
    async with storage.read("rounds to close") as tx:
        over = [
            row.id for row in await rounds.in_state(tx, RoundState.OPEN) if row.closes_at <= now()
        ]
    return [round_id for round_id in over if await _close(storage, round_id, TICKER, now, random)]


async def close_now(
    storage: Storage, round_id: str, now: Now, random: RandomBytes, actor: str
) -> None:
    """Close a round before its time. Its release still keeps the distance to the one before."""
    async with storage.read("close round") as tx:
        row = await rounds.get(tx, round_id)
    if row is None:
        raise NoSuchRound(round=round_id)
    after(row.state, RoundEvent.CLOSE, round_id)
    await _close(storage, round_id, actor, now, random)


async def _close(
    storage: Storage, round_id: str, actor: str, now: Now, random: RandomBytes
) -> bool:
    async with storage.transaction("close round") as tx:
        row = await rounds.lock(tx, round_id)
        if row.state is not RoundState.OPEN:
            return False
        await rounds.set_state(tx, round_id, after(row.state, RoundEvent.CLOSE, round_id))
        # From here on nobody needs to know who was asked or who took part.
        await _forget_people(tx, round_id)
        await sealed_responses.stir(tx, round_id, random)
        await audit.append(tx, AuditEntry(actor, "close round", f"round {round_id}"), now())
    await storage.tidy()
    return True


async def _forget_people(tx: WriteTransaction, round_id: str) -> None:
    await deliveries.clear_round(tx, round_id)
    await participation.clear_round(tx, round_id)


async def stir_open(storage: Storage, random: RandomBytes) -> int:
    """Rewrite the sealed responses of open rounds in random order; return how many.

    Where a row lies and what wrote it could otherwise be matched with the mark of who took
    part (docs/threat-model.md).
    """
    async with storage.read("rounds to stir") as tx:
        open_rounds = [row.id for row in await rounds.in_state(tx, RoundState.OPEN)]
    moved = 0
    for round_id in open_rounds:
        async with storage.transaction("stir") as tx:
            moved += await sealed_responses.stir(tx, round_id, random)
    await storage.tidy()
    return moved
