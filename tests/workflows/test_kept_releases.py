"""Kept releases: read once, noticed when new, and nothing at all when one is not whole."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.core.audit import AuditEntry
from bot.core.disclosure.release import DamagedRelease, make_release
from bot.core.reporting_units import form_units
from bot.lead.pages import lead_routes
from bot.sandbox.demo.invented_year import InventedRound
from bot.sandbox.demo.remembering import remember
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.kept_releases import (
    BrokenChain,
    KeptReleases,
    UnreadableRelease,
    check_chain,
    whole_release,
)
from bot.workflows.report import Reports
from storage import programmes
from storage.engine import Storage
from storage.releases import StoredRelease
from tests.lead.results import a_release, an_empty_release, example_programme

pytestmark = pytest.mark.sqlite_first("what is kept in memory is the same: one path runs on both")

NOW = datetime(2026, 12, 14, tzinfo=UTC)


def rounds() -> list[InventedRound]:
    """Two rounds of the pulse, the later one chained to the first."""
    force = example_programme()
    units = form_units(force, [team.id for team in force.force.teams])
    first = an_empty_release()
    found = [first, a_release(earlier=[first])]
    return [
        InventedRound(
            each.round_id,
            "weekly-pulse",
            date.fromisoformat(each.document["opens_on"]),
            date.fromisoformat(each.document["closes_on"]),
            units,
            each,
        )
        for each in found
    ]


def stored(content: bytes, **changes: Any) -> StoredRelease:
    """A row with this content and its own hash."""
    document = json.loads(content) if content.startswith(b'{"') else {}
    row = StoredRelease(
        1,
        document.get("round", "r"),
        content,
        hashlib.sha256(content).digest(),
        bytes.fromhex(document.get("previous", "00" * 32)),
    )
    return replace(row, **changes)


@pytest.mark.whole_path
async def test_releases_are_read_once_and_a_new_one_is_noticed(storage: Storage) -> None:
    kept = KeptReleases()
    assert await kept.all(storage) == ()
    first, second = rounds()
    await remember(storage, [first], "Europe/London")
    (found,) = await kept.all(storage)
    assert found.content == first.release.content
    assert (await kept.all(storage))[0] is found
    await remember(storage, [second], "Europe/London")
    again = await kept.all(storage)
    assert [each.round_id for each in again] == [first.id, second.id]
    assert again[0] is found


async def test_what_does_not_fit_in_memory_is_read_again_and_nothing_is_left_out(
    storage: Storage,
) -> None:
    past = rounds()
    await remember(storage, past, "Europe/London")
    kept = KeptReleases(most_bytes=len(past[1].release.content))
    one, two = await kept.all(storage), await kept.all(storage)
    assert [each.hash for each in one] == [each.hash for each in two]
    assert one[1] is two[1]
    assert one[0] is not two[0]


def test_a_content_that_does_not_match_its_hash_is_damaged() -> None:
    content = a_release().content
    with pytest.raises(DamagedRelease):
        whole_release(stored(content, hash=bytes(32)))
    with pytest.raises(DamagedRelease):
        whole_release(stored(content, round="another"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format":1}', b"\xff\xfe"])
def test_a_half_written_release_is_not_read(content: bytes) -> None:
    with pytest.raises(UnreadableRelease):
        whole_release(stored(content, round="r"))


@pytest.mark.parametrize(
    "change",
    [
        {"groups": []},
        {"opens_on": "31 December"},
        {"closes_on": None},
        {"scales": [{"id": "another", "title": {"en": "A"}}]},
        {"counts": [{"item": "a"}]},
        {"thresholds": None},
        {"instrument": {}},
        {"title": {}},
    ],
)
def test_a_release_that_lacks_what_a_page_needs_is_not_read(change: dict[str, Any]) -> None:
    release = make_release({**a_release().document, **change})
    with pytest.raises(UnreadableRelease):
        whole_release(stored(release.content))


def test_a_chain_with_a_gap_a_swap_or_a_stranger_is_broken() -> None:
    first, second = (each.release for each in rounds())
    check_chain([first, second])
    for broken in ([second], [second, first], [first, first]):
        with pytest.raises(BrokenChain):
            check_chain(broken)
    with pytest.raises(BrokenChain):
        whole_release(stored(second.content, previous_hash=bytes(32)))


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE release SET previous_hash = zeroblob(32)", "does not name the release before it"),
        ("UPDATE release SET content = substr(content, 1, 900)", "is damaged"),
        ("DELETE FROM release WHERE sequence = 1", "does not name the release before it"),
    ],
)
async def test_pages_show_nothing_when_what_is_stored_was_changed(
    sqlite_database: str, tampering: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Storage(sqlite_database)
    past = rounds()
    await remember(storage, past, "Europe/London")
    async with storage.transaction("tamper") as tx:
        for act in ("update", "delete"):
            await tx.execute(text(f"DROP TRIGGER release_refuses_{act}"))
        await tx.execute(text(tampering))
    reports = Reports(storage, lambda: NOW)
    application = web_application(
        lead_routes(reports, OpenDoor()), allowed_hosts=["results.example"], on_loopback=True
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        for path in ("", *(f"/{each.id}" for each in past), f"/{past[1].id}/groups/1"):
            answer = await client.get(f"/results{path}")
            assert answer.status_code == 503
            assert "The results cannot be shown now" in answer.text
            assert "Response Policing" not in answer.text
    assert said in caplog.text
    await storage.close()


@pytest.mark.whole_path
async def test_a_programme_that_cannot_be_read_hides_no_result(storage: Storage) -> None:
    await remember(storage, rounds(), "Europe/London")
    async with storage.transaction("a programme of another time") as tx:
        await programmes.append(
            tx, "{}", "test", "test", NOW, AuditEntry("test", "load programme", "programme 1")
        )
    reports = Reports(storage, lambda: NOW)
    results = await reports.results()
    assert (results.force, results.upcoming, len(results.releases)) == ("", (), 2)
    assert (await reports.results()).force == ""
