"""Actions: what leads did and what it should change, append-only, each step a row of its own.

The end or the withdrawal of an action is a later row; what was recorded first stays as it was.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.states import ActionStep
from storage.tables import action as table


@dataclass(frozen=True)
class NewAction:
    """What a lead records: what, for which groups, from when, and the scale it should change."""

    what: str
    groups: tuple[str, ...]
    starts_on: date
    check_in: str
    scale: str
    author: str


@dataclass(frozen=True)
class StoredAction:
    """One action with everything that was said of it later."""

    number: int
    at: datetime
    recorded: NewAction
    ended_on: date | None = None
    withdrawn_at: datetime | None = None


async def record(tx: WriteTransaction, action: NewAction, entry: AuditEntry, now: datetime) -> int:
    """Store an action with its audit entry and return its number."""
    content = {
        "what": action.what,
        "groups": list(action.groups),
        "starts_on": action.starts_on.isoformat(),
        "check_in": action.check_in,
        "scale": action.scale,
    }
    return await _append(tx, None, ActionStep.RECORDED, content, action.author, entry, now)


async def end(
    tx: WriteTransaction,
    number: int,
    ended_on: date,
    author: str,
    entry: AuditEntry,
    now: datetime,
) -> None:
    """Store that an action ended; raises `RowRefused` where it is unknown or has ended before."""
    content = {"ended_on": ended_on.isoformat()}
    await _append(tx, number, ActionStep.ENDED, content, author, entry, now)


async def withdraw(
    tx: WriteTransaction, number: int, author: str, entry: AuditEntry, now: datetime
) -> None:
    """Store that an action was withdrawn; raises `RowRefused` as `end` does."""
    await _append(tx, number, ActionStep.WITHDRAWN, {}, author, entry, now)


async def _append(
    tx: WriteTransaction,
    number: int | None,
    step: ActionStep,
    content: Mapping[str, Any],
    author: str,
    entry: AuditEntry,
    now: datetime,
) -> int:
    await tx.queue_for("action")
    sequence = int(await tx.scalar(select(func.coalesce(func.max(table.c.sequence), 0)))) + 1
    row = {
        "sequence": sequence,
        "action": sequence if number is None else number,
        "step": step,
        "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
        "author": author,
        "at": now,
    }
    await tx.execute(insert(table).values(row))
    await audit.append(tx, entry, now)
    return sequence


async def all(tx: ReadTransaction) -> list[StoredAction]:
    """Return all actions in the order they were recorded, the withdrawn ones included."""
    found: dict[int, StoredAction] = {}
    for row in await tx.all(select(table).order_by(table.c.sequence)):
        # Whoever got into the dashboard may write here what they like; such a row is left out.
        with suppress(LookupError, TypeError, ValueError, RecursionError):
            found[row.action] = _after(row, found)
    return list(found.values())


async def get(tx: ReadTransaction, number: int) -> StoredAction | None:
    """Return one action."""
    return next((each for each in await all(tx) if each.number == number), None)


def _after(row: Row[Any], found: Mapping[int, StoredAction]) -> StoredAction:
    content = json.loads(row.content)
    if row.step is ActionStep.RECORDED:
        return StoredAction(row.action, row.at, _recorded(content, row.author))
    if row.step is ActionStep.ENDED:
        return replace(found[row.action], ended_on=date.fromisoformat(content["ended_on"]))
    return replace(found[row.action], withdrawn_at=row.at)


def _recorded(content: Mapping[str, Any], author: str) -> NewAction:
    return NewAction(
        what=content["what"],
        groups=tuple(content["groups"]),
        starts_on=date.fromisoformat(content["starts_on"]),
        check_in=content["check_in"],
        scale=content["scale"],
        author=author,
    )
