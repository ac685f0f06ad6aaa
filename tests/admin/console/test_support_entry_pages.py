"""The page of one support entry: changed, added, removed, and never half-saved."""

import html
import re
from datetime import timedelta

import pytest

from bot.workflows.programme_changes import current_or_none
from storage.engine import Storage
from tests.admin.console.directory import NEW, NOW, before, fields_of, own
from tests.programmes import pulse_alone

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")

# --- Changing ---------------------------------------------------------------------------


@pytest.mark.whole_path
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
    ({"name-en": ""}, "name-en", "Name: write it in English at least."),
    ({"hours-en": "", "hours-cy": "Bob dydd"}, "hours-en", "Hours: write it in English at least."),
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


async def test_an_entry_that_is_too_old_is_not_changed_without_a_call(storage: Storage) -> None:
    address = f"/support/entries/{own().id}"
    async with before(storage) as seen:
        seen.clock.at += timedelta(days=200)
        typed = fields_of(await seen.page(address)) | {"reason": "hours", "step": "save"}
        changed = typed | {"hours-en": "Mornings"}
        answer = await seen.sent(address, **changed)
        assert answer.status_code == 422
        assert 'id="called-problem"' in answer.text
        # The other entries are too old as well, and do not stand in the way.
        assert (await seen.sent(address, **changed | {"called": "yes"})).status_code == 303
        assert (await seen.entry(own().id)).last_verified == seen.clock.at.date()


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
