"""Check-ins that an officer starts: about leaving, and about supervising, where a round is open."""

from collections.abc import Callable
from enum import Enum

from bot.sealing.address import AddressKeys
from bot.workflows.catalogue import Catalogue, RoundInView
from bot.workflows.moment import Now
from storage import enrolments, follow_up_marks
from storage.engine import Storage

EXIT = "exit"
SUPERVISING = "supervisors-quarterly"
"""The instruments."""


class MayStart(Enum):
    """Whether somebody may start a check-in. Sealing asks again, for itself."""

    YES = "yes"
    ANSWERED = "answered"
    NOT_JOINED = "not joined"


class SelfStarted:
    """What can be started now, and by whom."""

    def __init__(
        self, storage: Storage, keys: AddressKeys, catalogue: Callable[[], Catalogue], now: Now
    ) -> None:
        self._storage, self._keys = storage, keys
        self._catalogue, self._now = catalogue, now

    def exit_round(self) -> RoundInView | None:
        """Return the open round that asks why people leave; None without one."""
        return self.open_round(EXIT)

    def open_round(self, instrument: str) -> RoundInView | None:
        """Return the open round of an instrument that officers start, from memory."""
        for view in self._catalogue().rounds.values():
            starts = view.instrument.id == instrument and not view.check_in.invites
            if starts and view.takes_answers(0, self._now()):
                return view
        return None

    async def may_start(self, telegram_id: int, view: RoundInView) -> MayStart:
        """Return whether somebody may start a check-in; nothing is noted of it."""
        async with self._storage.read("may start") as tx:
            known = await enrolments.by_lookup(tx, self._keys.lookup(telegram_id))
            if known is None or view.units.position_of_team(known.team) is None:
                return MayStart.NOT_JOINED
            mark = self._keys.follow_up_mark(view.id, telegram_id)
            answered = await follow_up_marks.exists(tx, view.id, mark)
        return MayStart.ANSWERED if answered else MayStart.YES
