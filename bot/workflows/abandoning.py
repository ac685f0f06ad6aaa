"""Abandoning a round that can never be released: its answers are destroyed without a result.

Nothing is destroyed of a round whose answers can be counted, whoever called it abandoned, and
nothing without entries in the audit trail that tell of the round and of its key. The decision is
stored first; what follows from it can be cut short anywhere, and the tally finishes it.
"""

import logging
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.audit import AuditEntry
from bot.core.documents import in_language
from bot.core.errors import StandEasyError
from bot.core.rounds import NoSuchRound, RoundEvent, RoundState, after
from bot.sealing.errors import InvalidKey, KeyInUse, KeyMissing
from bot.sealing.key_store import OpeningKeys
from bot.workflows import known_keys
from bot.workflows.catalogue import (
    CANNOT_BE_READ,
    Instruments,
    RoundInView,
    UnreadableRound,
    view_of,
)
from bot.workflows.known_keys import AnotherSealingKey
from bot.workflows.moment import Now
from bot.workflows.tally import destroy_answers, why_never
from storage import audit, rounds, sealed_responses, sealing_keys
from storage.engine import ReadTransaction, Storage
from storage.rounds import Round
from storage.states import KeyState

log = logging.getLogger(__name__)

ACT: Final = "abandon round"
KEY_ACT: Final = "destroy key"
KEY_LOST: Final = "its opening key is lost"
UNREADABLE: Final = "its row cannot be read"


class CanBeReleased(StandEasyError):
    """The round {round} can be counted: every answer it holds opens. Nothing was destroyed."""

    hint = "Its result comes with the tally, in its turn."


class OpeningKeyNotHere(StandEasyError):
    """The opening key of the round {round} is not in {folder}, or another than it should be."""

    hint = "Restore the backup of keys. Where none has it, say so with --key-lost."


class NotTheTally(StandEasyError):
    """There is no opening key of this installation in {folder}: expected the tally's keys."""

    hint = "Run this where the tally runs, with its settings."


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
    unreadable: bool = False,
) -> ToBeLost:
    """Return what abandoning a round would destroy, or raise why it must not be."""
    found = await _found(storage, keys, instruments, round_id)
    why = ""
    if found.row.state is not RoundState.ABANDONED:
        with ExitStack() as stack:
            why = await _why(stack, storage, keys, found, key_lost, unreadable)
    title = found.row.check_in
    if found.view is not None:
        title = in_language(found.view.check_in.title, "en")
    return ToBeLost(round_id, title, found.row.opens_on, why)


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
    unreadable: bool = False,
) -> None:
    """Destroy the answers and the opening key of a round; it never has a result.

    Raises `CanBeReleased` where everything opens, `RoundNotReady` unless the round is closed,
    and `KeyInUse` while another process counts it. One that was abandoned before is finished.
    Raises `NotAllGone` where something is in the way of that.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise NoReason
    found = await _found(storage, keys, instruments, round_id)
    if found.row.state is not RoundState.ABANDONED:
        with ExitStack() as stack:
            # Looked at once more: whoever typed the round's id may have taken an hour.
            why = await _why(stack, storage, keys, found, key_lost, unreadable)
            async with storage.transaction("abandon round") as tx:
                await audit.turn(tx)
                row = await rounds.lock(tx, round_id)
                state = after(row.state, RoundEvent.ABANDON, round_id)
                await rounds.set_state(tx, round_id, state)
                entry = AuditEntry(actor, ACT, f"round {round_id}", f"{why}: {reason}")
                await audit.append(tx, entry, now())
                # Of the key that was looked for, and no other.
                key = AuditEntry(actor, KEY_ACT, f"key {found.row.sealing_key}", entry.subject)
                await audit.append(tx, key, now())
    await finish(storage, keys, instruments)
    async with storage.read("what is left") as tx:
        if await _is_left(tx, found.row, keys):
            raise NotAllGone(round=round_id)


async def finish(storage: Storage, keys: OpeningKeys, instruments: Instruments) -> list[str]:
    """Destroy what is left of rounds that were abandoned; return the ids of those finished."""
    async with storage.read("abandoned rounds") as tx:
        left = await _unfinished(tx, keys)
    finished = []
    for row in left:
        try:
            if await _finish(storage, keys, instruments, row):
                finished.append(row.id)
        except KeyInUse:
            # Another process has it in hand; the next look sees what came of it.
            continue
        except StandEasyError as error:
            log.error("round %s is not destroyed yet: %s %s", row.id, error, error.hint)
    return finished


async def _unfinished(tx: ReadTransaction, keys: OpeningKeys) -> list[Round]:
    rows = await rounds.in_state(tx, RoundState.ABANDONED)
    left = [row for row in rows if await _is_left(tx, row, keys)]
    if not left:
        return []
    told = await audit.told_of(tx, ACT, [f"round {row.id}" for row in left])
    must_go = []
    for row in left:
        of_round = f"round {row.id}"
        of_key = f"key {row.sealing_key}"
        if of_round in told and await audit.tells(tx, KEY_ACT, of_key, of_round):
            must_go.append(row)
        else:
            # An account of the database may be in wrong hands.
            log.error(
                "round %s is called abandoned, and no entry of the audit trail tells of it and of"
                " its key: nothing of it is destroyed",
                row.id,
            )
    return must_go


async def _is_left(tx: ReadTransaction, row: Round, keys: OpeningKeys) -> bool:
    """Whether anything of an abandoned round is there, by what is there and not by a mark."""
    stored = await sealing_keys.get(tx, row.sealing_key)
    marked = stored is not None and stored.state is KeyState.DESTROYED
    here = row.sealing_key in keys.ids()
    return here or not marked or await sealed_responses.count(tx, row.id) > 0


async def _finish(
    storage: Storage, keys: OpeningKeys, instruments: Instruments, row: Round
) -> bool:
    with ExitStack() as stack:
        if row.sealing_key in keys.ids():
            stack.enter_context(keys.held(row.sealing_key))
            if not await _must_go(storage, keys, instruments, row):
                log.error(
                    "round %s is called abandoned, and every answer it holds opens: nothing of it"
                    " is destroyed",
                    row.id,
                )
                return False
        if not await destroy_answers(storage, keys, row):
            return False
    # Only when no copy of a deleted row is left: until then, the next look begins anew.
    if not await storage.tidy():
        return False
    async with storage.transaction("finish abandoned round") as tx:
        now = await rounds.lock(tx, row.id)
        if now.state is not row.state or await sealed_responses.count(tx, row.id) > 0:
            return False
        await sealing_keys.mark_destroyed(tx, row.sealing_key)
    return True


async def _must_go(
    storage: Storage, keys: OpeningKeys, instruments: Instruments, row: Round
) -> bool:
    """Whether what is called abandoned can never be counted, as whoever decided it found."""
    async with storage.read("abandoned round") as tx:
        stored = await sealing_keys.get(tx, row.sealing_key)
        marked = stored is not None and stored.state is KeyState.DESTROYED
        if marked and await sealed_responses.count(tx, row.id) == 0:
            # Another machine's tally did it; this is its copy of the key.
            return True
        try:
            view = await view_of(tx, row, instruments)
        except CANNOT_BE_READ:
            return True
    try:
        return bool(await _why_never(storage, keys, view))
    except InvalidKey:
        return True


async def _why_never(storage: Storage, keys: OpeningKeys, view: RoundInView) -> str:
    """Return what is wrong with a closed round, in words; "" where it can be counted.

    One that counting stumbles over in a way that nobody foresaw is like one that cannot be read,
    if it holds no answers: there is nothing that somebody could count once that is mended.
    """
    try:
        return await why_never(storage, keys, view)
    except StandEasyError:
        raise
    except Exception as error:
        async with storage.read("round to abandon") as tx:
            if await sealed_responses.count(tx, view.id):
                raise
        log.error("round %s cannot be counted: %s", view.id, type(error).__name__)
        return UNREADABLE


@dataclass(frozen=True, slots=True)
class _Found:
    """A round that is to be abandoned, and the public half of its key."""

    row: Round
    view: RoundInView | None
    """None where the row cannot be read."""
    public: bytes


async def _found(
    storage: Storage, keys: OpeningKeys, instruments: Instruments, round_id: str
) -> _Found:
    view: RoundInView | None = None
    async with storage.read("round to abandon") as tx:
        row = await rounds.get(tx, round_id)
        if row is None:
            raise NoSuchRound(round=round_id)
        if row.state is not RoundState.ABANDONED:
            after(row.state, RoundEvent.ABANDON, round_id)
        # Whatever stands beside them: a mark alone hides no key.
        stored = {key.id: key for key in await sealing_keys.all(tx)}
        own = stored[row.sealing_key]
        if row.state is not RoundState.ABANDONED and await known_keys.changed(tx, [own]):
            raise AnotherSealingKey(key=own.id)
        with suppress(*CANNOT_BE_READ):
            view = await view_of(tx, row, instruments)
    if not stored.keys() & set(keys.ids()):
        raise NotTheTally(folder=keys.path)
    return _Found(row, view, own.public)


async def _why(
    stack: ExitStack,
    storage: Storage,
    keys: OpeningKeys,
    found: _Found,
    key_lost: bool,
    unreadable: bool,
) -> str:
    """Return why there can be no result; while `stack` is open, nobody else counts the round."""
    if found.view is None:
        if not unreadable:
            raise UnreadableRound(round=found.row.id)
        with suppress(KeyMissing):
            stack.enter_context(keys.held(found.row.sealing_key))
        return UNREADABLE
    try:
        public = keys.get(found.row.sealing_key).public
    except (KeyMissing, InvalidKey):
        public = None
    if public is not None:
        # Also where somebody says that it is lost: it is here.
        stack.enter_context(keys.held(found.row.sealing_key))
        why = await _why_never(storage, keys, found.view)
        if not why:
            raise CanBeReleased(round=found.row.id)
        if why == UNREADABLE and not unreadable:
            raise UnreadableRound(round=found.row.id)
        if public == found.public:
            return why
    # Another key in its place opens nothing, and tells nothing of the answers.
    if not key_lost:
        raise OpeningKeyNotHere(round=found.row.id, folder=keys.path)
    return KEY_LOST
