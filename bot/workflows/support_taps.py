"""Support taps: how often each part of the support menu is opened, and nothing about by whom.

Taps are counted in memory and sealed once a minute, one response for each, without team, time
or mark. A process that is killed loses those of its last minute.
"""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.core.instruments import Instrument, Need
from bot.core.reporting_units import nobodys_own
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.rounds import RoundState
from bot.sealing.seal import seal
from bot.workflows import known_keys
from bot.workflows.catalogue import Catalogue, RoundInView
from bot.workflows.moment import Now, RandomBytes
from storage import rounds, sealed_responses
from storage.engine import Storage, WriteTransaction

log = logging.getLogger(__name__)

MOST_TAPS = 10_000
"""What is kept while the database is gone; more is not counted."""

ONE_EACH = timedelta(hours=1)
"""A chat that taps on and on counts once for each need in this time."""

AT_ONCE = 500
"""So many are sealed in one transaction."""

SLICE = 50
"""As many as are sealed in a few milliseconds."""

_SLOT_BYTES = 2
_ID_SIZE = 16


class SupportTaps:
    """Counts taps, and seals them into the round that is open for them."""

    def __init__(
        self, storage: Storage, catalogue: Callable[[], Catalogue], now: Now, random: RandomBytes
    ) -> None:
        self._storage, self._catalogue = storage, catalogue
        self._now, self._random = now, random
        self._taps: Counter[Need] = Counter()
        self._key = random(_ID_SIZE)
        self._slots: dict[bytes, datetime] = {}
        """When a slot was last tapped into; every chat and need has one of 65,536."""

    def count(self, chat: int, need: Need) -> None:
        """Count one tap; touches nothing but memory."""
        now, slot = self._now(), self._slot(chat, need)
        last = self._slots.get(slot)
        if self._taps.total() >= MOST_TAPS or (last is not None and now - last < ONE_EACH):
            return
        self._slots[slot] = now
        self._taps[need] += 1

    def _slot(self, chat: int, need: Need) -> bytes:
        # Not who tapped on what, but a number that several chats share: whoever reads this
        # memory learns little. Where two fall together, one tap in an hour is not counted.
        content = f"{chat} {need.value}".encode()
        return hashlib.blake2b(content, key=self._key, digest_size=_SLOT_BYTES).digest()

    async def flush(self) -> int:
        """Seal what was counted; return how many. Without an open round it is let go."""
        self._forget_slots()
        sealed = 0
        while self._taps:
            view = self._open_round()
            if view is None:
                self._taps.clear()
                return sealed
            taking = Counter(list(self._taps.elements())[:AT_ONCE])
            self._taps -= taking
            try:
                sealed += await self._seal(view, taking)
            except Exception:
                # The database is gone, or busy: they wait for the next time.
                self._taps += taking
                raise
        return sealed

    def _forget_slots(self) -> None:
        now = self._now()
        self._slots = {slot: at for slot, at in self._slots.items() if now - at < ONE_EACH}

    def _open_round(self) -> RoundInView | None:
        views = self._catalogue().rounds.values()
        found = (view for view in views if view.instrument.counts_taps)
        return next((view for view in found if view.takes_answers(0, self._now())), None)

    async def _seal(self, view: RoundInView, taking: Counter[Need]) -> int:
        # No trail: on SQLite the log would keep what was tapped in which minute side by side.
        async with self._storage.transaction("seal support taps", leaves_trail=False) as tx:
            row = await rounds.lock_shared(tx, view.id)
            key = await known_keys.sealing_key(tx, row.sealing_key)
            if row.state is not RoundState.OPEN or key is None:
                # It closed a moment ago: these belong to no round.
                return 0
            rows = []
            for number, content in enumerate(_contents(view, taking), 1):
                rows.append((self._random(_ID_SIZE), seal(content, key, view.id)))
                if number % SLICE == 0:
                    await asyncio.sleep(0)
            await _add(tx, view.id, rows)
        return len(rows)


async def _add(tx: WriteTransaction, round_id: str, rows: list[tuple[bytes, bytes]]) -> None:
    # In the order of their random ids, which is none.
    for row_id, ciphertext in sorted(rows):
        await sealed_responses.add(tx, row_id, round_id, ciphertext)


def _contents(view: RoundInView, taking: Counter[Need]) -> Iterator[bytes]:
    """Yield the bytes of one response for each tap."""
    options = options_of(view.instrument)
    for need in taking.elements():
        if need not in options:
            continue
        response = Response(
            instrument=view.instrument.key,
            prompt=0,
            team=nobodys_own(view.units),
            role_type=RoleType.NOT_SAID,
            service=LengthOfService.NOT_SAID,
            answers=((options[need],), *((),) * (len(view.instrument.items) - 1)),
        )
        yield encode(response, view.instrument)


def options_of(instrument: Instrument) -> dict[Need, int]:
    """Return which option of the first item counts which need: the first it says support for."""
    found: dict[Need, int] = {}
    for position, option in enumerate(instrument.items[0].options):
        for need in option.support[:1]:
            found.setdefault(need, position)
    return found
