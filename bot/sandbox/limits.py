"""How often a bot may call Telegram, and the meter that counts.

Sends count against all limits; edits and answers to taps only against their own, wider
one per chat. A refused call is not counted, so waiting as told is always enough.
"""

import math
from collections import deque
from dataclasses import dataclass

UNLIMITED = math.inf


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates are calls a second; a burst is how many may come at once after a quiet time."""

    overall_per_second: float = 30
    per_chat_per_second: float = 1.0
    per_chat_burst: int = 5
    per_group_per_second: float = 20 / 60
    per_group_burst: int = 20
    edits_per_chat_per_second: float = 10.0
    edits_per_chat_burst: int = 60
    tap_seconds: float = 60.0
    """How long a tap can be answered. Telegram does not document it; about a minute is seen."""

    @classmethod
    def none(cls) -> "Limits":
        """No rate limits at all."""
        return cls(UNLIMITED, UNLIMITED, 1, UNLIMITED, 1, UNLIMITED, 1)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float

    def wait(self, rate: float, burst: int, now: float) -> float:
        """Seconds until one call fits; 0 if it fits now."""
        self.level = min(float(burst), self.level + (now - self.at) * rate)
        self.at = now
        # A hair of tolerance: sums of small floats must not cost a whole second.
        return 0.0 if self.level > 1 - 1e-9 else (1 - self.level) / rate


class Meter:
    """Counts calls against `Limits`; times are monotonic seconds."""

    __slots__ = ("_buckets", "_sent", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._sent: deque[float] = deque()
        self._buckets: dict[tuple[str, int], _Bucket] = {}

    def send(self, chat_id: int, now: float) -> int:
        """Count one send; the seconds to wait instead if it comes too early."""
        limits = self.limits
        wait = self._overall(now)
        bucket = None
        # Groups have negative ids.
        rate, burst = (
            (limits.per_chat_per_second, limits.per_chat_burst)
            if chat_id > 0
            else (limits.per_group_per_second, limits.per_group_burst)
        )
        if rate != UNLIMITED:
            bucket = self._bucket("send", chat_id, burst, now)
            wait = max(wait, bucket.wait(rate, burst, now))
        if wait > 0:
            return math.ceil(wait)
        if bucket is not None:
            bucket.level -= 1
        if limits.overall_per_second != UNLIMITED:
            self._sent.append(now)
        return 0

    def edit(self, chat_id: int, now: float) -> int:
        """Count one edit or answer to a tap; the seconds to wait instead if too early."""
        rate, burst = self.limits.edits_per_chat_per_second, self.limits.edits_per_chat_burst
        if rate == UNLIMITED:
            return 0
        bucket = self._bucket("edit", chat_id, burst, now)
        wait = bucket.wait(rate, burst, now)
        if wait > 0:
            return math.ceil(wait)
        bucket.level -= 1
        return 0

    def _overall(self, now: float) -> float:
        # A true sliding window: in no second do more sends pass than allowed.
        sent = self._sent
        while sent and now - sent[0] >= 1.0:
            sent.popleft()
        if len(sent) < self.limits.overall_per_second:
            return 0.0
        return sent[0] + 1.0 - now

    def _bucket(self, kind: str, chat_id: int, burst: int, now: float) -> _Bucket:
        key = (kind, chat_id)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(float(burst), now)
        return bucket
