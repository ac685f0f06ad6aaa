"""A clock that can be moved forward: real time plus an offset.

It runs on by itself between moves and never goes back, so nothing that was due stops being
due and no round opens twice.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MovableClock:
    """What the demo takes for the time."""

    def __init__(self, real: Callable[[], datetime] = _utc_now) -> None:
        self._real = real
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the moved time, in UTC."""
        return self._real() + self._offset

    def move_to(self, moment: datetime) -> None:
        """Move forward to `moment`; stay when it has passed already."""
        self._offset += max(moment - self.now(), timedelta())

    def move_by(self, step: timedelta) -> None:
        """Move forward by `step`; raises ValueError for a step back."""
        if step < timedelta():
            raise ValueError("expected a step forward: this clock never goes back")
        self._offset += step
