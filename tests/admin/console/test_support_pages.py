"""The pages of the support directory: seen, verified, changed, and never half-saved."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest

from bot.core.access import Role, Visitor
from bot.core.languages import Tongues
from bot.core.support import SupportEntry
from bot.pages import Content, support_routes_in
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.wiring import instruments_by_key
from bot.workflows import programme, programme_changes
from bot.workflows.programme_changes import current_or_none
from config.content import national_support
from config.translations import load_translations
from storage import audit, staff
from storage.engine import Storage
from tests.admin.overseen import Clock
from tests.programmes import pulse_alone
from tests.web.test_sign_in import a_door

NOW = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
INSTRUMENTS = instruments_by_key()
KESTREL = Visitor("Kestrel", frozenset({Role.ADMIN}))


class Inside(OpenDoor):
    """Lets in one visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    async def visitor(self, request: object) -> Visitor:
        return self._visitor


@dataclass
class Seen:
    """An admin before the pages."""

    client: httpx.AsyncClient
    storage: Storage
    clock: Clock = field(default_factory=lambda: Clock(NOW))

    async def page(self, address: str = "/support", status: int = 200) -> str:
        answer = await self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    async def sent(self, address: str, **fields: object) -> httpx.Response:
        return await self.client.post(address, data=fields)

    async def entry(self, entry_id: str) -> SupportEntry:
        found = await current_or_none(self.storage)
        assert found is not None
        return next(entry for entry in found.programme.support if entry.id == entry_id)

    async def version(self) -> int:
        found = await current_or_none(self.storage)
        return 0 if found is None else found.version


@asynccontextmanager
async def before(
    storage: Storage, door: Door | None = None, *, empty: bool = False
) -> AsyncIterator[Seen]:
    clock = Clock(NOW)
    if not empty:
        await programme.load(storage, pulse_alone(), "test", "test", clock)
    # Read from no file here.
    content = Content(INSTRUMENTS, national_support(), cast(object, None))  # type: ignore[arg-type]
    routes = support_routes_in(
        storage, clock, door or Inside(KESTREL), Tongues(load_translations()), content
    )
    application = web_application(routes, allowed_hosts=["console.example"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        yield Seen(client, storage, clock)


def own(number: int = 0) -> SupportEntry:
    return pulse_alone().support[number]


def fields_of(page: str) -> dict[str, object]:
    """Return what a browser would send of the first form with a version in it."""
    form = re.search(r'<form class="form".*?</form>', page, re.DOTALL)
    assert form
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, value = given["name"], html.unescape(given.get("value", ""))
        if given.get("type") in ("checkbox", "radio"):
            if re.search(r"\schecked\b", tag):
                found.setdefault(name, [])
                cast(list[str], found[name]).append(value)
        else:
            found[name] = value
    after = re.search(r'<option value="([^"]*)" selected', form[0])
    return found | {"after": after[1] if after else ""}


NEW = {
    "name-en": "Chaplain on call",
    "needs": ["chaplaincy", "talk"],
    "phone": "01632 960 170",
    "for_whom-en": "Everybody",
    "hours-en": "Day and night",
    "confidentiality-en": "Told to nobody",
    "scope": "force",
    "english": "yes",
    "source": "The chaplaincy",
    "called": "yes",
    "reason": "a new chaplain",
    "step": "save",
}


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
            assert own().name["en"] not in await seen.page(address, 403)


# --- Verifying --------------------------------------------------------------------------


def seen_mark(page: str, entry: str) -> str:
    found = re.search(rf'entries/{entry}/verify">\s*<input[^>]*value="(\w+)"', page)
    assert found
    return found[1]


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


# --- Changing ---------------------------------------------------------------------------


async def test_a_new_entry_is_previewed_in_each_language_and_then_saved(
    storage: Storage,
) -> None:
    async with before(storage) as seen:
        version = fields_of(await seen.page("/support/new"))["version"]
        typed = NEW | {"version": version, "after": own(1).id, "name-cy": "Caplan"}
        looked = await seen.sent("/support/new", **typed | {"step": "preview", "reason": ""})
        assert looked.status_code == 200
        preview = looked.text[looked.text.index('id="preview"') : looked.text.index("<form")]
        shown_in = preview.count("<b>Chaplain on call</b>")
        assert shown_in == preview.count("<b>Caplan</b>") >= 2
        assert "01632 960 170" in preview
        assert await seen.version() == 1
        done = await seen.sent("/support/new", **typed)
        assert done.headers["location"] == "/support?saved=2"
        found = await current_or_none(storage)
        assert found is not None
        ids = [entry.id for entry in found.programme.support]
        assert ids[2] == "chaplain-on-call"
        new = found.programme.support[2]
        assert new.name == {"en": "Chaplain on call", "cy": "Caplan"}
        assert (new.last_verified, new.verified_by) == (NOW.date(), "Kestrel")
        assert (new.cost, new.contact, new.link) == (None, None, None)
        assert "Saved as version 2" in await seen.page("/support?saved=2")


async def test_an_entry_comes_back_from_its_form_as_it_was(storage: Storage) -> None:
    async with before(storage) as seen:
        for entry in pulse_alone().support:
            address = f"/support/entries/{entry.id}"
            typed = fields_of(await seen.page(address))
            answer = await seen.sent(address, **typed | {"reason": "none", "step": "save"})
            assert answer.status_code == 422, (entry, await seen.entry(entry.id))
            assert "Nothing differs from what is in force" in answer.text
        assert await seen.version() == 1


WRONG = [
    ({"name-en": ""}, "name-en", "Write this in English at least."),
    ({"hours-en": "", "hours-cy": "Bob dydd"}, "hours-en", "Write this in English at least."),
    ({"name-en": "x" * 81}, "name-en", "Write at most 80 characters: there are 81."),
    ({"for_whom-en": "x" * 201}, "for_whom-en", "Write at most 200 characters"),
    ({"needs": []}, "needs", "Tick at least one thing it helps with."),
    ({"needs": ["money"]}, "needs", "Tick at least one thing it helps with."),
    ({"phone": ""}, "phone", "or another way to reach it"),
    ({"phone": "call Sam"}, "phone", "Write a phone number of digits and spaces"),
    ({"phone": "01632 96"}, "phone", "This is no phone number that can be dialled"),
    ({"text_to": "85258"}, "text_to", "such as HELLO to 85258"),
    ({"text_to": "HI to 1"}, "text_to", "This is no number that texts can be sent to."),
    ({"link": "http://help.example"}, "link", "beginning with https://"),
    ({"link": "https://sam:pw@help.example"}, "link", "without a password"),
    ({"scope": "mine"}, "scope", "Choose whose contact it is."),
    ({"source": ""}, "source", "Say in up to 80 characters"),
    ({"english": ""}, "languages", "Tick a language besides English"),
    ({"called": ""}, "called", "Call the number or open the link first"),
    ({"reason": ""}, "reason", "Say why, on one line"),
    ({"reason": "x" * 301}, "reason", "Say why, on one line"),
    ({"name-en": "Chaplain\u202e"}, "name-en", "The character U+202E cannot be used"),
]


@pytest.mark.parametrize(("typed", "where", "sentence"), WRONG)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    sqlite_database: str, typed: dict[str, object], where: str, sentence: str
) -> None:
    storage = Storage(sqlite_database)
    async with before(storage) as seen:
        answer = await seen.sent("/support/new", **NEW | {"version": "1"} | typed)
        assert answer.status_code == 422
        beside = re.search(rf'id="{where}-problem">(.*?)</p>', answer.text)
        assert beside
        assert sentence in html.unescape(beside[1])
        assert f'<a href="#{where}">' in answer.text
        assert f'id="{where}"' in answer.text
        assert 'value="The chaplaincy"' in answer.text or "source" in typed
        assert await seen.version() == 1
    await storage.close()


async def test_hostile_words_are_words_on_every_page(storage: Storage) -> None:
    hostile = '<script>alert("x")</script>'
    async with before(storage) as seen:
        typed = NEW | {"version": "1", "name-en": hostile, "hours-en": "<b>now</b>"}
        looked = await seen.sent("/support/new", **typed | {"step": "preview"})
        assert "<script>" not in looked.text
        assert (await seen.sent("/support/new", **typed)).status_code == 303
        for address in ("/support", "/support/preview", "/support/entries/script-alert-x-script"):
            page = await seen.page(address)
            assert "alert(" in page
            assert "<script>" not in page
            assert "<b>now" not in page


async def test_whoever_saves_second_sees_what_the_first_one_changed(storage: Storage) -> None:
    entry = own()
    address = f"/support/entries/{entry.id}"
    async with before(storage) as seen:
        typed = fields_of(await seen.page(address)) | {"reason": "hours", "step": "save"}
        first = typed | {"hours-en": "Mornings"}
        assert (await seen.sent(address, **first)).status_code == 303
        second = typed | {"source": "A letter"}
        answer = await seen.sent(address, **second)
        assert answer.status_code == 422
        assert "What changed since you opened this page" in answer.text
        assert "Mornings" in html.unescape(answer.text)
        assert 'value="A letter"' in answer.text
        assert fields_of(answer.text)["version"] == "2"
        assert await seen.version() == 2
        again = fields_of(answer.text) | {"reason": "source", "step": "save"}
        assert (await seen.sent(address, **again)).headers["location"] == "/support?saved=3"


async def test_an_entry_goes_only_when_the_box_is_ticked_and_a_reason_given(
    storage: Storage,
) -> None:
    address = f"/support/entries/{own().id}"
    async with before(storage) as seen:
        answer = await seen.sent(f"{address}/remove", version="1")
        assert answer.status_code == 422
        assert "Tick the box to remove this entry." in answer.text
        sure = {"version": "1", "sure": "yes"}
        assert (await seen.sent(f"{address}/remove", **sure)).status_code == 422
        late = sure | {"version": "0", "gone-reason": "gone"}
        answer = await seen.sent(f"{address}/remove", **late)
        assert answer.status_code == 422
        assert "expected version 0" in answer.text
        done = await seen.sent(f"{address}/remove", **sure | {"gone-reason": "it closed"})
        assert done.headers["location"] == "/support?saved=2"
        await seen.page(address, 404)


# --- What officers see ------------------------------------------------------------------


async def test_the_preview_has_every_message_in_each_language(storage: Storage) -> None:
    async with before(storage) as seen:
        page = await seen.page("/support/preview")
        assert "I&#39;m glad you told me" in page or "I'm glad you told me" in page
        for name in ("/help", "/help, call list", "/support", "/support, trim", "/tough_job"):
            assert f">{name}</h2>" in page
        assert own().phone in page  # type: ignore[operator]
        welsh = await seen.page("/support/preview?language=cy")
        assert 'lang="cy"' in welsh
        assert welsh != page
        for other in ("xx", "", "../en"):
            await seen.page(f"/support/preview?language={other}", 404)


async def test_saving_needs_the_right_to_it_in_the_workflow_as_well(storage: Storage) -> None:
    from bot.core.access import NotAllowed
    from bot.workflows.support_directory import SupportDesk

    lead = Visitor("Linnet", frozenset({Role.LEAD}))
    desk = SupportDesk(storage, [], Clock(NOW), cast(object, None))  # type: ignore[arg-type]
    for act in (
        desk.verify(own().id, None, lead, "x"),
        desk.keep(own(), None, 1, lead, "x"),
        desk.remove(own().id, 1, lead, "x"),
    ):
        with pytest.raises(NotAllowed):
            await act
    assert programme_changes.ENOUGH_ADMINS == 2
