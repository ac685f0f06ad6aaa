"""Storing an invented past: rounds that are over, their answers and keys long destroyed.

Only the demo, the pictures and the benchmarks do this, in databases of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from bot.core.audit import AuditEntry
from bot.core.calendar import instant
from bot.core.rounds import RoundState
from bot.sandbox.demo.invented_year import InventedRound
from storage import audit, releases, rounds, sealing_keys
from storage.engine import Storage
from storage.rounds import Round

INVENTED = "invented past"
"""Who acted, by the audit trail."""


@dataclass(frozen=True, slots=True)
class _DestroyedKey:
    """The public half of a key pair whose other half is gone."""

    id: str
    public: bytes = b"destroyed"


async def remember(
    storage: Storage, past: Iterable[InventedRound], timezone: str, version: int = 1
) -> None:
    """Store rounds with their releases, in the order of their releases."""
    async with storage.transaction("remember an invented past") as tx:
        for each in past:
            key = _DestroyedKey(f"destroyed-{each.id}")
            await sealing_keys.add(tx, key)
            await sealing_keys.mark_destroyed(tx, key.id)
            closes_at = instant(each.closes_on, time(0, 0), timezone)
            row = Round(
                id=each.id,
                check_in=each.check_in,
                opens_on=each.opens_on,
                state=RoundState.OPEN,
                closes_at=closes_at,
                prompts_opened=1,
                programme_version=version,
                sealing_key=key.id,
                units=each.units.to_json(),
            )
            await rounds.open(tx, row)
            await releases.append(tx, each.release)
            await rounds.set_state(tx, each.id, RoundState.SHREDDED, closes_at)
            # The trail tells of them, as it does of every key, round and release.
            for act, subject, detail in (
                ("make key", f"key {key.id}", ""),
                ("open round", f"round {each.id}", ""),
                ("release", f"round {each.id}", each.release.hash.hex()),
            ):
                await audit.append(tx, AuditEntry(INVENTED, act, subject, detail), closes_at)
