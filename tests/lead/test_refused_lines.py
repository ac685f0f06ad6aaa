"""A line of before that would be refused today: hidden from officers, told to leads, written anew.

Nobody is accused: rules that came later tell nothing of whoever wrote it.
"""

import logging
from html import unescape
from pathlib import Path

import pytest

from bot.lead.actions_views import refused_views
from bot.workflows.replies import Refused, Replies, findings
from bot.workflows.report import Reports
from storage.tables import reply as table
from tests.lead.acting import words
from tests.lead.test_actions_reply import FIELDS, a_browser, address, phones, seen
from tests.workflows.office import ROUND, Office, an_office
from tests.workflows.test_replies import RESPONSE, released
from tests.workflows.test_unread_rows import write

REFUSED = {
    '{"en": "Ring Sam on 07700 900123."}': "Use plain words: '07700 900123' cannot be used.",
    '{"en": "Done.", "cy": "Gweler fenmarch.example"}': "Use plain words: 'fenmarch.example'",
    '{"en": "More  people."}': "Write one space between words.",
    '{"cy": "Dau arall."}': "Write what was done, in English.",
}


async def stored_before(office: Office, content: str, sequence: int = 1) -> None:
    """Store a line as it was stored before it would be refused."""
    row = {"round": ROUND, "group": RESPONSE, "scale": "workload", "author": "Heron"}
    await write(office, table, sequence=sequence, content=content, at=office.now, **row)


async def told(office: Office) -> bool:
    async with office.storage.read("shown") as tx:
        return any((await findings(tx)).values())


@pytest.mark.parametrize(("content", "why"), REFUSED.items())
async def test_a_line_that_is_not_shown_any_more_is_told_to_leads_with_what_to_do(
    sqlite_database: str, tmp_path: Path, content: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, a_browser(office) as client:
        await released(office)
        path = await address(office)
        assert "Officers are not shown" not in (await client.get("/actions")).text
        await stored_before(office, content)
        with caplog.at_level(logging.WARNING):
            assert not await told(office)
        (line,) = [record for record in caplog.records if record.name == "bot.workflows.replies"]
        assert line.levelno == logging.WARNING
        assert "past" not in line.message

        page = (await client.get("/actions")).text
        assert "Officers are not shown this line" in page
        assert why in unescape(words(page))
        assert f'href="{path}?scale=workload">Write it again</a>' in page
        assert '<a href="http' not in page

        page = (await client.get(f"{path}?scale=workload")).text
        assert phones(page) == {}
        assert why in unescape(words(page))

        page = (await client.post(path, data=FIELDS)).text
        sent = await client.post(path, data={**FIELDS, "step": "send", "seen": seen(page)})
        assert sent.status_code == 303
        assert await told(office)
        assert "Officers are not shown" not in (await client.get("/actions")).text


@pytest.mark.parametrize("odd", ["\\ud800", "\\u202e", "\\u0000", "\\ufffe"])
async def test_a_line_that_no_page_can_hold_is_told_of_with_a_sign_in_its_place(
    sqlite_database: str, tmp_path: Path, odd: str
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, a_browser(office) as client:
        await released(office)
        await stored_before(office, f'{{"en": "More {odd}people."}}')
        answer = await client.get("/actions")
        assert answer.status_code == 200
        assert "“More \ufffdpeople.”" in answer.text
        assert (await client.get(f"{await address(office)}?scale=workload")).status_code == 200


async def test_only_the_newest_line_about_a_finding_is_told_of(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        first, second = list(REFUSED)[:2]
        await stored_before(office, first)
        await stored_before(office, second, 2)
        (found,) = await Replies(office.storage, office.clock).refused()
        assert (found.line, found.author) == ("Gweler fenmarch.example", "Heron")


async def test_a_line_of_any_length_is_told_of_in_short(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        await stored_before(office, f'{{"en": "{"word " * 2000}"}}')
        (found,) = await Replies(office.storage, office.clock).refused()
        assert len(found.line) == 201


async def test_a_line_about_what_somebody_does_not_see_is_not_told_to_them(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        await stored_before(office, next(iter(REFUSED)))
        release = await Reports(office.storage, office.clock).release_of(ROUND)
        (found,) = await Replies(office.storage, office.clock).refused()
        assert len(refused_views([found], [release])) == 1
        assert refused_views([found], []) == []
        for changes in ({"group": "department:other"}, {"scale": "other"}):
            other = Refused(
                **{**{each: getattr(found, each) for each in found.__slots__}, **changes}
            )
            assert refused_views([other], [release]) == []
