"""What may be listed of codes: an id, the team and the last day; never how often one was used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from storage.engine import ReadTransaction, WriteTransaction
from storage.tables import listed_code as table


@dataclass(frozen=True, slots=True)
class ListedCode:
    """One code; it works up to and including `expires_on`."""

    id: str
    team: str
    expires_on: date


async def add(tx: WriteTransaction, code: ListedCode) -> None:
    """List a code."""
    row = {"id": code.id, "team": code.team, "expires_on": code.expires_on}
    await tx.execute(insert(table).values(row))


async def working(
    tx: ReadTransaction, today: date, teams: Collection[str] | None = None
) -> list[ListedCode]:
    """Return the codes that have not expired, of some teams or of all."""
    statement = select(table).where(table.c.expires_on >= today)
    if teams is not None:
        statement = statement.where(table.c.team.in_(teams))
    rows = await tx.all(statement.order_by(table.c.team, table.c.expires_on, table.c.id))
    return [ListedCode(**row._mapping) for row in rows]


async def teams_with_codes(tx: ReadTransaction, today: date) -> set[str]:
    """Return the teams that have a code that has not expired."""
    statement = select(table.c.team).where(table.c.expires_on >= today).distinct()
    return {row.team for row in await tx.all(statement)}


async def expire(tx: WriteTransaction, ids: Collection[str], last: date) -> None:
    """Let codes have had their last day."""
    await tx.execute(update(table).where(table.c.id.in_(ids)).values(expires_on=last))
