"""Switches that make Telegram fail on purpose, call by call and without chance.

A fault waits for the next matching calls (by method, by chat, or any but getUpdates),
happens `times` times and is gone. Faults are met in the order they were set.
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.sandbox.loopback import Bell


class Kind(Enum):
    """What goes wrong with a call."""

    ANSWER_ERROR = auto()
    """A 5xx; nothing is done."""
    FLOOD = auto()
    """A 429 with `retry_after`; nothing is done."""
    HANG = auto()
    """No answer until released; then the call is carried out."""
    DROP = auto()
    """The connection is cut; nothing is done."""
    APPLY_THEN_DROP = auto()
    """The call is carried out, and the connection is cut instead of the answer."""
    APPLY_THEN_HANG = auto()
    """The call is carried out, but its answer waits until released."""


_HANGING = (Kind.HANG, Kind.APPLY_THEN_HANG)


@dataclass(slots=True, eq=False)
class Fault:
    """One switch; `left` counts down to zero."""

    kind: Kind
    left: int
    method: str | None = None
    chat: int | None = None
    status: int = 500
    retry_after: int = 1
    released: bool = False
    bell: Bell = field(default_factory=Bell)
    met: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a call has met this fault."""

    def matches(self, method: str, chat: int | None) -> bool:
        # The long poll runs at moments nobody chose; it fails only when named.
        named = self.method == method or (self.method is None and method != "getUpdates")
        return named and (self.chat is None or self.chat == chat)

    def release(self) -> None:
        """Let the calls that hang go on."""
        self.released = True
        self.bell.ring()


class Faults:
    """The switchboard of one Telegram."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._hanging: list[Fault] = []
        self.duplicates_left = 0
        self.reorder_left = 0

    def answer_error(
        self,
        status: int = 500,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
    ) -> Fault:
        """The next calls answer `status` (5xx) and do nothing."""
        return self._arm(Fault(Kind.ANSWER_ERROR, times, method, chat, status=status))

    def flood(
        self,
        retry_after: int = 1,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
    ) -> Fault:
        """The next calls answer 429 and do nothing."""
        return self._arm(Fault(Kind.FLOOD, times, method, chat, retry_after=retry_after))

    def hang(self, *, times: int = 1, method: str | None = None, chat: int | None = None) -> Fault:
        """The next calls wait for `release()`; a client that gives up first changes nothing."""
        return self._arm(Fault(Kind.HANG, times, method, chat))

    def drop(self, *, times: int = 1, method: str | None = None, chat: int | None = None) -> Fault:
        """The next calls lose their connection before anything is done."""
        return self._arm(Fault(Kind.DROP, times, method, chat))

    def apply_then_drop(
        self, *, times: int = 1, method: str | None = None, chat: int | None = None
    ) -> Fault:
        """The next calls are carried out, but their answer never arrives."""
        return self._arm(Fault(Kind.APPLY_THEN_DROP, times, method, chat))

    def apply_then_hang(
        self, *, times: int = 1, method: str | None = None, chat: int | None = None
    ) -> Fault:
        """The next calls are carried out, but their answer waits for `release()`."""
        return self._arm(Fault(Kind.APPLY_THEN_HANG, times, method, chat))

    def duplicate_updates(self, times: int = 1) -> None:
        """Each of the next `times` updates is delivered twice, under the same update id."""
        self.duplicates_left = times

    def reorder_updates(self, count: int = 2) -> None:
        """The next `count` updates are held back and then delivered last first."""
        self.reorder_left = count

    def clear(self) -> None:
        """Switch everything off and let go whatever hangs."""
        for fault in (*self._armed, *self._hanging):
            fault.release()
        self._armed.clear()
        self._hanging.clear()
        self.duplicates_left = self.reorder_left = 0

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The fault that this call meets."""
        for fault in self._armed:
            if fault.matches(method, chat):
                fault.left -= 1
                fault.met.set()
                if fault.kind in _HANGING and fault not in self._hanging:
                    self._hanging.append(fault)
                if fault.left <= 0:
                    self._armed.remove(fault)
                return fault
        return None

    def _arm(self, fault: Fault) -> Fault:
        self._armed.append(fault)
        return fault
