"""Programme versions: append-only, each with who saved it and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from bot.core.audit import AuditEntry
from storage import audit
from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import programme as table


@dataclass(frozen=True)
class StoredProgramme:
    """One version, as it was saved."""

    version: int
    content: str
    author: str
    reason: str
    saved_at: datetime


@dataclass(frozen=True)
class VersionLine:
    """One version without its content."""

    version: int
    author: str
    reason: str
    saved_at: datetime


@dataclass(frozen=True)
class VersionLabel:
    """What tells a version from every other, in whatever database, without reading it."""

    version: int
    saved_at: datetime
    size: int


_LINE = (table.c.version, table.c.author, table.c.reason, table.c.saved_at)


async def append(
    tx: WriteTransaction, content: str, author: str, reason: str, at: datetime, entry: AuditEntry
) -> int:
    """Store a new version with its audit entry and return its number."""
    await tx.queue_for("programme")
    version = 1 + await newest_version(tx)
    row = StoredProgramme(version, content, author, reason, at)
    await tx.execute(insert(table).values(vars(row)))
    await audit.append(tx, entry, at)
    return version


async def newest(tx: ReadTransaction) -> StoredProgramme | None:
    """Return the version that was saved last, whether it can be read or not."""
    row = await tx.first(select(table).order_by(table.c.version.desc()).limit(1))
    return None if row is None else StoredProgramme(**row._mapping)


async def labels(
    tx: ReadTransaction, *, most: int, before: int | None = None
) -> list[VersionLabel]:
    """Return what tells versions from one another, those before a number, the newest first."""
    # PostgreSQL knows how large a text is without fetching it, in bytes alone.
    size = func.octet_length if tx.has_accounts else func.length
    query = select(table.c.version, table.c.saved_at, size(table.c.content).label("size"))
    if before is not None:
        query = query.where(table.c.version < before)
    rows = await tx.all(query.order_by(table.c.version.desc()).limit(most))
    return [VersionLabel(**row._mapping) for row in rows]


async def at_version(tx: ReadTransaction, version: int) -> StoredProgramme | None:
    """Return one version."""
    row = await tx.first(select(table).where(table.c.version == version))
    return None if row is None else StoredProgramme(**row._mapping)


async def newest_version(tx: ReadTransaction) -> int:
    """Return the number of the version that was saved last; 0 where there is none yet."""
    return int(await tx.scalar(select(func.max(table.c.version))) or 0)


async def is_dated_back(tx: ReadTransaction, version: int, saved_at: datetime) -> bool:
    """Whether a version was saved before one that it followed, as it says of itself."""
    older = select(func.max(table.c.saved_at)).where(table.c.version < version)
    latest = await tx.scalar(older)
    return latest is not None and bool(latest > saved_at)


async def line_of(tx: ReadTransaction, version: int) -> VersionLine | None:
    """Return one version without its content."""
    row = await tx.first(select(*_LINE).where(table.c.version == version))
    return None if row is None else VersionLine(**row._mapping)


async def lines(
    tx: ReadTransaction, *, most: int, before: int | None = None, after: int | None = None
) -> list[VersionLine]:
    """Return versions without their contents, the newest first.

    `before` and `after` are numbers of versions that bound them, themselves left out.
    """
    query = select(*_LINE).order_by(table.c.version.desc()).limit(most)
    if before is not None:
        query = query.where(table.c.version < before)
    if after is not None:
        query = query.where(table.c.version > after)
    return [VersionLine(**row._mapping) for row in await tx.all(query)]
