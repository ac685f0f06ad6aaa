"""Support directory, trail and alerts on PostgreSQL by the roles of the processes."""

import secrets
from pathlib import Path

import httpx
import pytest

from bot.core.lead_codes import ALERTS_START
from bot.sealing.process_keys import make_officer_keys, officer_keys
from bot.workflows import programme
from bot.workflows.alert_chats import AlertChats
from bot.workflows.alert_linking import AlertLinking, Linked
from storage.engine import Storage
from storage.roles import Role
from tests.admin.console.directory import KESTREL, before, fields_of, own
from tests.admin.console.test_support_pages import seen_mark
from tests.admin.console.test_trail_pages import before as before_trail
from tests.admin.overseen import NOW, Clock
from tests.programmes import pulse_alone
from tests.storage.test_roles import accounts, database

__all__ = ["accounts", "database"]

pytestmark = pytest.mark.postgres


async def test_the_dashboard_keeps_the_directory_and_reads_the_trail(
    database: str, accounts: dict[Role, str]
) -> None:
    owner, dashboard = Storage(database), Storage(accounts[Role.DASHBOARD])
    try:
        await programme.load(owner, pulse_alone(), "test", "test", Clock())
        entry = own()
        async with before(dashboard, empty=True) as seen:
            mark = seen_mark(await seen.page(), entry.id)
            await seen.sent(f"/support/entries/{entry.id}/verify", seen=mark)
            typed = fields_of(await seen.page(f"/support/entries/{entry.id}"))
            changed = typed | {"hours-en": "Mornings", "reason": "new hours", "step": "save"}
            answer = await seen.sent(f"/support/entries/{entry.id}", **changed)
            assert answer.headers["location"] == "/support?saved=3"
        async with before_trail(dashboard) as seen_trail:
            assert "support: new hours" in await seen_trail.page()
            assert "<strong>Whole</strong>" in await seen_trail.verify()
            exported = await seen_trail.client.get("/trail/entries.csv")
            assert exported.status_code == httpx.codes.OK
    finally:
        await owner.close()
        await dashboard.close()


async def test_the_dashboard_makes_codes_and_the_officers_process_links_and_finds_chats(
    accounts: dict[Role, str], tmp_path: Path
) -> None:
    make_officer_keys(tmp_path, secrets.token_bytes)
    keys, _ = officer_keys(tmp_path)
    officers, dashboard = Storage(accounts[Role.OFFICERS]), Storage(accounts[Role.DASHBOARD])
    clock = Clock(NOW)
    try:
        page = AlertChats(dashboard, clock, secrets.token_bytes)
        linking = AlertLinking(officers, keys, clock, secrets.token_bytes)
        made = await page.make_code(KESTREL)
        assert not made.code.startswith(ALERTS_START)
        assert await linking.link(7_300_000_911, made.code) is Linked.LINKED
        assert [chat.telegram_id for chat in await linking.chats()] == [7_300_000_911]
        assert await page.number() == 1
        assert await page.unlink_all(KESTREL) == 1
        assert await linking.chats() == []
    finally:
        await officers.close()
        await dashboard.close()
