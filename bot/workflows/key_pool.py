"""The key pool: unused key pairs, made ahead of the rounds that will take them.

The opening key is on disk before its public half can be taken: no round ever opens whose
answers could not be counted.
"""

from dataclasses import dataclass

from bot.core.audit import AuditEntry
from bot.sealing.key_store import OpeningKeys
from bot.sealing.keys import SECRET_SIZE, new_key_pair
from bot.workflows.catalogue import in_force, parse_programme
from bot.workflows.known_keys import MAKE_KEY, digest_of
from bot.workflows.moment import Now, RandomBytes
from storage import audit, sealing_keys
from storage.engine import Storage
from storage.states import KeyState

SMALLEST_POOL = 8


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the list of keys. `here` says whether the opening key is in this folder."""

    id: str
    state: KeyState
    here: bool


async def make_keys(
    storage: Storage, keys: OpeningKeys, count: int, now: Now, random: RandomBytes, actor: str
) -> list[str]:
    """Add `count` fresh pairs to the pool; return their ids."""
    made = []
    for _ in range(count):
        sealing, opening = new_key_pair(f"k{random(8).hex()}", random(SECRET_SIZE))
        keys.add(opening)
        async with storage.transaction("add sealing key") as tx:
            await sealing_keys.add(tx, sealing)
            digest = digest_of(sealing.public)
            await audit.append(tx, AuditEntry(actor, MAKE_KEY, f"key {sealing.id}", digest), now())
        made.append(sealing.id)
    return made


async def fill_pool(
    storage: Storage, keys: OpeningKeys, now: Now, random: RandomBytes, actor: str
) -> int:
    """Make as many pairs as the pool lacks; return how many."""
    async with storage.read("key pool") as tx:
        unused = (await sealing_keys.counts(tx))[KeyState.UNUSED]
        newest = await in_force(tx)
    # All rounds may open on one day, and again before anybody sees that this process stopped.
    check_ins = len(parse_programme(newest.content).check_ins) if newest else 0
    missing = max(0, max(SMALLEST_POOL, 2 * check_ins) - unused)
    await make_keys(storage, keys, missing, now, random, actor)
    return missing


async def list_keys(storage: Storage, keys: OpeningKeys) -> list[KeyLine]:
    """Return all keys ever made, by id."""
    here = set(keys.ids())
    async with storage.read("list keys") as tx:
        return [KeyLine(key.id, key.state, key.id in here) for key in await sealing_keys.all(tx)]
