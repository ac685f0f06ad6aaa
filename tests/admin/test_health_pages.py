"""Health: one page for people, and nothing on it that is anybody's."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser

from bot.admin.health_pages import (
    ago,
    band_in_words,
    health_routes,
)
from bot.core.access import Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.health import Health
from bot.core.instruments import Need
from bot.core.late_rounds import DESTROYED_WITHIN, RESULT_AT_LAST, RESULT_WITHIN
from bot.core.rounds import RoundState
from bot.core.version import VERSION
from bot.core.vitals import BANDS, Seen, Trouble, Vitals
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows import errands, growth, heartbeat, programme
from bot.workflows.headcounts import WRITTEN_UP
from bot.workflows.health import MOST_NOTES
from storage import audit, programme_proposals, rounds, sealing_keys
from storage.engine import Storage
from tests.admin.overseen import NOW, TROUBLED, Clock, asking, at_work, oversight_of
from tests.browsers import WIDE, breaks_no_rule, browser, overflows, page_of
from tests.programmes import pulse_alone
from tests.storage.rows import ENTRY, a_proposal
from tests.web.doors import a_door

__all__ = ["browser"]

pytestmark = pytest.mark.sqlite_first(
    "what the page says is worded alike: one page with everything runs on both"
)


def facts(page: str) -> dict[str, str]:
    """Return what stands beside each name."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", text) for name, text in found}


# --- The page ---------------------------------------------------------------------------


async def test_an_installation_at_work_is_told_in_words(storage: Storage) -> None:
    clock = Clock()
    await at_work(storage, clock, TROUBLED)
    clock.at += timedelta(minutes=2)
    async with asking(oversight_of(storage, clock)) as client:
        page = (await client.get("/health")).text
    shown = facts(page)
    assert "Nothing needs anybody now." in page
    assert shown["serve: everything in one"] == "last sign of life 2 minutes ago"
    assert shown["Due, not sent yet"] == "10 to 99"
    assert shown["Late by ten minutes or more"] == "fewer than 10"
    assert shown["Sent or let go in the last hour"] == "100 to 999"
    assert shown["People enrolled in the force"] == "1,000 to 9,999"
    assert shown["Told to wait"] == "10 × or more since the start, last 2 hours ago"
    assert shown["Open"] == "1"
    assert shown["Unused sealing keys"] == "2"
    assert re.fullmatch(r"opens on .* 202\d", shown["Next: Weekly pulse"])
    assert shown["Version"] == VERSION
    assert re.fullmatch(r"as this version expects \(migration \d{4}\)", shown["Tables"])
    assert shown["Changes for a second admin"] == shown["Asked for, not begun"] == "none"
    assert "Sudden growth" not in shown
    assert shown["Programme"] == "version 1"
    assert shown["Last backup"] == "2 days ago (2026-11-28 09:30 UTC)"
    assert re.fullmatch(r"4:[0-9a-f]{64}", shown["Newest entry of the audit trail"])
    assert "entries were verified within 90 days" in page


async def test_before_anything_happened_the_page_says_so(storage: Storage) -> None:
    async with asking(oversight_of(storage, Clock())) as client:
        page = (await client.get("/health")).text
    assert "One thing needs" in page
    assert "There is no unused sealing key" in page
    assert "No process has given a sign of life yet." in page
    assert "has said nothing of itself yet" in page
    shown = facts(page)
    assert shown["Programme"] == shown["Newest entry of the audit trail"] == "none yet"
    assert shown["Last backup"] == "never yet"


async def test_every_condition_stands_on_top_with_what_to_do(storage: Storage) -> None:
    clock = Clock()
    refused = {Trouble.TOKEN_REFUSED: Seen(1, NOW + timedelta(days=170))}
    await at_work(storage, clock)
    async with storage.transaction("use up") as tx:
        while await sealing_keys.take_unused(tx):
            pass
    clock.at += timedelta(days=170)
    await heartbeat.beat(storage, "serve", clock, Vitals(0, 0, 0, 0, refused))
    async with asking(oversight_of(storage, clock)) as client:
        page = (await client.get("/health")).text
    top = re.findall(r'<h2 id="condition-\d">(.*?)</h2>', page)
    assert top == [
        "No unused keys",
        "Support directory too old",
        "Telegram token refused",
        "Rounds overdue",
        "Backup too old",
    ]
    assert "python -m bot keys new" in page
    assert "weekly-pulse-2026-11-16" in facts(page)["Open"]
    assert "last verified on 16 November 2026" in page


@pytest.mark.whole_path
async def test_what_waits_for_somebody_is_told_without_saying_who(storage: Storage) -> None:
    clock = Clock()
    await at_work(storage, clock)
    by = Visitor("Kestrel", frozenset({Role.ADMIN}))
    await errands.ask(storage, errands.Kind.ISSUE_CODE, "team dog-unit", {}, by, clock)
    async with storage.transaction("fill") as tx:
        await programme_proposals.add(tx, a_proposal(), ENTRY, NOW)
        for days, group in ((40, "u1"), (3, "u2"), (1, "u3")):
            entry = AuditEntry("ticker", growth.ACT, f"group {group}", growth.DETAIL)
            await audit.append(tx, entry, NOW - timedelta(days=days))
    clock.at += timedelta(minutes=12)
    oversight = oversight_of(storage, clock)
    async with asking(oversight) as client:
        page = (await client.get("/health")).text
        metrics = (await client.get("/metrics")).text
    shown = facts(page)
    assert shown["Changes for a second admin"] == "1"
    assert shown["Asked for, not begun"] == "1, the first 12 minutes ago"
    noted = re.findall(r"was noted in the (group \w+) on ([\w ]+)</dd>", page)
    assert noted == [("group u3", "29 November 2026"), ("group u2", "27 November 2026")]
    assert "Asked for and not done" in page
    assert "dog-unit" not in page + metrics
    assert "u3" not in metrics
    for line in ("errands_waiting 1.0", "programme_proposals 1.0", "growth_notes 2.0"):
        assert f"standeasy_{line}" in metrics
    # What is noted after the first look is found by the second.
    async with storage.transaction("fill") as tx:
        entry = AuditEntry("ticker", growth.ACT, "group u4", growth.DETAIL)
        await audit.append(tx, entry, clock.at)
    found = (await oversight.health()).growth
    assert [note.group for note in found] == ["group u4", "group u3", "group u2"]


async def test_of_ever_so_many_notes_the_newest_are_shown_and_none_is_longer_than_ours(
    sqlite_database: str,
) -> None:
    storage, clock = Storage(sqlite_database), Clock()
    await at_work(storage, clock)
    oversight = oversight_of(storage, clock)
    for first in (0, 90):
        async with storage.transaction("fill") as tx:
            for number in range(first, first + 90):
                entry = AuditEntry("x", WRITTEN_UP, f"team {number}", "x" * 1000)
                await audit.append(tx, entry, clock.at)
            await audit.append(tx, AuditEntry("x", WRITTEN_UP, "x" * 10_000), clock.at)
        shown = [note.group for note in (await oversight.health()).written_up]
    assert shown == [f"team {number}" for number in range(179, 179 - MOST_NOTES, -1)]
    await storage.close()


async def test_a_directory_that_names_nobody_for_trim_needs_somebody(storage: Storage) -> None:
    own = [entry for entry in pulse_alone().support if Need.TRIM not in entry.needs]
    bare = pulse_alone().model_copy(update={"support": own})
    await programme.load(storage, bare, "test", "test", Clock())
    async with asking(oversight_of(storage, Clock())) as client:
        page = (await client.get("/health")).text
    assert "Support directory incomplete" in page
    assert "Nobody of the force is named for: trim." in page


async def test_a_round_that_closed_waits_for_its_result(storage: Storage) -> None:
    await at_work(storage, Clock())
    async with storage.transaction("close") as tx:
        await rounds.set_state(tx, "weekly-pulse-2026-11-16", RoundState.CLOSED)
    found = await oversight_of(storage, Clock(NOW + timedelta(days=60))).health()
    assert (found.open_rounds, found.closed_rounds, found.overdue_rounds) == (0, 1, [])


async def test_a_round_without_its_result_and_answers_that_stay_are_told_of(
    storage: Storage,
) -> None:
    await at_work(storage, Clock())
    round_id = "weekly-pulse-2026-11-16"
    async with storage.transaction("close") as tx:
        row = await rounds.lock(tx, round_id)
        await rounds.set_state(tx, round_id, RoundState.CLOSED)
    clock = Clock(row.closes_at + RESULT_WITHIN)
    async with asking(oversight_of(storage, clock)) as client:
        page, metrics = (await client.get("/health")).text, (await client.get("/metrics")).text
    assert "Round without its result" in page
    assert f"of which these should have one: {round_id}" in page
    assert "standeasy_rounds_without_result 1.0" in metrics
    assert round_id not in metrics
    async with storage.transaction("release") as tx:
        await rounds.set_state(tx, round_id, RoundState.RELEASED, released_at=clock.at)
    assert (await oversight_of(storage, clock).health()).stuck_rounds == []
    clock.at += DESTROYED_WITHIN
    async with asking(oversight_of(storage, clock)) as client:
        page, metrics = (await client.get("/health")).text, (await client.get("/metrics")).text
    assert "Answers kept too long" in page
    assert f"<dd>{round_id}</dd>" in page
    assert "standeasy_rounds_kept 1.0" in metrics


async def test_of_an_abandoned_round_nothing_is_told_once_its_key_is_destroyed(
    storage: Storage,
) -> None:
    await at_work(storage, Clock())
    round_id = "weekly-pulse-2026-11-16"
    async with storage.transaction("abandon") as tx:
        row = await rounds.lock(tx, round_id)
        await rounds.set_state(tx, round_id, RoundState.ABANDONED)
    oversight = oversight_of(storage, Clock(row.closes_at + RESULT_AT_LAST))
    found = await oversight.health()
    assert (found.closed_rounds, found.stuck_rounds, found.kept_rounds) == (0, [], [round_id])
    async with storage.transaction("destroy") as tx:
        await sealing_keys.mark_destroyed(tx, row.sealing_key)
    found = await oversight.health()
    assert (found.stuck_rounds, found.kept_rounds) == ([], [])


async def test_what_another_version_said_or_saved_is_no_reason_to_fail(storage: Storage) -> None:
    async with storage.transaction("meddle") as tx:
        from storage import heartbeats, programmes
        from tests.storage.rows import ENTRY

        await heartbeats.beat(tx, "officers", NOW, '{"other": 1}')
        await programmes.append(tx, '{"other": 1}', "x", "x", NOW, ENTRY)
    found = await oversight_of(storage, Clock()).health()
    assert (found.vitals, found.next_rounds) == (None, [])


async def test_nobody_reads_the_page_without_the_key_to_the_door(storage: Storage) -> None:
    async with asking(oversight_of(storage, Clock()), a_door()) as client:
        answer = await client.get("/health")
    assert answer.status_code == 303
    assert "Unused" not in answer.text


def test_bands_and_times_read_as_people_say_them() -> None:
    assert [band_in_words(least) for least in BANDS] == [
        *("none", "1 to 9", "10 to 99", "100 to 999"),
        *("1,000 to 9,999", "10,000 to 99,999", "100,000 or more"),
    ]
    assert ago(None, NOW) == "never yet"
    assert ago(NOW, NOW) == "less than a minute ago"
    for seconds, words in ((60, "1 minute"), (7_200, "2 hours"), (86_400, "1 day")):
        assert ago(NOW - timedelta(seconds=seconds), NOW) == f"{words} ago"


# --- For everybody ----------------------------------------------------------------------


class Standing:
    """An installation that stands as it is told."""

    def __init__(self, found: Health) -> None:
        self._found = found

    async def health(self) -> Health:
        """Return what was told."""
        return self._found

    async def not_ready(self) -> str | None:
        """Return that it is ready."""
        return None


@pytest.mark.browser
async def test_the_page_fits_and_can_be_read_by_everybody(
    browser: Browser, sqlite_database: str
) -> None:
    storage, clock = Storage(sqlite_database), Clock()
    await at_work(storage, clock, TROUBLED)
    found = [await oversight_of(storage, clock).health()]
    clock.at += timedelta(days=170)
    found.append(await oversight_of(storage, clock).health())
    await storage.close()
    async with page_of(browser) as page:
        for each in found:
            application = web_application(
                health_routes(Standing(each), OpenDoor()),
                allowed_hosts=["127.0.0.1"],
                on_loopback=True,
            )
            async with serving(application) as address:
                await page.goto(f"{address}/health")
                for width in (320, WIDE):
                    await page.set_viewport_size({"width": width, "height": 900})
                    assert await overflows(page) == 0, width
                    await breaks_no_rule(page)
