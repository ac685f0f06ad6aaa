"""The pages of the support directory: seen, and verified by who called."""

import html
import re
from datetime import timedelta
from typing import cast

import pytest

from bot.admin.console.support_form import NEEDS
from bot.admin.console.support_views import SHORT
from bot.core.access import NotAllowed, Role, Visitor
from bot.core.instruments import Need
from bot.workflows import programme
from bot.workflows.support_directory import SupportDesk
from config.content import national_support
from storage import audit, staff
from storage.engine import Storage
from tests.admin.console.directory import NEW, NOW, Inside, before, fields_of, own
from tests.admin.overseen import Clock
from tests.programmes import pulse_alone
from tests.web.doors import a_door

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")

# --- The list ---------------------------------------------------------------------------


async def test_every_entry_is_there_with_who_called_and_how_long_ago(storage: Storage) -> None:
    async with before(storage) as seen:
        page = await seen.page()
        for entry in (*pulse_alone().support, *national_support()):
            assert html.escape(entry.name["en"]) in page.replace("&#39;", "&#x27;")
        assert "28 days ago (16 November 2026)" in page
        assert "Due" not in page
        seen.clock.at += timedelta(days=70)
        assert "Due: call it again." in await seen.page()
        seen.clock.at += timedelta(days=90)
        page = await seen.page()
        assert "Too old to show" in page
        assert "With this the program does not start" in page


async def test_without_a_programme_there_is_a_way_to_one(storage: Storage) -> None:
    async with before(storage, empty=True) as seen:
        for address in ("/support", "/support/new", "/support/preview"):
            assert "There is no programme yet" in await seen.page(address)
        assert (await seen.sent("/support/new", **NEW)).status_code == 404


async def test_what_the_force_has_to_name_is_said(storage: Storage) -> None:
    bare = pulse_alone().model_copy(update={"support": []})
    async with before(storage, empty=True) as seen:
        await programme.load(storage, bare, "test", "test", seen.clock)
        page = await seen.page()
        missing = page[page.index("Still missing") : page.index("Show what officers see")]
        assert missing.count("<li>") == 3
        assert "None yet." in page


async def test_an_auditor_reads_and_changes_nothing(storage: Storage) -> None:
    auditor = Visitor("Heron", frozenset({Role.AUDITOR}))
    async with before(storage, Inside(auditor)) as seen:
        page = await seen.page()
        assert "<form" not in page
        assert "/support/new" not in page
        here = f"/support/entries/{own().id}"
        for address in ("/support/new", here):
            await seen.page(address, 403)
        for address in ("/support/new", here, f"{here}/verify", f"{here}/remove"):
            assert (await seen.sent(address)).status_code == 403
        assert await seen.version() == 1


async def test_nobody_gets_in_without_the_key_to_the_door(storage: Storage) -> None:
    async with before(storage, a_door()) as seen:
        for address in ("/support", "/support/preview", f"/support/entries/{own().id}"):
            assert own().name["en"] not in await seen.page(address, 303)


def test_every_need_has_words() -> None:
    assert SHORT.keys() == NEEDS.keys() == set(Need)


# --- Verifying --------------------------------------------------------------------------


def seen_mark(page: str, entry: str) -> str:
    found = re.search(rf'entries/{entry}/verify">\s*<input[^>]*value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.whole_path
async def test_a_call_is_kept_with_day_and_name(storage: Storage) -> None:
    entry = own()
    async with before(storage) as seen:
        mark = seen_mark(await seen.page(), entry.id)
        answer = await seen.sent(f"/support/entries/{entry.id}/verify", seen=mark)
        assert answer.headers["location"] == f"/support?verified={entry.id}"
        page = await seen.page(answer.headers["location"])
        assert "verified today. Thank you" in page
        assert "today (14 December 2026), by Kestrel" in page
        now = await seen.entry(entry.id)
        assert (now.last_verified, now.verified_by) == (NOW.date(), "Kestrel")
        # Pressed twice: nothing more to say.
        again = await seen.sent(f"/support/entries/{entry.id}/verify", seen=mark)
        assert again.status_code == 303
        assert await seen.version() == 2
        async with storage.read("look") as tx:
            last = await audit.newest(tx)
        assert last is not None
        assert (last.entry.actor, last.entry.act) == ("Kestrel", "save programme")
        assert last.entry.detail == f"support: verified {entry.id}"


async def test_a_number_that_nobody_saw_is_not_verified(storage: Storage) -> None:
    entry = own()
    async with before(storage) as seen:
        mark = seen_mark(await seen.page(), entry.id)
        page = await seen.page(f"/support/entries/{entry.id}")
        typed = fields_of(page) | {"phone": "01632 960 171", "called": "yes"}
        done = await seen.sent(
            f"/support/entries/{entry.id}", **typed | {"reason": "moved", "step": "save"}
        )
        assert done.status_code == 303, done.text
        for given in (mark, ""):
            answer = await seen.sent(f"/support/entries/{entry.id}/verify", seen=given)
            assert answer.status_code == 422
            assert "is reached in another way now" in answer.text
        assert await seen.version() == 2
        assert (await seen.sent("/support/entries/nobody/verify", seen="x")).status_code == 404


async def test_a_call_needs_no_second_admin_and_a_new_number_does(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def two(tx: object) -> int:
        return 2

    monkeypatch.setattr(staff, "admins", two)
    entry = own()
    async with before(storage) as seen:
        mark = seen_mark(await seen.page(), entry.id)
        await seen.sent(f"/support/entries/{entry.id}/verify", seen=mark)
        assert await seen.version() == 2
        typed = fields_of(await seen.page(f"/support/entries/{entry.id}"))
        changed = typed | {"hours-en": "Never", "reason": "new hours", "step": "save"}
        answer = await seen.sent(f"/support/entries/{entry.id}", **changed)
        assert answer.headers["location"] == "/changes/1"
        assert await seen.version() == 2


# --- What officers see ------------------------------------------------------------------


async def test_the_preview_has_every_message_in_each_language(storage: Storage) -> None:
    async with before(storage) as seen:
        page = await seen.page("/support/preview")
        assert "I&#39;m glad you told me" in page or "I'm glad you told me" in page
        for name in ("The crisis card, by /help", "The call list behind it", "On the menu: TRiM"):
            assert f">{name}</h2>" in page
        for command in ("/support", "/tough_job"):
            assert f", by {command}</h2>" in page
        assert own().phone in page  # type: ignore[operator]
        welsh = await seen.page("/support/preview?language=cy")
        assert 'lang="cy"' in welsh
        assert welsh != page
        for other in ("xx", "", "../en"):
            await seen.page(f"/support/preview?language={other}", 404)


async def test_saving_needs_the_right_to_it_in_the_workflow_as_well(storage: Storage) -> None:
    lead = Visitor("Linnet", frozenset({Role.LEAD}))
    desk = SupportDesk(storage, [], Clock(NOW), cast(object, None))  # type: ignore[arg-type]
    for act in (
        desk.verify(own().id, None, lead, "x"),
        desk.keep(own(), None, 1, lead, "x"),
        desk.remove(own().id, 1, lead, "x"),
    ):
        with pytest.raises(NotAllowed):
            await act
