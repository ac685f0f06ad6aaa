"""Sealing keys held against the audit trail: answers are sealed with the key that was made.

Whoever exchanges the public half of a round's key reads every answer sealed from then on. What
the trail said of a key first holds: no account of a process changes or removes an entry.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from bot.core.errors import StandEasyError
from bot.sealing.keys import SealingKey
from storage import audit, sealing_keys
from storage.engine import ReadTransaction
from storage.sealing_keys import StoredSealingKey

MAKE_KEY: Final = "make key"


class AnotherSealingKey(StandEasyError):
    """The public half of the key {key} is another than the one that was made: whoever put it
    there may open what was sealed with it. Nothing was sealed or destroyed."""

    hint = "Keep a copy of the database, find out who changed it, and restore a backup from before."


def digest_of(public: bytes) -> str:
    """Return what the trail says of a public half."""
    return sha256(public).hexdigest()


async def sealing_key(tx: ReadTransaction, key_id: str) -> SealingKey | None:
    """Return a key to seal with; raises `AnotherSealingKey`."""
    stored = await sealing_keys.get(tx, key_id)
    if stored is None:
        return None
    if await changed(tx, [stored]):
        raise AnotherSealingKey(key=key_id)
    return SealingKey(stored.id, stored.public)


_as_made: set[tuple[str, bytes]] = set()
"""Keys that were found as they were made: an entry of the trail never changes."""


async def changed(tx: ReadTransaction, stored: Iterable[StoredSealingKey]) -> list[str]:
    """Return the ids of keys that are others than those that were made."""
    unknown = [key for key in stored if (key.id, key.public) not in _as_made]
    if not unknown:
        return []
    told = await audit.first_details(tx, MAKE_KEY, [f"key {key.id}" for key in unknown])
    # Entries from before this was noted say nothing of it.
    others = [
        key.id for key in unknown if told.get(f"key {key.id}") not in ("", digest_of(key.public))
    ]
    if len(_as_made) > 1_000:
        _as_made.clear()
    _as_made.update((key.id, key.public) for key in unknown if key.id not in others)
    return others
