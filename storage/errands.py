"""Errands: asked for by the dashboard, begun once and ended by the officers' process."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from bot.core.audit import AuditEntry
from bot.core.errands import Errand, Kind, State
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.errors import NoSuchRow
from storage.tables import errand as table


@dataclass(frozen=True, slots=True)
class StoredErrand:
    """An errand, and how far it is; `sentence` says what came of it once it has ended.

    One that is not `readable` has no detail: this program did not write it.
    """

    errand: Errand
    state: State
    begun_at: datetime | None
    sentence: str | None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Queued:
    """Where an errand stands in the line, and nothing of what is to be done."""

    number: int
    kind: Kind
    subject: str
    asked_by: str
    asked_at: datetime
    state: State
    begun_at: datetime | None


async def add(
    tx: WriteTransaction,
    kind: Kind,
    subject: str,
    detail: Mapping[str, str],
    by: str,
    entry: AuditEntry,
    at: datetime,
) -> int:
    """Store what is asked for, with its audit entry; return its number."""
    await tx.queue_for("errand")
    number = int(await tx.scalar(select(func.coalesce(func.max(table.c.number), 0)))) + 1
    row = {
        "number": number,
        "kind": kind,
        "subject": subject,
        "detail": json.dumps(dict(detail), ensure_ascii=False, sort_keys=True),
        "asked_by": by,
        "asked_at": at,
        "state": State.WAITING,
    }
    await tx.execute(insert(table).values(row))
    await audit.append(tx, entry, at)
    return number


async def get(tx: ReadTransaction, number: int) -> StoredErrand | None:
    """Return one errand."""
    row = await tx.first(select(table).where(table.c.number == number))
    return None if row is None else _stored(row)


async def line(tx: ReadTransaction, most: int) -> list[Queued]:
    """Return the first of the errands that wait or were begun, without what is to be done."""
    columns = [table.c[each.name] for each in fields(Queued)]
    of_them = select(*columns).where(table.c.state.in_((State.WAITING, State.BEGUN)))
    rows = await tx.all(of_them.order_by(table.c.number).limit(most))
    return [Queued(**row._mapping) for row in rows]


async def waiting_of(tx: ReadTransaction, by: str, since: datetime) -> int:
    """Return how many errands of one asker nobody has begun, of those asked for since then."""
    of_them = select(func.count()).where(table.c.state == State.WAITING, table.c.asked_by == by)
    return int(await tx.scalar(of_them.where(table.c.asked_at > since)))


async def waiting(tx: ReadTransaction) -> tuple[int, datetime | None]:
    """Return how many errands nobody has begun, and when the first of them was asked for."""
    of_them = select(func.count().label("number"), func.min(table.c.asked_at).label("first"))
    row = await tx.first(of_them.where(table.c.state == State.WAITING))
    return (int(row.number), row.first) if row is not None else (0, None)


async def newest(tx: ReadTransaction, kinds: Collection[Kind], most: int) -> list[StoredErrand]:
    """Return the last errands of some kinds, the newest first."""
    statement = select(table).where(table.c.kind.in_(kinds))
    rows = await tx.all(statement.order_by(table.c.number.desc()).limit(most))
    return [_stored(row) for row in rows]


async def begin(tx: WriteTransaction, number: int, at: datetime) -> bool:
    """Note that somebody does an errand; False when another was first."""
    statement = (
        update(table)
        .where(table.c.number == number, table.c.state == State.WAITING)
        .values(state=State.BEGUN, begun_at=at)
    )
    return (await tx.execute(statement)).rowcount == 1


async def end(tx: WriteTransaction, number: int, state: State, sentence: str) -> None:
    """Note what came of an errand; how it was to be done is forgotten."""
    # The trail says what was asked for. Here a code's digest would only lie about.
    changes = {"state": state, "sentence": sentence, "detail": "{}"}
    result = await tx.execute(update(table).where(table.c.number == number).values(changes))
    if result.rowcount != 1:
        raise NoSuchRow(kind="errand", id=number)


def _stored(row: Row[Any]) -> StoredErrand:
    detail = _detail(row.detail)
    errand = Errand(row.number, row.kind, row.subject, detail or {}, row.asked_by, row.asked_at)
    return StoredErrand(errand, row.state, row.begun_at, row.sentence, detail is not None)


def _detail(text: str) -> dict[str, str] | None:
    # Whoever got into the dashboard may write here what they like. One row that nobody can read
    # must not keep all others from being done.
    try:
        detail = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(detail, dict) or not {type(each) for each in detail.values()} <= {str}:
        return None
    # Characters that JSON can write and no database holds, nor a sentence about them.
    return detail if all(map(_is_text, (*detail, *detail.values()))) else None


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
