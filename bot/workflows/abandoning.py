"""Abandoning a round that can never be released: its answers are destroyed without a result.

Nothing is destroyed of a round whose answers can be counted, and nothing without an entry in
the audit trail. The decision is stored first; what follows from it can be cut short anywhere,
and the tally finishes it.
"""

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.audit import AuditEntry
from bot.core.documents import in_language
from bot.core.errors import StandEasyError
from bot.core.rounds import NoSuchRound, RoundEvent, RoundState, after
from bot.sealing.errors import InvalidKey, KeyMissing
from bot.sealing.key_store import OpeningKeys
from bot.workflows.catalogue import Instruments, RoundInView, view_of
from bot.workflows.moment import Now
from bot.workflows.tally import destroy_answers, why_never
from storage import audit, rounds, sealing_keys
from storage.engine import ReadTransaction, Storage
from storage.rounds import Round
from storage.states import KeyState

log = logging.getLogger(__name__)

ACT: Final = "abandon round"
KEY_LOST: Final = "its opening key is lost"


class CanBeReleased(StandEasyError):
    """The round {round} can be counted: every answer it holds opens. Nothing was destroyed."""

    hint = "Its result comes with the tally, in its turn."


class OpeningKeyNotHere(StandEasyError):
    """The opening key of the round {round} is not in {folder}, or another than it should be."""

    hint = "Restore the backup of keys. Where none has it, say so with --key-lost."


class NotTheTally(StandEasyError):
    """There is no opening key of this installation in {folder}: expected the tally's keys."""

    hint = "Run this where the tally runs, with its settings."


class UnreadableRound(StandEasyError):
    """The row of the round {round} cannot be read."""

    hint = "Restore the database from a backup in which it can."


class NotAllGone(StandEasyError):
    """The round {round} is abandoned, and not everything of it is destroyed yet."""

    hint = "The tally goes on with it each minute; where it cannot, its log says why."


class NoReason(StandEasyError):
    """Expected a reason that whoever reads the audit trail understands."""


@dataclass(frozen=True, slots=True)
class ToBeLost:
    """A round that can be abandoned: what it is, never what or how many it holds."""

    round_id: str
    title: str
    opens_on: date
    why: str
    """Why it has no result; empty where it is abandoned already."""

    @property
    def is_abandoned(self) -> bool:
        """Whether that was decided before."""
        return not self.why


async def look(
    storage: Storage,
    keys: OpeningKeys,
    instruments: Instruments,
    round_id: str,
    *,
    key_lost: bool = False,
) -> ToBeLost:
    """Return what abandoning a round would destroy, or raise why it must not be."""
    view, lost = await _viewed(storage, keys, instruments, round_id)
    why = ""
    if view.row.state is not RoundState.ABANDONED:
        with ExitStack() as stack:
            why = await _why(stack, storage, keys, view, lost=lost, key_lost=key_lost)
    return ToBeLost(
        round_id,
        in_language(view.check_in.title, "en"),
        view.row.opens_on,
        why,
    )


async def abandon(
    storage: Storage,
    keys: OpeningKeys,
    instruments: Instruments,
    round_id: str,
    reason: str,
    now: Now,
    actor: str,
    *,
    key_lost: bool = False,
) -> None:
    """Destroy the answers and the opening key of a round; it never has a result.

    Raises `CanBeReleased` where everything opens, `RoundNotReady` unless the round is closed,
    and `KeyInUse` while another process counts it. One that was abandoned before is finished.
    Raises `NotAllGone` where something is in the way of that.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise NoReason
    view, lost = await _viewed(storage, keys, instruments, round_id)
    if view.row.state is not RoundState.ABANDONED:
        with ExitStack() as stack:
            # Looked at once more: whoever typed the round's id may have taken an hour.
            why = await _why(stack, storage, keys, view, lost=lost, key_lost=key_lost)
            async with storage.transaction("abandon round") as tx:
                row = await rounds.lock(tx, round_id)
                state = after(row.state, RoundEvent.ABANDON, round_id)
                await rounds.set_state(tx, round_id, state)
                entry = AuditEntry(actor, ACT, f"round {round_id}", f"{why}: {reason}")
                await audit.append(tx, entry, now())
    await finish(storage, keys)
    async with storage.read("what is left") as tx:
        key = await sealing_keys.get(tx, view.row.sealing_key)
    if key is not None and key.state is not KeyState.DESTROYED:
        raise NotAllGone(round=round_id)


async def finish(storage: Storage, keys: OpeningKeys) -> list[str]:
    """Destroy what is left of rounds that were abandoned; return the ids of those finished."""
    async with storage.read("abandoned rounds") as tx:
        left = await _unfinished(tx)
    finished = []
    for row in left:
        await destroy_answers(storage, keys, row)
        # Only when no copy of a deleted row is left: until then, the next look begins anew.
        if await storage.tidy():
            async with storage.transaction("finish abandoned round") as tx:
                await sealing_keys.mark_destroyed(tx, row.sealing_key)
            finished.append(row.id)
    return finished


async def _unfinished(tx: ReadTransaction) -> list[Round]:
    found = await rounds.abandoned_with_a_key(tx)
    if not found:
        return []
    told = {each.entry.subject for each in await audit.of_act_after(tx, ACT, 0)}
    for round_id in found:
        if f"round {round_id}" not in told:
            # An account of the database may be in wrong hands.
            log.error(
                "round %s is called abandoned, and no entry of the audit trail tells of it:"
                " nothing of it is destroyed",
                round_id,
            )
    rows = await rounds.in_state(tx, RoundState.ABANDONED)
    return [row for row in rows if row.id in found and f"round {row.id}" in told]


async def _viewed(
    storage: Storage, keys: OpeningKeys, instruments: Instruments, round_id: str
) -> tuple[RoundInView, bool]:
    """Return the round, and whether its opening key is not to be had here."""
    async with storage.read("round to abandon") as tx:
        row = await rounds.get(tx, round_id)
        if row is None:
            raise NoSuchRound(round=round_id)
        if row.state is not RoundState.ABANDONED:
            after(row.state, RoundEvent.ABANDON, round_id)
        public = {
            key.id: key.public
            for key in await sealing_keys.all(tx)
            if key.state is not KeyState.DESTROYED
        }
        try:
            view = await view_of(tx, row, instruments)
        except ValueError:
            raise UnreadableRound(round=round_id) from None
    if not public.keys() & set(keys.ids()):
        raise NotTheTally(folder=keys.path)
    try:
        return view, keys.get(row.sealing_key).public != public.get(row.sealing_key)
    except (KeyMissing, InvalidKey):
        return view, True


async def _why(
    stack: ExitStack,
    storage: Storage,
    keys: OpeningKeys,
    view: RoundInView,
    *,
    lost: bool,
    key_lost: bool,
) -> str:
    """Return why there can be no result; while `stack` is open, nobody else counts the round."""
    if lost:
        if not key_lost:
            raise OpeningKeyNotHere(round=view.id, folder=keys.path)
        return KEY_LOST
    stack.enter_context(keys.held(view.row.sealing_key))
    why = await why_never(storage, keys, view)
    if not why:
        raise CanBeReleased(round=view.id)
    return why
