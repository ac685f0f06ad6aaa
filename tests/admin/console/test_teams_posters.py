"""Posters of many teams: made apart, watched, and fetched once their codes work."""

import io
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader

from bot.admin.console import teams_packs, teams_posters
from bot.admin.posters.printing import PostersNotMade
from bot.core.access import Role, Visitor
from bot.workflows.codes import CodeProblem, Offer, look_up_code
from tests.admin.console.teams_office import Console, a_console, words
from tests.admin.logos import a_jpeg, a_png

pytestmark = pytest.mark.sqlite_first(
    "what a poster is made of is the same; codes run on both in test_teams_by_role.py"
)

HERE = "/teams/posters"
PRINTED = re.compile(r"\b[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4}\b")
TWO = {"of": "specialist", "teams": ["dog-unit", "roads-policing"]}
SAM = 7_300_000_901


async def begun(admin: Console, **fields: object) -> str:
    """Begin to make posters; return the page that tells how far they are."""
    answer = await admin.post(HERE, **(TWO | fields))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def tried(admin: Console, code: str) -> Offer | CodeProblem:
    office = admin.office
    return await look_up_code(office.storage, office.address, SAM, code, office.clock)


def printed(answer: httpx.Response) -> list[str]:
    """Return the codes in a file, each once."""
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="posters.pdf"'
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return list(dict.fromkeys(PRINTED.findall(re.sub(r"[ \t]+", " ", text))))


async def test_posters_are_made_watched_and_fetched(database_url: str, tmp_path: Path) -> None:
    async with a_console(database_url, tmp_path) as admin:
        page = await begun(admin)
        first = await admin.get(page)
        assert "Drawing codes: 0 of 2." in words(first)
        assert 'http-equiv="refresh"' in first
        assert (await admin.client.get(f"{page}/posters.pdf")).status_code == 404
        await admin.packs.settle()
        assert "Its codes are being put in force" in words(await admin.get(page))
        assert (await admin.client.get(f"{page}/posters.pdf")).status_code == 404
        await admin.carry_out()
        last = await admin.get(page)
        assert "Ready. 2 new codes work" in words(last)
        assert 'http-equiv="refresh"' not in last
        codes = printed(await admin.client.get(f"{page}/posters.pdf"))
        assert len(codes) == 2
        assert all([isinstance(await tried(admin, code.replace(" ", "")), Offer) for code in codes])
        assert (await admin.post(f"{page}/drop")).headers["location"] == HERE
        await admin.get(page, 404)


async def test_codes_work_only_where_there_is_a_file(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def jammed(content: str) -> bytes:
        raise PostersNotMade

    monkeypatch.setattr(teams_packs, "pdf_of", jammed)
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await begun(admin)
        await admin.packs.settle()
        text = words(await admin.get(page))
        assert "The posters could not be made" in text
        assert "There is no file" in text
        assert await admin.office.number("SELECT count(*) FROM errand") == 0


async def test_what_nobody_foresaw_says_no_more_than_that(
    sqlite_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(content: str) -> bytes:
        raise RuntimeError(content)

    monkeypatch.setattr(teams_packs, "pdf_of", broken)
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await begun(admin)
        await admin.packs.settle()
        assert teams_packs.FAILED in words(await admin.get(page))
        assert caplog.messages == ["posters were not made: RuntimeError"]


async def test_when_the_codes_are_refused_there_is_no_file(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await begun(admin)
        await admin.packs.settle()
        gone = {"version": "1", "sure": "yes", "reason": "gone"}
        assert (await admin.post("/teams/dog-unit/remove", **gone)).status_code == 303
        await admin.carry_out()
        assert "There is no team dog-unit" in words(await admin.get(page))
        assert (await admin.client.get(f"{page}/posters.pdf")).status_code == 404


async def test_a_file_is_for_whoever_asked_for_it_and_for_half_an_hour(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await begun(admin)
        await admin.packs.settle()
        await admin.carry_out()
        admin.door.who = Visitor("Wren Hill", frozenset({Role.ADMIN}))
        await admin.get(page, 404)
        assert (await admin.client.get(f"{page}/posters.pdf")).status_code == 404
        assert (await admin.post(f"{page}/drop")).status_code == 404
        admin.door.who = Visitor("Robin Reed", frozenset({Role.ADMIN}))
        await admin.get(page)
        admin.office.now += timedelta(minutes=31)
        await admin.get(page, 404)


async def test_only_a_few_are_kept_at_once(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        pages = [await begun(admin) for _ in range(teams_packs.MOST_AT_ONCE)]
        answer = await admin.post(HERE, **TWO)
        assert answer.status_code == 422
        assert "Fetch them, drop them" in words(answer.text)
        # Dropped while it is made: no code of it is ever asked for.
        await admin.post(f"{pages[0]}/drop")
        await begun(admin)
        await admin.packs.settle()
        assert await admin.office.number("SELECT count(*) FROM errand") == 3


async def test_departments_are_offered_and_so_is_a_small_force(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await admin.get(HERE)
        assert "of=~all" in page
        assert "of=specialist" in page
        assert 'value="dog-unit" checked' in await admin.get(f"{HERE}?of=specialist")
        assert (await admin.get(f"{HERE}?of=~all")).count('name="teams"') == 9
        monkeypatch.setattr(teams_posters, "MOST_TEAMS", 2)
        page = await admin.get(HERE)
        assert "of=~all" not in page
        assert "teams 1 to 2" in page
        assert "of=specialist&amp;part=2" in page
        assert (await admin.get(f"{HERE}?of=specialist&part=2")).count('name="teams"') == 1
        monkeypatch.setattr(teams_posters, "TICKED", 1)
        assert "For 2 teams: Roads Policing to Firearms Support" in words(
            await admin.get(f"{HERE}?of=specialist&part=1")
        )
        for asked in ("of=heron", "of=specialist&part=9", "of=specialist&part=0", "of=~all"):
            await admin.get(f"{HERE}?{asked}", 404)
        assert (await admin.post(HERE, of="heron")).status_code == 404


async def test_what_cannot_be_is_told_beside_its_field(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        for fields, sentence in (
            ({"teams": []}, "Choose at least one team."),
            ({"teams": ["harbour-response"]}, "Choose at least one team."),
            ({"until": "soon"}, "Write the day as"),
            ({"until": "2031-01-01"}, "Expected a day from"),
        ):
            answer = await admin.post(HERE, **(TWO | fields))
            assert answer.status_code == 422
            assert sentence in words(answer.text)
    (tmp_path / "other").mkdir()
    async with a_console(sqlite_database, tmp_path / "other", bot_name=None) as admin:
        answer = await admin.post(HERE, **TWO)
        assert "Set STANDEASY_BOT_NAME." in words(answer.text)


async def with_a_logo(admin: Console, content: bytes, **fields: object) -> httpx.Response:
    """Send the page's form with a file for a logo."""
    return await admin.client.post(HERE, files={"logo": ("crest.png", content)}, data=TWO | fields)


async def test_a_logo_is_drawn_and_kept_by_nobody(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        assert 'enctype="multipart/form-data"' in await admin.get(f"{HERE}?of=specialist")
        answer = await with_a_logo(admin, a_jpeg())
        assert answer.status_code == 303, answer.text
        await admin.packs.settle()
        await admin.carry_out()
        file = await admin.client.get(f"{answer.headers['location']}/posters.pdf")
        assert len(printed(file)) == 2
        assert b"/DCTDecode" in file.content


async def test_a_form_without_a_logo_makes_posters_without_one(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        # As a browser sends a file that was not chosen.
        none: dict[str, tuple[str, bytes]] = {"logo": ("", b"")}
        answer = await admin.client.post(HERE, files=none, data=TWO)
        assert answer.status_code == 303, answer.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no picture", "Expected a PNG or JPEG picture; this was a file that is neither."),
        (b"<svg></svg>", "Expected a PNG or JPEG picture; this was an SVG drawing."),
        (b"GIF89a", "Expected a PNG or JPEG picture; this was a GIF."),
        (bytes(40_000_000), "Expected a PNG or JPEG picture of at most 1 MB; this was more than"),
        (a_png(5000, 1), "Expected 1 to 4,000 pixels a side; this was 5,000 by 1."),
        (a_png(pixels=b"none"), "this was one that cannot be drawn"),
    ],
)
async def test_a_logo_that_cannot_be_is_told_beside_its_field(
    sqlite_database: str, tmp_path: Path, content: bytes, sentence: str
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await with_a_logo(admin, content)
        assert answer.status_code == 422
        assert sentence in words(answer.text)
        assert '<a href="#logo">' in answer.text
        assert 'value="dog-unit" checked' in answer.text
        assert await admin.office.number("SELECT count(*) FROM errand") == 0


async def test_a_logo_has_to_be_chosen_again_when_something_else_was_wrong(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        assert "Choose the logo again" in words((await with_a_logo(admin, a_png(), until="x")).text)
        answer = await admin.post(HERE, **(TWO | {"until": "x"}))
        assert "Choose the logo again" not in words(answer.text)
