"""Errands: asking for what only the officers' process can do, and doing it there.

Each is begun once, and everybody's in their order: of a heap one is done, then everybody else's.
Who asks is what the dashboard's process says; it decides about turns and names in the trail. A
name under which nobody has access now, with the right to it, has nothing done.
One whose end is not known, because the process was killed in between, is never begun again:
whoever asked is told to look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary

from bot.core.access import Visitor, check_may
from bot.core.audit import AuditEntry
from bot.core.errands import (
    END_UNKNOWN,
    ENDED,
    NEEDS,
    NOBODY_ASKED,
    NOBODY_CAME,
    NOT_ALLOWED_ANY_MORE,
    NOT_DONE_HERE,
    NOT_FORESEEN,
    NOT_READABLE,
    TAKES,
    WAITS_FOR,
    Errand,
    Kind,
    Outcome,
    State,
    Waiting,
    next_in_turn,
    storable,
    told,
)
from bot.core.errors import StandEasyError
from bot.workflows.acting import Named, NotActing, named, still_may
from bot.workflows.moment import TICKER, Now
from storage import audit, errands
from storage.engine import Storage, WriteTransaction, ending_with
from storage.errands import Queued, StoredErrand
from storage.errors import DatabaseUnavailable

__all__ = ["Errand", "Handler", "Kind", "Outcome", "ask", "carry_out_due", "lately", "outcome"]

Handler = Callable[[Errand], Awaitable[str]]
"""Does an errand and returns the sentence that says what was done; raises why it may not be."""

MOST_WAITING: Final = 50
"""Of one asker."""

AT_ONCE: Final = 100
"""After so many a look is over: the next comes within seconds."""

IN_LINE: Final = 10_000
"""So many are looked at, the first asked for; those behind move up."""

GIVEN_UP_AT_ONCE: Final = 50
LOOKS_EVERY: Final = 0.25
"""Seconds between two looks of somebody who waits."""

PATIENCE: Final = 7.0
"""Seconds in which the officers' process has looked once, if it runs."""


class TooManyErrands(StandEasyError):
    """{number} things that you asked for wait to be done: expected at most {most}."""

    hint = "The officers' process does them within seconds. Does it run?"


async def ask(
    storage: Storage, kind: Kind, subject: str, detail: Mapping[str, str], by: Visitor, now: Now
) -> int:
    """Leave an errand and return its number, by which `outcome` tells what came of it."""
    check_may(by, NEEDS[kind])
    at = now()
    entry = AuditEntry(by.name, f"ask to {kind}", subject, told(detail))
    async with storage.transaction("ask for errand") as tx:
        await still_may(tx, by, NEEDS[kind])
        # What is left of an hour ago will not be done, and another's heap is not theirs.
        waiting = await errands.waiting_of(tx, by.name, at - WAITS_FOR)
        if waiting >= MOST_WAITING:
            raise TooManyErrands(number=waiting, most=MOST_WAITING)
        return await errands.add(tx, kind, subject, detail, by.name, entry, at)


async def outcome(storage: Storage, number: int, now: Now) -> Outcome | None:
    """Return what came of an errand; None while it waits or is being done, or was never asked."""
    async with storage.read("errand") as tx:
        stored = await errands.get(tx, number)
    return None if stored is None else outcome_of(stored, now)


async def outcome_within(
    storage: Storage, number: int, now: Now, patience: float
) -> Outcome | None:
    """Wait so many seconds at most for what comes of an errand; None when it is not known then.

    Long enough for one look of the officers' process: the page that asked says what was done
    instead of asking to be loaded again.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + patience
    while True:
        async with storage.read("errand") as tx:
            stored = await errands.get(tx, number)
        came = None if stored is None else outcome_of(stored, now)
        # Nobody waits for what was never asked for.
        if stored is None or came is not None or loop.time() >= ends:
            return came
        # Another process may do it, so there is nothing here to wait for but time.
        await asyncio.sleep(LOOKS_EVERY)


def outcome_of(stored: StoredErrand, now: Now) -> Outcome | None:
    """Return what came of a stored errand; None while it waits or is being done."""
    if stored.state in ENDED:
        return Outcome(stored.state is State.DONE, stored.sentence or "")
    if not _too_old(stored.state, stored.errand.asked_at, stored.begun_at, now):
        return None
    # Whoever would note it down does not run; it will say the same once it does.
    return Outcome(False, _why_too_old(stored.state))


async def lately(
    storage: Storage, kinds: Collection[Kind], now: Now, most: int = 10
) -> list[tuple[Errand, Outcome | None]]:
    """Return the last errands of some kinds with what came of each, the newest first."""
    async with storage.read("errands") as tx:
        found = await errands.newest(tx, kinds, most)
    return [(each.errand, outcome_of(each, now)) for each in found]


_turns: WeakKeyDictionary[Storage, dict[str, int]] = WeakKeyDictionary()
"""Who had a turn, see `next_in_turn`. A restart begins anew, and another worker has its own."""


async def carry_out_due(storage: Storage, handlers: Mapping[Kind, Handler], now: Now) -> int:
    """Do what was asked for and is not begun, in turn; return how many errands ended here."""
    ended = 0
    while ended < AT_ONCE:
        # Most looks find nothing: they do not wait for whoever writes.
        async with storage.read("errands due") as tx:
            if not await errands.line(tx, 1):
                return ended
        async with storage.transaction("begin errand") as write:
            given_up, errand = await _take_next(write, _turns.setdefault(storage, {}), now)
        ended += given_up
        if errand is not None:
            await _carry_out(storage, handlers, errand, now)
            ended += 1
        elif not given_up:
            return ended
    return ended


async def _take_next(
    tx: WriteTransaction, turns: dict[str, int], now: Now
) -> tuple[int, Errand | None]:
    """Return how many were given up, and the next errand, begun; None where none is free."""
    await tx.queue_for("errand")
    in_line = await errands.line(tx, IN_LINE)
    too_old: list[Queued] = []
    left: list[Queued] = []
    for each in in_line:
        over = _too_old(each.state, each.asked_at, each.begun_at, now)
        (too_old if over else left).append(each)
    for each in too_old[:GIVEN_UP_AT_ONCE]:
        await _end(tx, each, Outcome(False, _why_too_old(each.state)), now)
    given_up = len(too_old[:GIVEN_UP_AT_ONCE])
    if any(each.state is State.BEGUN for each in left):
        # Another worker is at it, and those behind it have to come after it.
        return given_up, None
    chosen = next_in_turn(
        (Waiting(each.number, each.subject, each.asked_by) for each in left), turns
    )
    stored = None if chosen is None else await errands.get(tx, chosen.number)
    if stored is None:
        return given_up, None
    refusal = await _refusal(tx, stored)
    if refusal is not None:
        await _end(tx, stored.errand, Outcome(False, refusal), now)
        return given_up + 1, None
    await errands.begin(tx, stored.errand.number, now())
    return given_up, stored.errand


async def _refusal(tx: WriteTransaction, stored: StoredErrand) -> str | None:
    """Return why an errand is not begun, looked at where it is; None where it is."""
    if not stored.readable:
        return NOT_READABLE
    asker = await named(tx, stored.errand.by, NEEDS[stored.errand.kind])
    return {Named.MAY: None, Named.MAY_NOT: NOT_ALLOWED_ANY_MORE, Named.NOBODY: NOBODY_ASKED}[asker]


async def _carry_out(
    storage: Storage, handlers: Mapping[Kind, Handler], errand: Errand, now: Now
) -> None:
    handler = handlers.get(errand.kind)
    unforeseen: Exception | None = None
    if handler is None:
        came = Outcome(False, NOT_DONE_HERE)
    else:
        try:
            with ending_with(partial(_still_asked, errand=errand)):
                came = Outcome(True, await handler(errand))
        except DatabaseUnavailable:
            # Nothing can be noted down either. It is given up when its time is over.
            raise
        except StandEasyError as error:
            came = Outcome(False, f"{error} {error.hint}".strip())
        except Exception as error:
            came, unforeseen = Outcome(False, NOT_FORESEEN), error
    async with storage.transaction("end errand") as tx:
        await _end(tx, errand, came, now)
    if unforeseen is not None:
        raise unforeseen


async def _still_asked(tx: WriteTransaction, errand: Errand) -> None:
    """Look where it is done whether who asked may; raises `NotActing`."""
    # As `still_may` does for pages. The officers' process may not hold a row of staff, but what
    # is done is in the trail by now, and rights end with an entry in it.
    if await named(tx, errand.by, NEEDS[errand.kind]) is not Named.MAY:
        raise NotActing


async def _end(tx: WriteTransaction, errand: Errand | Queued, came: Outcome, now: Now) -> None:
    state = State.DONE if came.done else State.REFUSED
    sentence = storable(came.sentence)
    await errands.end(tx, errand.number, state, sentence)
    if not came.done:
        # What was done has an entry of its own, by whoever asked for it.
        entry = AuditEntry(TICKER, f"not done: {errand.kind}", errand.subject, sentence)
        await audit.append(tx, entry, now())


def _too_old(state: State, asked_at: datetime, begun_at: datetime | None, now: Now) -> bool:
    if state is State.BEGUN:
        assert begun_at is not None  # noqa: S101 - the table checks it
        # A moment that is still to come is nobody's who is at it: it would hold up all others.
        return not now() - TAKES < begun_at < now() + TAKES
    return asked_at <= now() - WAITS_FOR


def _why_too_old(state: State) -> str:
    return END_UNKNOWN if state is State.BEGUN else NOBODY_CAME
