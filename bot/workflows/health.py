"""Health: everything that says whether the installation works, read in one transaction.

It reads what the dashboard's process may read: no deliveries, no enrolments, no answers. What
is known of those is what the officers' process said of itself.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.audit import Anchor
from bot.core.calendar import local_day, plans_until
from bot.core.health import (
    GROWTH_SHOWN,
    OVERDUE_AFTER,
    Health,
)
from bot.core.health_parts import EntryAge, GrowthNote, NextRound, Undone
from bot.core.late_rounds import is_kept_too_long, waits_too_long
from bot.core.programme import Programme
from bot.core.rounds import RoundState
from bot.core.support import SupportEntry, age_of, missing_needs
from bot.core.version import VERSION
from bot.core.vitals import CLOCKS_APART, has_been
from bot.workflows import growth, heartbeat, known_keys
from bot.workflows.catalogue import in_force, latest_end, parse_programme, unreadable
from bot.workflows.headcounts import WRITTEN_UP
from bot.workflows.moment import Now
from storage import (
    audit,
    errands,
    heartbeats,
    monitors,
    programme_proposals,
    programmes,
    rounds,
    sealing_keys,
    staff,
)
from storage.engine import ReadTransaction, Storage
from storage.errors import DatabaseUnavailable
from storage.migrate import is_current, stands_at
from storage.programmes import StoredProgramme
from storage.states import KeyState

_A_YEAR = timedelta(days=400)
MOST_NOTES: Final = 100
"""How many notes of one kind are shown: the newest."""
_A_DAY = timedelta(days=1)
"""An end that lies so much past the latest was moved by somebody, not by the clocks."""


class Oversight:
    """What tells how one installation is; `process` is the one that asks."""

    def __init__(
        self, storage: Storage, now: Now, national: Sequence[SupportEntry], process: str
    ) -> None:
        self._storage, self.now, self._national = storage, now, tuple(national)
        self._process = process
        self._read: tuple[int, Programme] | None = None
        """The programme last read, by its version: thousands of teams take a while."""
        self._noted: dict[str, tuple[int, list[GrowthNote]]] = {}
        """Notes by their act, and up to which entry of the trail they were looked for."""

    async def health(self) -> Health:
        """Return the state of everything; raises `DatabaseUnavailable`."""
        current = await is_current(self._storage)
        async with self._storage.read("health") as tx:
            beats = await heartbeats.beats(tx)
            keys = await sealing_keys.counts(tx)
            unfinished = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)
            released = await rounds.releases(tx)
            abandoned = await rounds.abandoned_with_a_key(tx)
            unread_rounds = await unreadable(tx, unfinished)
            ends = {row.id: await latest_end(tx, row) for row in unfinished}
            changed_keys = await known_keys.changed(tx, await sealing_keys.in_use(tx))
            saved = await in_force(tx)
            last_saved = await programmes.newest_version(tx)
            entry = await audit.newest(tx)
            upto = entry.sequence if entry else 0
            grown = await self._notes(tx, growth.ACT, upto)
            written_up = await self._notes(tx, WRITTEN_UP, upto)
            # Older tables do not have these.
            undone = Undone(*(await errands.waiting(tx) if current else (0, None)))
            proposals = await programme_proposals.how_many_wait(tx) if current else 0
            watched = await monitors.dashboard_can_watch(tx) if current else False
            rights_unread = await staff.unreadable(tx) if current else 0
        programme = self._programme(saved)
        at = self.now()
        today = local_day(at, programme.force.timezone) if programme else at.date()
        own = programme.support if programme else []
        entries = [*own, *self._national]
        signs = heartbeat.signs_of(beats, at)
        opened = [row for row in unfinished if row.state is RoundState.OPEN]
        closed = [row for row in unfinished if row.state is RoundState.CLOSED]
        results = [moment for _, _, moment in released]
        return Health(
            at=at,
            today=today,
            version=VERSION,
            tables_current=current,
            ticks=signs.ticks,
            vitals=signs.vitals,
            unread=signs.unread,
            unused_keys=keys[KeyState.UNUSED],
            open_rounds=len(opened),
            closed_rounds=len(closed),
            stuck_rounds=[row.id for row in closed if waits_too_long(ends[row.id], results, at)],
            kept_rounds=[
                *abandoned,
                *(
                    id_
                    for id_, state, moment in released
                    if state is RoundState.RELEASED and is_kept_too_long(moment, at)
                ),
            ],
            overdue_rounds=[
                row.id
                for row in opened
                if at - ends[row.id] >= OVERDUE_AFTER or row.closes_at - ends[row.id] >= _A_DAY
            ],
            paused_rounds={row.id: row.paused_at for row in opened if row.paused_at is not None},
            next_rounds=_next_rounds(programme, today),
            directory=[
                EntryAge(e.id, e.last_verified, age_of(e, today), own=e in own) for e in entries
            ],
            backup_at=signs.backup_at,
            newest_entry=str(Anchor(entry.sequence, entry.hash)) if entry else None,
            programme_version=saved.version if saved else None,
            programme_unread=last_saved != (saved.version if saved else 0),
            tables=await stands_at(self._storage),
            missing_needs=[need.value for need in missing_needs(entries)] if programme else (),
            growth=_shown(grown, at),
            written_up=_shown(written_up, at),
            undone=undone,
            proposals=proposals,
            watched=watched,
            unread_rounds=unread_rounds,
            changed_keys=changed_keys,
            rights_unread=rights_unread > 0,
        )

    async def _notes(self, tx: ReadTransaction, act: str, newest: int) -> list[GrowthNote]:
        seen, found = self._noted.get(act, (0, []))
        if newest > seen:
            # Those before are known: going through the whole trail takes a while.
            at = self.now()
            new = await audit.noted(tx, act, seen, at - GROWTH_SHOWN, at + CLOCKS_APART, MOST_NOTES)
            found = [*found, *(GrowthNote(*each) for each in new)][-MOST_NOTES:]
            self._noted[act] = (newest, found)
        return found

    def _programme(self, saved: StoredProgramme | None) -> Programme | None:
        if saved is None:
            return None
        if self._read is None or self._read[0] != saved.version:
            self._read = (saved.version, parse_programme(saved.content))
        return self._read[1]

    async def not_ready(self) -> str | None:
        """Return why this process cannot do its work now; None when it can."""
        try:
            if not await is_current(self._storage):
                return "the tables are not current"
            if not await heartbeat.is_fresh(self._storage, self._process, self.now):
                return "no tick lately"
        except DatabaseUnavailable:
            return "the database is out of reach"
        return None


def _shown(notes: Sequence[GrowthNote], at: datetime) -> list[GrowthNote]:
    """Return those that are new, and not of a time to come, the newest first."""
    new = (note for note in reversed(notes) if at - note.noted_at < GROWTH_SHOWN)
    return [note for note in new if has_been(note.noted_at, at)]


def _next_rounds(programme: Programme | None, today: date) -> list[NextRound]:
    found = []
    for check_in in programme.check_ins if programme else ():
        for plan in plans_until(check_in, today + _A_YEAR):
            if plan.opens_on > today:
                title = check_in.title["en"]
                found.append(NextRound(check_in.id, title, plan.opens_on))
                break
    return sorted(found, key=lambda each: (each.opens_on, each.check_in))
