"""The tally: closed rounds become releases, and released rounds are shredded in time.

With its worker, the only importer of `bot.sealing.unseal`. Opened answers exist in the memory
of this process and its workers alone, one chunk at a time, and leave it only as a protected
release.
"""

import asyncio
import logging
from collections.abc import Container
from datetime import timedelta
from typing import Final

from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.disclosure.earlier import Earlier, programmes_of
from bot.core.disclosure.engine import RoundFacts, UnknownTeam, protect, rules_of
from bot.core.disclosure.release import Release
from bot.core.errors import StandEasyError
from bot.core.responses import UnreadableResponse
from bot.core.rounds import NoSuchRound, RoundEvent, RoundState, after
from bot.core.tabulation import Tabulator, UnsafeTable
from bot.sealing.errors import CannotUnseal, KeyInUse, UnsafeKeyFile
from bot.sealing.key_store import OpeningKeys
from bot.sealing.unseal import Unsealer
from bot.workflows import public_figures
from bot.workflows.catalogue import (
    Instruments,
    NoProgramme,
    RoundInView,
    in_force,
    parse_programme,
    view_of,
    views_of,
)
from bot.workflows.moment import TICKER, Now
from bot.workflows.release_distance import ReleasedAbout, may_release, teams_of, told_by_releases
from bot.workflows.released import earlier_releases, read_stored, with_units
from bot.workflows.tally_workers import open_with_workers, processors, workers_for
from storage import audit, programmes, releases, rounds, sealed_responses, sealing_keys
from storage import public_figures as stored_figures
from storage.engine import ReadTransaction, Storage
from storage.programmes import StoredProgramme
from storage.rounds import Round

log = logging.getLogger(__name__)

CHUNK = 1_000
"""Of these one or two are held here, and one by each worker: 1.4 MB each."""

SHRED: Final = "shred"

SLICE = 50
"""As many as are opened in about five milliseconds."""


class RecountDiffers(StandEasyError):
    """A recount of the round {round} gives another result than its release."""

    hint = "Keep the database and the keys as they are, and find out which of them was changed."


class NothingToRecount(StandEasyError):
    """The round {round} cannot be recounted: expected one that is released and not shredded."""


async def tally_due(
    storage: Storage,
    keys: OpeningKeys,
    instruments: Instruments,
    now: Now,
    stirred: Container[str] | None = None,
) -> list[str]:
    """Tally and release every closed round that may be released now; return their ids.

    A round that cannot be tallied stays closed, is logged, and does not hold up the others.
    With `stirred`, a round that is not among them waits: one that closed a moment ago would be
    released with its rows where they were written.
    """
    async with storage.read("rounds to tally") as tx:
        closed = await rounds.in_state(tx, RoundState.CLOSED)
        if stirred is not None:
            closed = [row for row in closed if row.id in stirred]
        views = await views_of(tx, closed, instruments)
        earlier = await told_by_releases(tx)
    released = []
    for view in views:
        existing = frozenset(team.id for team in view.programme.force.teams)
        about = ReleasedAbout(now(), view.instrument.id, teams_of(view.row), existing)
        # None closes before its first day: an empty result of such a round would only keep the
        # next one waiting.
        has_begun = view.row.opens_on <= local_day(now(), view.timezone)
        if not has_begun or not may_release(about, earlier, view.timezone):
            continue
        try:
            with keys.held(view.row.sealing_key):
                if await _release(storage, keys, view, now):
                    released.append(view.id)
                    earlier.append(about)
        except KeyInUse:
            # Another process has the round in hand; the next look sees what came of it.
            continue
        except StandEasyError as error:
            log.error("round %s is not released: %s %s", view.id, error, error.hint)
        except Exception as error:
            # Its words may repeat what was counted; its kind not.
            log.error("round %s is not released: %s", view.id, type(error).__name__)
        else:
            continue
        # It may be there all the same: others keep their distance to what is, not to what failed.
        async with storage.read("releases") as tx:
            earlier = await told_by_releases(tx)
    return released


async def _release(storage: Storage, keys: OpeningKeys, view: RoundInView, now: Now) -> bool:
    table, earlier, newest, release = await _counted(storage, keys, view)
    async with storage.transaction("tally") as tx:
        # Others can hold up who queues here, and an officer who still answers waits for the round.
        await releases.turn(tx)
        await stored_figures.queue(tx)
        await audit.turn(tx)
        row = await rounds.lock(tx, view.id)
        if row.state is not RoundState.CLOSED:
            return False
        known = await earlier_releases(tx)
        now_newest = _kept(await in_force(tx))
        if len(known) != len(earlier) or now_newest.version != newest.version:
            # Another round was released meanwhile, or a team came or went: it counts here.
            release = _protected(table, view, known, now_newest)
        await releases.append(tx, release)
        # Here alone: a recount compares bytes, and draws no noise again.
        await public_figures.draw(tx, table, view, _about(view, now_newest), now)
        state = after(row.state, RoundEvent.RELEASE, view.id)
        await rounds.set_state(tx, view.id, state, released_at=now())
        entry = AuditEntry(TICKER, "release", f"round {view.id}", release.hash.hex())
        await audit.append(tx, entry, now())
    return True


async def _counted(
    storage: Storage, keys: OpeningKeys, view: RoundInView
) -> tuple[UnsafeTable, list[Earlier], StoredProgramme, Release]:
    # Nothing of a closed round changes any more, so counting it holds up nobody who writes.
    async with storage.read("tally") as tx:
        table = await _count(tx, keys, view)
        earlier = await earlier_releases(tx)
        newest = _kept(await in_force(tx))
    return table, earlier, newest, await asyncio.to_thread(_protected, table, view, earlier, newest)


async def why_never(storage: Storage, keys: OpeningKeys, view: RoundInView) -> str:
    """Return what is wrong with a closed round's answers, in words; "" where nothing is.

    Counts them as a release would, and forgets the result. Raises whatever else is in the way.
    """
    try:
        await _counted(storage, keys, view)
    except CannotUnseal:
        return "a sealed answer does not open"
    except UnreadableResponse:
        return "a sealed answer is none that this program can have sealed"
    except UnknownTeam:
        return "a sealed answer is of a team that the round did not ask"
    return ""


async def _count(tx: ReadTransaction, keys: OpeningKeys, view: RoundInView) -> UnsafeTable:
    key = keys.get(view.row.sealing_key)
    tabulator = Tabulator(view.instrument)
    chunks = sealed_responses.in_chunks(tx, view.id, CHUNK)
    workers = workers_for(await sealed_responses.count(tx, view.id), processors())
    if workers:
        await open_with_workers(chunks, keys, key.id, view.id, tabulator.add, workers)
        return tabulator.table()
    unsealer = Unsealer(key, view.id)
    async for chunk in chunks:
        for start in range(0, len(chunk), SLICE):
            for ciphertext in chunk[start : start + SLICE]:
                tabulator.add(unsealer.unseal(ciphertext))
            # A pause for whoever taps meanwhile. A thread would keep them waiting as long,
            # for unsealing does not let go of the interpreter, and take longer itself.
            await asyncio.sleep(0)
    return tabulator.table()


def _kept(stored: StoredProgramme | None) -> StoredProgramme:
    if stored is None:
        raise NoProgramme
    return stored


def _about(view: RoundInView, newest: StoredProgramme) -> RoundFacts:
    return RoundFacts(
        round_id=view.id,
        check_in=view.check_in.id,
        title=view.check_in.title,
        opens_on=view.row.opens_on,
        closes_on=local_day(view.row.closes_at, view.timezone),
        programme_version=view.row.programme_version,
        newest_version=newest.version,
    )


def _protected(
    table: UnsafeTable, view: RoundInView, earlier: list[Earlier], newest: StoredProgramme
) -> Release:
    return protect(
        table,
        view.units,
        rules_of(view.programme),
        _about(view, newest),
        earlier,
        teams={team.id: team for team in view.programme.force.teams},
        newest={team.id: team for team in parse_programme(newest.content).force.teams},
    )


async def recount(
    storage: Storage, keys: OpeningKeys, instruments: Instruments, round_id: str
) -> Release:
    """Count a released round again; raises `RecountDiffers` unless every byte is the same."""
    async with storage.read("recount") as tx:
        row = await rounds.get(tx, round_id)
        if row is None:
            raise NoSuchRound(round=round_id)
        if row.state is not RoundState.RELEASED:
            raise NothingToRecount(round=round_id)
        stored = await releases.all(tx)
        place = next(i for i, each in enumerate(stored) if each.round == round_id)
        view = await view_of(tx, row, instruments)
        table = await _count(tx, keys, view)
        _, version = programmes_of(read_stored(stored[place]))
        then = _kept(await programmes.at_version(tx, version))
        release = _protected(table, view, await with_units(tx, stored[:place]), then)
    if release.content != stored[place].content:
        raise RecountDiffers(round=round_id)
    return release


async def shred_due(
    storage: Storage, keys: OpeningKeys, instruments: Instruments, now: Now
) -> list[str]:
    """Destroy answers and opening keys of rounds whose recount period is over.

    Also the key of a round that another machine's tally shredded, where it lies here as well.
    """
    async with storage.read("rounds to shred") as tx:
        released = await rounds.in_state(tx, RoundState.RELEASED)
        over = [
            view
            for view in await views_of(tx, released, instruments)
            if view.row.released_at is not None
            and view.row.released_at + timedelta(days=view.programme.recount_days) <= now()
        ]
        # A state and a time are two words in a row; a release is a link of its chain.
        shown = {each.round for each in await releases.all(tx)} if over else set()
        copies = await _shredded_elsewhere(tx, keys)
    for key_id in copies:
        keys.destroy(key_id)
    over = [view for view in over if view.id in shown]
    for view in over:
        try:
            await _shred(storage, keys, view, now)
        except UnsafeKeyFile as error:
            log.error("round %s is not shredded: %s %s", view.id, error, error.hint)
    if over:
        await storage.tidy()
    return [view.id for view in over]


async def _shred(storage: Storage, keys: OpeningKeys, view: RoundInView, now: Now) -> None:
    if not await destroy_answers(storage, keys, view.row):
        return
    async with storage.transaction("shred") as tx:
        await audit.turn(tx)
        row = await rounds.lock(tx, view.id)
        if row.state is not RoundState.RELEASED:
            return
        await sealing_keys.mark_destroyed(tx, view.row.sealing_key)
        await rounds.set_state(tx, view.id, after(row.state, RoundEvent.SHRED, view.id))
        await audit.append(tx, AuditEntry(TICKER, SHRED, f"round {view.id}"), now())


async def _shredded_elsewhere(tx: ReadTransaction, keys: OpeningKeys) -> list[str]:
    """Return the keys here of rounds that were shredded, by state, mark and trail alike."""
    found = await rounds.shredded_with(tx, keys.ids())
    if not found:
        return []
    told = await audit.told_of(tx, SHRED, [f"round {round_id}" for round_id in found.values()])
    return [key_id for key_id, round_id in found.items() if f"round {round_id}" in told]


async def destroy_answers(storage: Storage, keys: OpeningKeys, row: Round) -> bool:
    """Destroy a round's opening key and its answers; whatever was done of it before stays done.

    False, and nothing destroyed, unless the round still stands as in `row`, with that key. What
    deleted rows leave behind is the caller's to tidy, and the key's to be marked as destroyed.
    """
    async with storage.transaction("destroy answers") as tx:
        now = await rounds.lock(tx, row.id)
        if (now.state, now.sealing_key) != (row.state, row.sealing_key):
            return False
        # The key goes first: killed in between, the answers left behind can no longer be opened,
        # and the next run destroys them.
        keys.destroy(row.sealing_key)
        await sealed_responses.destroy(tx, row.id)
    return True
