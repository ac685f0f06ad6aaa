"""The page of the audit trail: read, looked through, gone through and taken away."""

import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from bot.admin.console.trail import trail_routes
from bot.admin.trail_sheet import as_csv, as_json
from bot.core.audit import AuditEntry
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.workflows.trail import PIECE, read_trail, verify_trail
from bot.workflows.trail_desk import MOST, TrailDesk
from storage import audit
from storage.engine import Storage
from tests.admin.overseen import NOW, Clock
from tests.admin.test_trail import disarm, meddled
from tests.web.doors import a_door

pytestmark = pytest.mark.sqlite_first(
    "one path through the pages and the export runs on both, with what they ask for"
)

HOSTILE = '=HYPERLINK("x") <script>alert(1)</script>\u2028\u202e'


@dataclass
class Seen:
    """Somebody before the page, and what is behind it."""

    client: httpx.AsyncClient
    desk: TrailDesk

    async def page(self, address: str = "/trail") -> str:
        """Return a page's text."""
        answer = await self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def verify(self, anchor: str = "") -> str:
        """Press the button, wait, and return the page that says what came of it."""
        answer = await self.client.post("/trail/verify", data={"anchor": anchor})
        assert (answer.status_code, answer.headers["location"]) == (303, "/trail")
        await self.desk.verified()
        return await self.page()


@asynccontextmanager
async def before(storage: Storage, door: Door | None = None) -> AsyncIterator[Seen]:
    desk = TrailDesk(storage, Clock())
    application = web_application(
        trail_routes(desk, door or OpenDoor()), allowed_hosts=["results.example"], on_loopback=True
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        yield Seen(client, desk)
        await desk.verified()


async def fill(storage: Storage, number: int) -> None:
    """Write entries of two people on several days, the last of them hostile."""
    async with storage.transaction("fill") as tx:
        for place in range(1, number + 1):
            actor = "admin Kestrel" if place % 2 else "command line (wren)"
            act = "issue code" if place % 5 else "save programme"
            detail = HOSTILE if place == number else ""
            at = NOW + timedelta(hours=place)
            await audit.append(tx, AuditEntry(actor, act, f"team {place}", detail), at)


def places(page: str) -> list[int]:
    """Return which entries a page shows."""
    return [int(found) for found in re.findall(r'entry-head"><span class="quiet">(\d+)<', page)]


async def test_an_empty_trail_says_what_comes(storage: Storage) -> None:
    async with before(storage) as seen:
        page = await seen.page()
        assert "Nothing was done yet." in page
        assert "whole</strong>" not in page
        assert "0 entries" in await seen.verify()


@pytest.mark.whole_path
async def test_the_newest_come_first_and_the_pages_meet(storage: Storage) -> None:
    length = 2 * MOST + 7
    await fill(storage, length)
    async with before(storage) as seen:
        address, found = "/trail", []
        for _ in range(3):
            page = await seen.page(address)
            found += places(page)
            older = re.search(r'<a href="([^"]+)">Older entries', page)
            address = html.unescape(older[1]) if older else ""
        assert found == list(range(length, 0, -1))
        assert address == ""
        assert "<script>" not in await seen.page()


@pytest.mark.whole_path
async def test_somebody_and_something_and_a_day_can_be_looked_for(storage: Storage) -> None:
    await fill(storage, 60)
    async with before(storage) as seen:
        page = await seen.page("/trail?actor=command+line+%28wren%29&act=save+programme")
        assert places(page) == [60, 50, 40, 30, 20, 10]
        day = (NOW + timedelta(days=1)).date()
        (newest, *_, oldest) = places(await seen.page(f"/trail?day={day}"))
        assert (NOW + timedelta(hours=newest)).date() == day
        assert (NOW + timedelta(hours=oldest)).date() == day
        assert (NOW + timedelta(hours=oldest - 1)).date() < day
        assert "No entry is like that." in await seen.page("/trail?actor=nobody")
        assert "No entry is like that." in await seen.page("/trail?before=1")
        assert places(await seen.page("/trail?day=9999-12-31")) == list(range(60, 10, -1))


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "20261130", "٢٠٢٦-١١-٣٠"])
async def test_a_day_that_is_none_is_said_beside_the_field(storage: Storage, day: str) -> None:
    async with before(storage) as seen:
        answer = await seen.client.get("/trail", params={"day": day})
        assert answer.status_code == 422
        assert "Write the day as year, month and day" in answer.text


@pytest.mark.parametrize("place", ["-1", "x", "1" * 30, "٣"])
async def test_a_place_that_is_none_is_no_page(storage: Storage, place: str) -> None:
    async with before(storage) as seen:
        assert (await seen.client.get("/trail", params={"before": place})).status_code == 404


# --- Is it whole? -----------------------------------------------------------------------


@pytest.mark.whole_path
async def test_the_page_says_what_came_of_going_through_it(storage: Storage) -> None:
    await fill(storage, 6)
    async with before(storage) as seen:
        assert "Nobody has gone through it" in await seen.page()
        page = await seen.verify()
        anchor = str((await read_trail(storage)).anchor)
        assert "<strong>Whole</strong>, as of 2026-11-30 09:30 UTC" in page
        assert "The audit trail is whole: 6 entries." in page
        assert f"<code>{anchor}</code>" in page
        assert "goes on from the anchor of entry 6" in await seen.verify(anchor)
        await meddled(storage, "DELETE FROM audit WHERE sequence = 6")
        assert "<strong>Whole</strong>" in await seen.verify()
        page = await seen.verify(anchor)
        assert "<strong>Not whole</strong>" in page
        assert "ends at entry 5: entry 6 was there" in page
        await meddled(storage, "UPDATE audit SET actor = 'x' WHERE sequence = 3")
        assert "broken at entry 3" in await seen.verify()


async def test_an_anchor_that_is_none_is_said_beside_the_field(storage: Storage) -> None:
    async with before(storage) as seen:
        answer = await seen.client.post("/trail/verify", data={"anchor": "6:abc"})
        assert answer.status_code == 422
        assert "That is no anchor" in answer.text
        assert 'value="6:abc"' in answer.text
        assert seen.desk.state is None


async def test_while_it_is_gone_through_the_page_says_how_far(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    await fill(storage, 3)
    async with before(storage) as seen:
        seen.desk.verify(None)
        page = await seen.page()
        assert "It is being gone through" in page
        assert '<meta http-equiv="refresh"' in page
        assert "Go through all of it" not in page
        await seen.desk.verified()
        assert "refresh" not in await seen.page()
    await storage.close()


async def test_a_database_out_of_reach_is_no_verdict(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    async with before(storage) as seen:
        async with storage.transaction("meddle") as tx:
            await tx.execute(text("ALTER TABLE sealing_key RENAME TO gone"))
        # A mistake of ours, and not the trail's: it is logged, and nothing is claimed.
        seen.desk.verify(None)
        with pytest.raises(Exception, match="sealing_key"):
            await seen.desk._task  # type: ignore[misc]
        assert "could not be reached" in await seen.page()
    await storage.close()


# --- The whole of it --------------------------------------------------------------------


PLANTS = {
    "whole": [],
    "changed": ["UPDATE audit SET actor = 'x' WHERE sequence = 3"],
    "one removed": ["DELETE FROM audit WHERE sequence = 2"],
    "the first moved": ["UPDATE audit SET sequence = 0 WHERE sequence = 1"],
}


@pytest.mark.parametrize("story", PLANTS)
async def test_the_files_are_what_the_command_prints(
    storage: Storage, story: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In pieces of two, so that pieces meet.
    monkeypatch.setattr("bot.workflows.trail.PIECE", 2)
    await fill(storage, 7)
    trail = await meddled(storage, *PLANTS[story])
    async with before(storage) as seen:
        table = await seen.client.get("/trail/entries.csv")
        listed = await seen.client.get("/trail/entries.json")
    assert table.text == as_csv(trail)
    assert listed.text == as_json(trail) + "\n"
    assert json.loads(listed.text)["whole"] is (story == "whole")
    assert "'=HYPERLINK" in table.text
    assert table.headers["content-disposition"] == 'attachment; filename="audit-trail.csv"'


async def test_an_export_stops_where_the_trail_cannot_be_read(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    await fill(storage, 7)
    trail = await meddled(storage, "UPDATE audit SET at = 'nonsense' WHERE sequence = 5")
    async with before(storage) as seen:
        assert (await seen.client.get("/trail/entries.csv")).text == as_csv(trail)
        assert (await seen.client.get("/trail/entries.json")).text == as_json(trail) + "\n"
        page = await seen.page()
        assert "Entry 5 cannot be read." in page
        assert places(page) == [7, 6, 4, 3, 2, 1]
        assert "broken at entry 5: it cannot be read" in await seen.verify()
    await storage.close()


async def test_an_empty_export_is_one_too(storage: Storage) -> None:
    async with before(storage) as seen:
        listed = (await seen.client.get("/trail/entries.json")).text
        assert listed == as_json(await read_trail(storage)) + "\n"
        assert json.loads(listed)["entries"] == []


@pytest.mark.whole_path
async def test_what_is_added_while_it_is_exported_waits_for_the_next(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(storage, 4)
    verified = await verify_trail(storage)
    await fill(storage, 3)
    desk = TrailDesk(storage, Clock())
    found = [each.sequence async for piece in desk.entries_to(verified.last) for each in piece]
    assert found == [1, 2, 3, 4]
    assert PIECE > 4


@pytest.mark.whole_path
async def test_names_are_read_once_and_new_ones_added(storage: Storage) -> None:
    desk = TrailDesk(storage, Clock())
    assert await desk.names() == ([], [])
    await fill(storage, 5)
    names = (["admin Kestrel", "command line (wren)"], ["issue code", "save programme"])
    assert await desk.names() == names
    async with storage.transaction("add") as tx:
        await disarm(tx)
        await audit.append(tx, AuditEntry("ticker", "release", "round x"), NOW)
    assert await desk.names() == ([*names[0], "ticker"], ["issue code", "release", names[1][1]])


async def test_nobody_reads_it_without_the_key_to_the_door(storage: Storage) -> None:
    await fill(storage, 2)
    async with before(storage, a_door()) as seen:
        for address in ("/trail", "/trail/entries.csv", "/trail/entries.json"):
            answer = await seen.client.get(address)
            assert answer.status_code == 303
            assert "Kestrel" not in answer.text
        assert (await seen.client.post("/trail/verify")).status_code == 403
    assert seen.desk.state is None
