"""Proposals: kept as they were made, decided once; and versions listed without their contents."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.audit import AuditEntry
from storage import audit, programme_proposals, programmes
from storage.engine import Storage
from storage.errors import RowRefused
from storage.programme_proposals import Decided
from storage.states import Decision
from tests.storage.rows import ENTRY, NOW, a_proposal

PROPOSED = AuditEntry("admin Kestrel", "propose programme", "proposal {number}", "teams: why")
LATER = NOW + timedelta(hours=1)
REFUSED = Decided(Decision.REFUSED, "admin Heron", LATER, "not now")


async def test_a_proposal_is_read_back_as_it_was_made(storage: Storage) -> None:
    async with storage.transaction("propose") as tx:
        assert await programme_proposals.add(tx, a_proposal(), PROPOSED, NOW) == 1
        assert await programme_proposals.add(tx, a_proposal(author_id=None), PROPOSED, LATER) == 2
        assert (await audit.all(tx))[-1].entry.subject == "proposal 2"
    async with storage.read("look") as look:
        one = await programme_proposals.get(look, 1)
        assert one is not None
        assert (one.content, one.line.author, one.line.author_id) == (
            "{}",
            "admin Kestrel",
            "staff-1",
        )
        assert (one.line.proposed_at, one.line.based_on, one.line.decided) == (NOW, 1, None)
        assert [each.number for each in await programme_proposals.waiting(look)] == [1, 2]
        assert await programme_proposals.how_many_wait(look) == 2
        assert await programme_proposals.get(look, 3) is None


async def test_a_proposal_is_decided_once(storage: Storage) -> None:
    async with storage.transaction("propose") as tx:
        await programme_proposals.add(tx, a_proposal(), PROPOSED, NOW)
        version = await programmes.append(tx, "{}", "admin Kestrel", "why", NOW, ENTRY)
    approved = Decided(Decision.APPROVED, "admin Heron", LATER, "looked at", version)
    async with storage.transaction("decide") as tx:
        assert await programme_proposals.decide(tx, 1, approved, ENTRY)
        entries = len(await audit.all(tx))
    async with storage.transaction("decide again") as tx:
        assert not await programme_proposals.decide(tx, 1, REFUSED, ENTRY)
        assert len(await audit.all(tx)) == entries
        assert await programme_proposals.waiting(tx) == []
        (line,) = await programme_proposals.decided_lately(tx, 10)
        assert line.decided == approved


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE programme_proposal SET content = 'other'",
        "UPDATE programme_proposal SET author_id = NULL, decision = 'refused', "
        "decided_by = 'x', decided_at = proposed_at, decision_reason = 'y'",
        "UPDATE programme_proposal SET decision_reason = 'other' WHERE decision IS NOT NULL",
        "UPDATE programme_proposal SET decision = NULL, decided_by = NULL, decided_at = NULL, "
        "decision_reason = NULL WHERE decision IS NOT NULL",
        "DELETE FROM programme_proposal",
        "INSERT OR REPLACE INTO programme_proposal SELECT * FROM programme_proposal",
        "TRUNCATE programme_proposal",
    ],
)
async def test_nothing_but_one_decision_is_ever_changed(
    storage: Storage, database_url: str, statement: str
) -> None:
    sqlite_only, postgres_only = "REPLACE" in statement, "TRUNCATE" in statement
    if sqlite_only if database_url.startswith("postgresql") else postgres_only:
        return
    async with storage.transaction("fill") as tx:
        await programme_proposals.add(tx, a_proposal(), PROPOSED, NOW)
        await programme_proposals.add(tx, a_proposal(), PROPOSED, NOW)
        await programme_proposals.decide(tx, 1, REFUSED, ENTRY)
    with pytest.raises(RowRefused, match=r"programme_proposal (takes one decision|is append-only)"):
        async with storage.transaction("meddle") as tx:
            await tx.execute(text(statement))


@pytest.mark.parametrize(
    "decided",
    [
        Decided(Decision.APPROVED, "admin Heron", LATER, "no version came of it"),
        Decided(Decision.REFUSED, "admin Heron", LATER, "and yet a version", 1),
    ],
)
async def test_an_approval_names_its_version_and_nothing_else_does(
    storage: Storage, decided: Decided
) -> None:
    async with storage.transaction("fill") as tx:
        await programmes.append(tx, "{}", "admin Kestrel", "why", NOW, ENTRY)
        await programme_proposals.add(tx, a_proposal(), PROPOSED, NOW)
    with pytest.raises(RowRefused):
        async with storage.transaction("decide") as tx:
            await programme_proposals.decide(tx, 1, decided, ENTRY)


async def test_versions_are_listed_in_pages_the_newest_first(storage: Storage) -> None:
    async with storage.read("look") as look:
        assert await programmes.newest_version(look) == 0
        assert await programmes.line_of(look, 1) is None
    async with storage.transaction("fill") as tx:
        for number in range(1, 6):
            await programmes.append(tx, "{}", "admin Kestrel", f"change {number}", NOW, ENTRY)
    async with storage.read("look") as look:
        assert await programmes.newest_version(look) == 5
        assert [each.version for each in await programmes.lines(look, most=2)] == [5, 4]
        assert [each.version for each in await programmes.lines(look, most=2, before=4)] == [3, 2]
        assert [each.version for each in await programmes.lines(look, most=9, after=3)] == [5, 4]
        line = await programmes.line_of(look, 2)
        assert line is not None
        assert (line.author, line.reason, line.saved_at) == ("admin Kestrel", "change 2", NOW)
