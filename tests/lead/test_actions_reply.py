"""You said, we did: what a lead previews is what officers read, and nothing else is sent."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path

import httpx

from bot import wiring
from bot.core.disclosure.release import Release
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.report import Reports
from tests.lead.acting import words
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office
from tests.workflows.test_replies import (
    LINE,
    RESPONSE,
    answered,
    first_screen,
    in_view,
    released,
)

FIELDS = {"scale": "workload", "line-en": LINE["en"], "line-cy": LINE["cy"], "step": "preview"}


@asynccontextmanager
async def a_browser(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A lead's browser before the real releases of an office."""
    reports = Reports(office.storage, office.clock)
    application = web_application(
        wiring.acting_routes(office.storage, office.clock, reports, OpenDoor()),
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        yield client


async def number_of(office: Office, group: str, round_id: str = ROUND) -> int:
    release: Release = await Reports(office.storage, office.clock).release_of(round_id)
    return [each.id for each in release.groups].index(group) + 1


async def address(office: Office, group: str = RESPONSE, round_id: str = ROUND) -> str:
    return f"/results/{round_id}/groups/{await number_of(office, group, round_id)}/reply"


def phones(page: str) -> dict[str, str]:
    """What each language's officers are shown, by the first preview on the page."""
    found = re.findall(r'<p class="phone" lang="(\w+)">(.*?)</p>', page, re.DOTALL)
    return {code: unescape(re.sub("<[^>]*>", "", text)) for code, text in reversed(found)}


def seen(page: str) -> str:
    match = re.search('name="seen" value="([^"]*)"', page)
    assert match is not None
    return match[1]


async def stored(office: Office) -> int:
    return await office.number("SELECT count(*) FROM reply")


async def test_what_is_previewed_is_what_officers_read_once_it_is_sent(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, a_browser(office) as client:
        await released(office)
        path = await address(office)
        page = (await client.get(f"{path}?scale=workload")).text
        assert 'value="workload" checked' in page
        assert "Send it to officers" not in page
        page = (await client.post(path, data=FIELDS)).text
        shown = phones(page)
        assert set(shown) == {"en", "cy"}
        assert f"We did: {LINE['en']}" in shown["en"]
        assert LINE["cy"] in shown["cy"]
        assert await stored(office) == 0

        sent = await client.post(path, data={**FIELDS, "step": "send", "seen": seen(page)})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?sent=1")
        assert shown["en"] in first_screen(await in_view(office), "harbour-response")
        page = (await client.get(f"{path}?sent=1")).text
        assert "It is sent." in page
        assert phones(page) == shown
        assert "What officers see now" in page


async def test_nothing_is_sent_but_what_was_previewed_and_nothing_typed_is_lost(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, a_browser(office) as client:
        await released(office)
        path = await address(office)
        # Without a line in a language its officers read the English one.
        page = (await client.post(path, data={**FIELDS, "line-cy": " "})).text
        assert LINE["en"] in phones(page)["cy"]

        page = (await client.post(path, data=FIELDS)).text
        for changes in ({"line-en": "Something else."}, {"scale": "sleep"}, {"seen": ""}):
            fields = {**FIELDS, "step": "send", "seen": seen(page), **changes}
            answer = await client.post(path, data=fields)
            assert answer.status_code == 200
            assert "Look once more" in answer.text

        for changes, field, sentence in (
            ({"scale": ""}, "scale", "Choose one of the themes that are shown."),
            ({"scale": "mood"}, "scale", "Choose one of the themes that are shown."),
            ({"line-en": " "}, "line-en", "Write what was done."),
            ({"line-en": "x" * 201}, "line-en", "This has 201 characters. Up to 200 fit."),
            ({"line-cy": "<i>"}, "line-cy", "Use plain words"),
        ):
            answer = await client.post(path, data={**FIELDS, **changes, "step": "send"})
            assert answer.status_code == 422
            assert f'<a href="#{field}">' in answer.text
            assert f'id="{field}-problem"' in answer.text
            assert words(answer.text).count(sentence) == 2
            typed = {**FIELDS, **changes}
            assert typed["line-en"] in unescape(answer.text)
            assert typed["line-cy"] in unescape(answer.text)
            assert "Send it to officers" not in answer.text
        assert await stored(office) == 0


async def test_only_what_is_shown_can_be_answered(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office, a_browser(office) as client:
        await released(office)
        release = await Reports(office.storage, office.clock).release_of(ROUND)
        for number in (0, len(release.groups) + 1):
            path = f"/results/{ROUND}/groups/{number}/reply"
            assert (await client.get(path)).status_code == 404
        assert (await client.get("/results/nowhere/groups/1/reply")).status_code == 404
        hidden = next(each.id for each in release.groups if not each.shown)
        path = await address(office, hidden)
        page = await client.get(path)
        assert "there is nothing to answer" in page.text
        assert "<textarea" not in page.text
        await client.post(path, data={**FIELDS, "step": "send"})
        assert await stored(office) == 0


async def test_an_older_result_is_not_answered_any_more(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, a_browser(office) as client:
        people = await released(office)
        path = await address(office)
        page = (await client.post(path, data=FIELDS)).text
        await client.post(path, data={**FIELDS, "step": "send", "seen": seen(page)})
        await answered(office, NEXT_ROUND, people, 28)
        page = (await client.get(path)).text
        assert f"/results/{NEXT_ROUND}" in page
        assert "<textarea" not in page
        assert "What officers saw" in page
        assert (await client.post(path, data={**FIELDS, "step": "send"})).status_code == 200
        assert await stored(office) == 1
