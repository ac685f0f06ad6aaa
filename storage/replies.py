"""Replies: what a lead answers to a finding of a release, append-only, line by language."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import reply as table


@dataclass(frozen=True)
class Reply:
    """A lead's answer to one scale of one group of a released round.

    `content` has one line for each language code.
    """

    round: str
    group: str
    scale: str
    content: Mapping[str, str]
    author: str


@dataclass(frozen=True)
class StoredReply:
    """One reply in its place; of two about the same finding, the later one counts."""

    sequence: int
    at: datetime
    reply: Reply


async def append(tx: WriteTransaction, reply: Reply, entry: AuditEntry, now: datetime) -> int:
    """Store a reply with its audit entry and return its number.

    Raises `RowRefused` when the round has no release.
    """
    await tx.queue_for("reply")
    sequence = int(await tx.scalar(select(func.coalesce(func.max(table.c.sequence), 0)))) + 1
    content = json.dumps(dict(reply.content), ensure_ascii=False, sort_keys=True)
    row = {**vars(reply), "content": content, "sequence": sequence, "at": now}
    await tx.execute(insert(table).values(row))
    await audit.append(tx, entry, now)
    return sequence


async def of_round(tx: ReadTransaction, round_id: str) -> list[StoredReply]:
    """Return the replies to the round's release that can be read, oldest first."""
    statement = select(table).where(table.c.round == round_id).order_by(table.c.sequence)
    return _readable(await tx.all(statement))


async def all(tx: ReadTransaction) -> list[StoredReply]:
    """Return all replies that can be read, oldest first."""
    return _readable(await tx.all(select(table).order_by(table.c.sequence)))


def _readable(rows: Sequence[Row[Any]]) -> list[StoredReply]:
    # Whoever got into the dashboard may write here what they like. One row that nobody can read
    # must not keep all others from being shown.
    found = []
    for row in rows:
        lines = _lines(row.content)
        if lines is not None:
            reply = Reply(row.round, row.group, row.scale, lines, row.author)
            found.append(StoredReply(row.sequence, row.at, reply))
    return found


def _lines(content: str) -> dict[str, str] | None:
    try:
        lines = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(lines, dict) and {type(each) for each in lines.values()} <= {str}:
        return lines
    return None
