"""Finding what a chat asked for: under one lookup for each purpose, none leading to another."""

from bot.sealing.address import AddressKeys, FollowUpPurpose
from bot.workflows.follow_up_kinds import PURPOSE_OF
from storage import follow_ups
from storage.engine import ReadTransaction, WriteTransaction
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind


def lookup_for(keys: AddressKeys, telegram_id: int, kind: FollowUpKind) -> bytes:
    """Return what finds a chat's follow-up of one kind."""
    return keys.follow_up_lookup(telegram_id, PURPOSE_OF[kind])


async def of_chat(tx: ReadTransaction, keys: AddressKeys, telegram_id: int) -> list[FollowUp]:
    """Return everything a chat asked for, earliest first."""
    found: list[FollowUp] = []
    for purpose in FollowUpPurpose:
        found += await follow_ups.of_chat(tx, keys.follow_up_lookup(telegram_id, purpose))
    return sorted(found, key=lambda row: (row.due_at, row.id))


async def erase_all(tx: WriteTransaction, keys: AddressKeys, telegram_id: int) -> int:
    """Remove everything a chat asked for; return how many there were."""
    erased = 0
    for purpose in FollowUpPurpose:
        erased += await follow_ups.erase_all(tx, keys.follow_up_lookup(telegram_id, purpose))
    return erased
