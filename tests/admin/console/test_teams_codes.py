"""Codes on a team's page: shown once, asked of the officers' process, and printed at once."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.core.team_codes import LENGTH, in_parts
from bot.workflows.codes import CodeProblem, Offer, look_up_code
from storage import audit
from tests.admin.console.teams_office import Console, a_console, hidden, words
from tests.admin.logos import a_jpeg

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")

SAM = 7_300_000_901
TEAM = "/teams/harbour-response"


async def tried(admin: Console, code: str) -> Offer | CodeProblem:
    office = admin.office
    return await look_up_code(office.storage, office.address, SAM, code, office.clock)


async def made(admin: Console, team: str = TEAM, **fields: object) -> str:
    """Make a code and return the page that shows it."""
    answer = await admin.post(f"{team}/codes", **fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


@pytest.mark.whole_path
async def test_a_code_is_shown_once_and_works_once_the_errand_is_done(
    database_url: str, tmp_path: Path
) -> None:
    async with a_console(database_url, tmp_path) as admin:
        page = await made(admin, uses="20", until="2027-01-31")
        code = hidden(page, "code")
        assert len(code) == LENGTH
        text = words(page)
        assert in_parts(code) in text
        assert f"https://t.me/fenmarch_bot?start={code}" in text
        assert "For 20 people Last day 31 January 2027" in text
        assert "<svg" in page
        assert await tried(admin, code) is CodeProblem.UNKNOWN
        page = await admin.get(TEAM)
        assert "Issue code: Asked for." in words(page)
        assert 'http-equiv="refresh"' in page
        assert code not in page
        await admin.carry_out()
        page = await admin.get(TEAM)
        assert "The new code works, up to and including 31 January 2027." in words(page)
        assert 'http-equiv="refresh"' not in page
        assert code not in page
        assert isinstance(await tried(admin, code), Offer)


async def test_a_page_looks_again_by_itself_for_half_a_minute(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        await made(admin)
        admin.office.now += timedelta(seconds=29)
        assert 'http-equiv="refresh"' in await admin.get(TEAM)
        admin.office.now += timedelta(seconds=1)
        page = await admin.get(TEAM)
        assert 'http-equiv="refresh"' not in page
        assert "The officers’ process may not run" in words(page)
        admin.office.now += timedelta(hours=1)
        assert "does not run" in words(await admin.get(TEAM))


async def test_neither_trail_nor_database_holds_the_code(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        code = hidden(await made(admin), "code")
        await admin.carry_out()
        async with admin.office.storage.read("look") as tx:
            told = repr(await audit.all(tx))
        assert code not in told
        held = b"".join(path.read_bytes() for path in tmp_path.glob("stand-easy.db*"))
        assert code.encode() not in held
        assert "Robin Reed" in told


async def test_rotating_stops_the_others_and_revoking_stops_one(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        first = hidden(await made(admin), "code")
        await admin.carry_out()
        second = hidden(await made(admin, rotate="yes"), "code")
        await admin.carry_out()
        assert await tried(admin, first) is CodeProblem.EXPIRED
        assert isinstance(await tried(admin, second), Offer)
        page = await admin.get(TEAM)
        answer = await admin.post(f"{TEAM}/codes/revoke", code=hidden(page, "code"))
        assert answer.status_code == 303
        assert "Revoke code: Asked for." in words(await admin.get(TEAM))
        await admin.carry_out()
        text = words(await admin.get(TEAM))
        assert "Revoke code: The code no longer works." in text
        assert "No code works for this team" in text
        assert await tried(admin, second) is CodeProblem.EXPIRED


async def test_an_id_of_another_team_revokes_nothing(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        code = hidden(await made(admin), "code")
        await admin.carry_out()
        listed = hidden(await admin.get(TEAM), "code")
        for path, given in (("/teams/dog-unit", listed), (TEAM, "x" * 10), (TEAM, "")):
            assert (await admin.post(f"{path}/codes/revoke", code=given)).status_code == 303
        await admin.carry_out()
        assert isinstance(await tried(admin, code), Offer)
        assert (await admin.post("/teams/heron/codes/revoke", code=listed)).status_code == 404


async def test_the_page_looks_the_same_whether_a_code_was_used_or_not(
    database_url: str, tmp_path: Path
) -> None:
    async with a_console(database_url, tmp_path) as admin:
        code = hidden(await made(admin), "code")
        await admin.carry_out()
        before = await admin.get(TEAM), await admin.get("/teams/departments/response")
        assert await admin.office.join(SAM, code) is True
        after = await admin.get(TEAM), await admin.get("/teams/departments/response")
        assert before == after


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"uses": "3"}, "issue-uses", "Expected at least 10."),
        ({"uses": "0"}, "issue-uses", "Expected a whole number"),
        ({"uses": "-4"}, "issue-uses", "Expected a whole number"),
        ({"uses": "9" * 20}, "issue-uses", "Expected a whole number"),
        ({"until": "soon"}, "issue-until", "Write the day as"),
        ({"until": "2026-02-30"}, "issue-until", "Write the day as"),
        ({"until": "2020-01-01"}, "issue-until", "Expected a day from 2026-12-07 to 2027-12-08"),
        ({"until": "2099-01-01"}, "issue-until", "Expected a day from"),
    ],
)
async def test_limits_that_cannot_be_are_told_beside_their_field(
    sqlite_database: str, tmp_path: Path, fields: dict[str, str], field: str, sentence: str
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await admin.post(f"{TEAM}/codes", **fields)
        assert answer.status_code == 422
        assert sentence in words(answer.text)
        assert f'<a href="#{field}">' in answer.text
        assert all(f'value="{value}"' in answer.text for value in fields.values())
        await admin.carry_out()
        assert "No code works for this team" in words(await admin.get(TEAM))


async def test_its_poster_comes_from_the_page_that_shows_the_code(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await made(admin)
        code, until = hidden(page, "code"), hidden(page, "until")
        answer = await admin.post(f"{TEAM}/poster.pdf", code=code, until=until)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert 'filename="poster-harbour-response.pdf"' in answer.headers["content-disposition"]
        (tmp_path / "poster.pdf").write_bytes(answer.content)
        pages = PdfReader(tmp_path / "poster.pdf").pages
        assert len(pages) == 4
        text = re.sub(r"\s+", " ", pages[0].extract_text())
        assert in_parts(code) in text
        assert "Harbour Response" in text


async def test_no_poster_is_made_of_what_is_no_code(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        today = admin.office.now.date()
        for code, until in (
            ("", today),
            ("x" * LENGTH, today),
            ("A" * LENGTH, today - timedelta(days=1)),
            ("A" * LENGTH, date.max),
            ("A" * LENGTH, "soon"),
        ):
            answer = await admin.post(f"{TEAM}/poster.pdf", code=code, until=str(until))
            assert answer.status_code == 400


async def test_without_the_bots_name_there_is_a_code_and_no_link(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path, bot_name=None) as admin:
        answer = await admin.post(f"{TEAM}/codes")
        assert "STANDEASY_BOT_NAME" in words(answer.text)
        assert "t.me" not in answer.text
        assert "<svg" not in answer.text
        answer = await admin.post(f"{TEAM}/poster.pdf", code="A" * LENGTH, until="2026-12-31")
        assert answer.status_code == 503


async def test_when_too_much_waits_it_says_so(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        monkeypatch.setattr("bot.workflows.errands.MOST_WAITING", 0)
        answer = await admin.post(f"{TEAM}/codes")
        assert answer.status_code == 422
        assert "Does it run?" in words(answer.text)
        monkeypatch.undo()
        await made(admin)
        await admin.carry_out()
        code = hidden(await admin.get(TEAM), "code")
        monkeypatch.setattr("bot.workflows.errands.MOST_WAITING", 0)
        answer = await admin.post(f"{TEAM}/codes/revoke", code=code)
        assert answer.status_code == 422
        assert "Does it run?" in words(answer.text)


async def test_its_poster_takes_a_logo_and_a_bad_one_loses_no_code(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await made(admin, uses="20")
        fields = {name: hidden(page, name) for name in ("code", "until", "uses")}
        path = f"{TEAM}/poster.pdf"
        bad = {"logo": ("crest.webp", b"RIFF\x24\0\0\0WEBPVP8 ")}
        answer = await admin.client.post(path, files=bad, data=fields)
        assert answer.status_code == 422
        assert answer.headers["cache-control"] == "no-store"
        text = words(answer.text)
        assert "Expected a PNG or JPEG picture; this was a WebP picture." in text
        assert '<a href="#logo">' in answer.text
        assert in_parts(fields["code"]) in text
        assert "For 20 people" in text
        again = {name: hidden(answer.text, name) for name in fields}
        assert again == fields
        answer = await admin.client.post(path, files={"logo": ("a.jpg", a_jpeg())}, data=again)
        assert answer.status_code == 200
        assert b"/DCTDecode" in answer.content
