"""The audit trail: append-only, each entry carrying the hash of the one before."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.exc import DBAPIError

from bot.core.audit import FIRST, AuditEntry, AuditRecord, entry_hash
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import audit as table

_QUEUE = "audit"
_UNREADABLE = (DBAPIError, TypeError, ValueError)
_AT_ONCE = 500
_COMPARED = 100

UNREAD: Final = "cannot be read"
"""What an entry says whose detail is no text: nothing that anything else is equal to."""

LONGEST_NOTED: Final = 200
"""No note of ours has a longer subject."""


async def turn(tx: WriteTransaction) -> None:
    """Wait for one's turn in the trail, before anything is locked that officers wait for.

    Every process writes to the trail, and so each can hold up the others there.
    """
    await tx.queue_for(_QUEUE)


async def append(tx: WriteTransaction, entry: AuditEntry, at: datetime) -> AuditRecord:
    """Add an entry at the end of the trail, in the transaction of what it tells of."""
    await turn(tx)
    # No more of it than is needed: an entry that cannot be read ends nobody's work.
    ends = select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc()).limit(1)
    last = await tx.first(ends)
    sequence, previous = (1, FIRST) if last is None else (last.sequence + 1, last.hash)
    record = AuditRecord(sequence, at, entry, previous, entry_hash(previous, sequence, at, entry))
    row = {
        "sequence": sequence,
        "at": at,
        **vars(entry),
        "previous_hash": previous,
        "hash": record.hash,
    }
    await tx.execute(insert(table).values(row))
    return record


async def newest(tx: ReadTransaction) -> AuditRecord | None:
    """Return the last entry."""
    row = await tx.first(select(table).order_by(table.c.sequence.desc()).limit(1))
    return None if row is None else _record(row)


async def all(tx: ReadTransaction) -> list[AuditRecord]:
    """Return the whole trail, oldest first."""
    return [_record(row) for row in await tx.all(select(table).order_by(table.c.sequence))]


async def readable(tx: ReadTransaction) -> tuple[list[AuditRecord], int | None]:
    """Return the trail up to the first entry that cannot be read, and that one's place in it.

    Past the program, SQLite takes anything for a time, a text or a hash.
    """
    try:
        return await all(tx), None
    except _UNREADABLE:
        pass
    found: list[AuditRecord] = []
    places = [row.sequence for row in await tx.all(select(table.c.sequence))]
    for place in sorted(places):
        try:
            row = await tx.first(select(table).where(table.c.sequence == place))
            found += [] if row is None else [_record(row)]
        except _UNREADABLE:
            return found, len(found) + 1
    return found, None


# Whoever holds an account fills the trail with entries of any act, as long as the tables take. So
# the following fetch what is asked about alone, and no more of a text than is compared.


async def first_details(tx: ReadTransaction, act: str, subjects: Iterable[str]) -> dict[str, str]:
    """Return the detail of the first entry about an act and each subject, by subject.

    The first one: whoever holds an account may add another. Hashes are whole in it, and whatever
    is longer is equal to none.
    """
    found: dict[str, str] = {}
    for some in _in_pieces(subjects):
        try:
            found |= await _first_of(tx, act, some)
        except _UNREADABLE:
            for subject in some:
                try:
                    found |= await _first_of(tx, act, [subject])
                except _UNREADABLE:
                    found[subject] = UNREAD
    return found


async def _first_of(tx: ReadTransaction, act: str, subjects: Collection[str]) -> dict[str, str]:
    firsts = (
        select(func.min(table.c.sequence))
        .where(table.c.act == act, table.c.subject.in_(subjects))
        .group_by(table.c.subject)
    )
    detail = func.substr(table.c.detail, 1, _COMPARED).label("detail")
    rows = await tx.all(select(table.c.subject, detail).where(table.c.sequence.in_(firsts)))
    return {row.subject: row.detail if isinstance(row.detail, str) else UNREAD for row in rows}


async def told_of(
    tx: ReadTransaction, act: str, subjects: Iterable[str], since: datetime | None = None
) -> set[str]:
    """Return those of the subjects that an entry about an act tells of."""
    found: set[str] = set()
    for some in _in_pieces(subjects):
        query = select(table.c.subject).where(table.c.act == act, table.c.subject.in_(some))
        query = query if since is None else query.where(table.c.at >= since)
        found |= {row.subject for row in await tx.all(query.distinct())}
    return found


async def tells(tx: ReadTransaction, act: str, subject: str, detail: str) -> bool:
    """Whether there is an entry of exactly this."""
    same = (table.c.act == act, table.c.subject == subject, table.c.detail == detail)
    return await tx.first(select(table.c.sequence).where(*same).limit(1)) is not None


async def noted(
    tx: ReadTransaction, act: str, after: int, since: datetime, until: datetime, most: int
) -> list[tuple[str, datetime]]:
    """Return subject and time of the newest entries about an act, oldest first.

    Of those that came after an entry and say that they came between two moments.
    """
    line = (table.c.subject, table.c.at)
    query = (
        select(*line)
        .where(table.c.act == act, table.c.sequence > after)
        .where(table.c.at >= since, table.c.at < until)
        .where(func.length(table.c.subject) <= LONGEST_NOTED)
        .order_by(table.c.sequence.desc())
        .limit(most)
    )
    try:
        rows = list(await tx.all(query))
    except _UNREADABLE:
        rows = []
        for found in await tx.all(query.with_only_columns(table.c.sequence)):
            one = select(*line).where(table.c.sequence == found.sequence)
            with suppress(*_UNREADABLE):
                rows += await tx.all(one)
    return [(row.subject, row.at) for row in reversed(rows) if isinstance(row.subject, str)]


def _in_pieces(subjects: Iterable[str]) -> Iterator[Collection[str]]:
    wanted = sorted(set(subjects))
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))


@dataclass(frozen=True)
class Sieve:
    """Which entries are looked for; None stands for any."""

    actor: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is no longer looked at."""


async def page(
    tx: ReadTransaction, most: int, sieve: Sieve, before: int | None = None
) -> list[AuditRecord | int]:
    """Return the newest entries that a sieve keeps, or the newest before one of them.

    Of an entry that cannot be read, its place alone.
    """
    query = select(table)
    for column, wanted in ((table.c.actor, sieve.actor), (table.c.act, sieve.act)):
        query = query if wanted is None else query.where(column == wanted)
    if sieve.since is not None:
        query = query.where(table.c.at >= sieve.since)
    if sieve.until is not None:
        query = query.where(table.c.at < sieve.until)
    if before is not None:
        query = query.where(table.c.sequence < before)
    return await _read(tx, query.order_by(table.c.sequence.desc()).limit(most))


async def after(tx: ReadTransaction, sequence: int | None, most: int) -> list[AuditRecord | int]:
    """Return the oldest entries, or the oldest after one of them, oldest first.

    Of an entry that cannot be read, its place alone.
    """
    query = select(table) if sequence is None else select(table).where(table.c.sequence > sequence)
    return await _read(tx, query.order_by(table.c.sequence).limit(most))


async def newest_place(tx: ReadTransaction) -> int:
    """Return where the newest entry stands; 0 without any."""
    return int(await tx.scalar(select(func.max(table.c.sequence))) or 0)


async def names_after(tx: ReadTransaction, sequence: int) -> tuple[set[str], set[str]]:
    """Return who acted and what was done after an entry; nothing where that cannot be read."""
    newer = table.c.sequence > sequence
    try:
        actors = await tx.all(select(table.c.actor).where(newer).distinct())
        acts = await tx.all(select(table.c.act).where(newer).distinct())
    except _UNREADABLE:
        return set(), set()
    return {str(row.actor) for row in actors}, {str(row.act) for row in acts}


async def _read(tx: ReadTransaction, query: Select[Any]) -> list[AuditRecord | int]:
    try:
        return [_record(row) for row in await tx.all(query)]
    except _UNREADABLE:
        pass
    found: list[AuditRecord | int] = []
    places = [row.sequence for row in await tx.all(query.with_only_columns(table.c.sequence))]
    for place in places:
        try:
            row = await tx.first(select(table).where(table.c.sequence == place))
            found += [] if row is None else [_record(row)]
        except _UNREADABLE:
            found.append(place)
    return found


def _record(row: Row[Any]) -> AuditRecord:
    entry = AuditEntry(row.actor, row.act, row.subject, row.detail)
    hashes = (row.previous_hash, row.hash)
    if not _are(vars(entry).values(), str) or not _are(hashes, bytes):
        raise TypeError("expected texts and hashes")
    return AuditRecord(row.sequence, row.at, entry, *hashes)


def _are(values: Iterable[object], kind: type) -> bool:
    return {type(value) for value in values} == {kind}
