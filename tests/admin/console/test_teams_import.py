"""Importing teams on a page: looked at first, saved whole, and nothing kept in between."""

import asyncio
import csv
import io
import re
import threading
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from bot.admin.console import teams_import
from bot.admin.console.teams_import import as_csv
from bot.admin.team_table import Table, read_table
from bot.core.access import Role, Visitor
from bot.core.team_rows import Row, TeamRow, read_rows
from bot.workflows import programme
from tests.admin.console.teams_office import ROBIN, Console, a_console, hidden, words

HERE = "/teams/import"
WREN = Visitor("Wren Marsh", frozenset({Role.ADMIN}))
TABLE = (
    "department,team,headcount,supervisors,high_stress\n"
    "Response Policing,Night Relief,24,2,yes\n"
    "\n"
    "Coast,Heron & Kite Watch,31,,no\n"
)


async def looked(admin: Console, content: str | bytes, **fields: object) -> httpx.Response:
    given = content if isinstance(content, bytes) else content.encode()
    return await admin.upload(HERE, "teams.csv", given, **({"sheet": ""} | fields))


async def saved(admin: Console, page: str, **changes: object) -> httpx.Response:
    """Send what the preview holds, as its form does: line ends become those of the network."""
    fields = {
        "version": hidden(page, "version"),
        "name": hidden(page, "name"),
        "rows": hidden(page, "rows").replace("\n", "\r\n"),
        "whole_list": hidden(page, "whole_list"),
        "reason": "spring moves",
    }
    parts = {name: (None, str(value)) for name, value in (fields | changes).items()}
    return await admin.client.post(f"{HERE}/save", files=parts)


async def test_a_table_is_looked_at_and_then_saved(database_url: str, tmp_path: Path) -> None:
    async with a_console(database_url, tmp_path) as admin:
        assert "Choose" not in words(await admin.get(HERE))
        answer = await looked(admin, TABLE)
        assert answer.status_code == 200
        text = words(answer.text)
        assert "teams.csv, 2 teams Read as CSV in UTF-8 New 1 Changed 1 Gone 0 Unchanged 8" in text
        assert "Night Relief changed headcount 22 → 24" in text
        assert "Heron & Kite Watch new 31 heads, in Coast" in text
        assert await admin.version() == 1
        answer = await saved(admin, answer.text)
        assert (answer.status_code, answer.headers["location"]) == (303, "/teams?saved=2")
        found = await admin.programme()
        assert found.team("night-relief").headcount == 24
        assert found.team("heron-and-kite-watch").headcount == 31


async def test_a_workbook_is_read_and_its_sheet_is_asked_for(
    sqlite_database: str, tmp_path: Path
) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Notes"
    second = book.create_sheet("Teams")
    for line in TABLE.splitlines():
        second.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await admin.upload(HERE, "teams.xlsx", out.getvalue(), sheet="")
        assert answer.status_code == 422
        assert "several sheets: Notes, Teams" in words(answer.text)
        assert '<a href="#sheet">' in answer.text
        answer = await admin.upload(HERE, "teams.xlsx", out.getvalue(), sheet="Teams")
        assert "Read as XLSX" in words(answer.text)


async def test_a_table_that_takes_a_while_has_a_page_that_says_how_far_it_is(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_are_read, may_go_on = threading.Event(), threading.Event()
    real = read_table

    def held(*given: Any) -> Table:
        found = real(*given)
        rows_are_read.set()
        assert may_go_on.wait(30)
        return found

    monkeypatch.setattr(teams_import, "read_table", held)
    async with a_console(sqlite_database, tmp_path, patience=0) as admin:
        answer = await admin.client.post(
            HERE, files={"file": ("teams.csv", TABLE)}, data={"whole_list": "yes"}
        )
        assert answer.status_code == 303
        page = answer.headers["location"]
        assert await asyncio.to_thread(rows_are_read.wait, 30)
        waits = await admin.get(page)
        assert '<meta http-equiv="refresh" content="2">' in waits
        assert "Rows read: 4 of about 5." in words(waits)
        admin.door.who = WREN
        await admin.get(page, status=404)
        admin.door.who = ROBIN
        may_go_on.set()
        await admin.readings.settle()
        monkeypatch.undo()
        came = await admin.get(page)
        assert "refresh" not in came
        assert "Gone 8" in words(came)
        assert (await saved(admin, came)).status_code == 303


async def test_a_large_table_that_is_wrong_comes_back_with_what_was_typed(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path, patience=0) as admin:
        answer = await looked(admin, "department,team,headcount\nCoast,Heron,many\n")
        assert answer.status_code == 422
        assert "1 cell to correct" in words(answer.text)


async def test_the_whole_list_removes_what_it_leaves_out(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await looked(admin, TABLE, whole_list="yes")
        text = words(answer.text)
        assert "Gone 8" in text
        assert "8 teams would go." in text
        assert text.index("Control Room gone") < text.index("Night Relief changed")
        assert (await saved(admin, answer.text)).status_code == 303
        assert len((await admin.programme()).force.teams) == 2


WRONG: Sequence[tuple[bytes, str]] = (
    (b"", "Choose a file first"),
    (b"   ", "this was an empty file"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0", "text in UTF-8, UTF-16 or Windows-1252"),
    (b"PK\x03\x04 nothing", "a damaged one"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old or a locked Excel file"),
    ("department,team,headcount\nПолиция,Кинологи,8\n".encode("koi8-r"), "none of them"),
    (b'department,team,headcount\nA,"B,8\n', "a broken row"),
    (b"%PDF-1.7 \xff\xfe\xfd\x81\x8d", "Expected"),
    (bytes(11_000_000), "more than 10 MB"),
    (bytes(40_000_000), "more than 10 MB"),
)


async def test_what_is_no_table_is_told_beside_the_file(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        for content, sentence in WRONG:
            name = "teams.csv" if content else ""
            answer = await admin.upload(HERE, name, content, sheet="")
            assert answer.status_code == 422, content[:20]
            assert sentence in words(answer.text), content[:20]
            assert '<a href="#file">' in answer.text
            assert 'id="file-problem"' in answer.text


async def test_every_cell_that_is_wrong_is_named_with_its_row(
    sqlite_database: str, tmp_path: Path
) -> None:
    table = (
        "Department;Team;Headcount;High stress\n"
        "Response Policing;=HYPERLINK(0);24;yes\n"
        "\n"
        "Coast;<b>Heron</b>;many;perhaps\n"
    )
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await looked(admin, table)
        assert answer.status_code == 422
        text = words(answer.text)
        assert "teams.csv: 3 cells to correct. Nothing was changed." in text
        assert "2 team the team's name that begins with a letter or digit a formula" in text
        assert "4 headcount a whole number from 1 to 100000 “many”" in text
        assert "4 high_stress yes or no “perhaps”" in text
        assert "<b>Heron" not in answer.text
        answer = await looked(admin, "department,team,heads,officer\nA,B,8,PC Heron\n")
        assert "column 4 one of department" in words(answer.text)


async def test_hundreds_of_wrong_cells_are_counted_and_not_all_shown(
    sqlite_database: str, tmp_path: Path
) -> None:
    rows = "".join(f"Coast,Team {number},none\n" for number in range(900))
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await looked(admin, f"department,team,headcount\n{rows}")
        text = words(answer.text)
        assert "900 cells to correct" in text
        assert "And 400 more." in text


async def test_somebody_who_saved_meanwhile_is_not_written_over(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = (await looked(admin, TABLE)).text
        await admin.post(
            "/teams/dog-unit",
            version="1",
            team="Dog Unit",
            headcount="12",
            supervisors="1",
            department="specialist",
            reason="four more",
        )
        answer = await saved(admin, page)
        assert answer.status_code == 422
        assert "Somebody saved version 2 meanwhile" in words(answer.text)
        assert "had 8 heads and has 12" in words(answer.text)
        answer = await saved(admin, answer.text)
        assert answer.headers["location"] == "/teams?saved=3"
        assert (await admin.programme()).team("dog-unit").headcount == 12


async def test_without_a_reason_the_table_comes_back(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = (await looked(admin, TABLE)).text
        answer = await saved(admin, page, reason=" ")
        assert "Read as" not in answer.text  # what comes back is rows, whatever they were read of
        assert answer.status_code == 422
        assert "Write in one line why" in words(answer.text)
        assert hidden(answer.text, "rows") == hidden(page, "rows")
        assert (await saved(admin, answer.text)).status_code == 303


async def test_rows_that_were_changed_on_the_way_are_checked_like_a_file(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = (await looked(admin, TABLE)).text
        for rows in ("", "department\nx", hidden(page, "rows").replace("24", "0"), "\0"):
            answer = await saved(admin, page, rows=rows)
            assert answer.status_code == 422, rows
        assert (await saved(admin, page, rows="x" * 11_000_000)).status_code == 413
        assert (await admin.post(f"{HERE}/save", rows="x")).status_code == 415
        assert await admin.version() == 1


async def test_a_table_that_changes_nothing_is_not_saved(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        same = "department,team,headcount\nResponse Policing,Night Relief,22\n"
        page = (await looked(admin, same)).text
        assert "There is nothing to change" in words(page)
        assert "/teams/import/save" not in page


async def test_a_table_that_a_check_in_cannot_live_with_is_refused_in_words(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = (await looked(admin, TABLE, whole_list="yes")).text
        found = await admin.programme()
        (pulse,) = found.check_ins
        named = pulse.model_copy(update={"audience": [team.id for team in found.force.teams]})
        document = found.model_copy(update={"check_ins": [named]})
        office = admin.office
        await programme.load(office.storage, document, "test", "named", office.clock)
        for answer in (await looked(admin, TABLE, whole_list="yes"), await saved(admin, page)):
            assert answer.status_code == 422
            assert "the check-in weekly-pulse expects teams of the force" in words(answer.text)


def test_rows_come_back_as_they_went_and_on_their_lines() -> None:
    rows = [
        TeamRow(2, 'Roads "and" Rails', "Heron, Kite", 31, None, None, None, None),
        TeamRow(6, "Coast", "Curlew", 9, 0, True, "curlew", "coast"),
        TeamRow(7, "Coast", "Owl’s", 10, 3, False, None, "coast"),
    ]
    text = as_csv(rows)
    lines = list(csv.reader(io.StringIO(text)))
    table = [Row(number, tuple(cells)) for number, cells in enumerate(lines, start=1)]
    assert read_rows("x", table[0], table[1:]) == rows


@pytest.mark.parametrize("odd", ["teams</title>.csv", "../../teams.csv", "=teams.csv"])
async def test_a_files_name_is_text(sqlite_database: str, tmp_path: Path, odd: str) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await admin.upload(HERE, odd, TABLE.encode(), sheet="")
        assert re.search(r"</title>\.csv", answer.text) is None
        assert odd.rpartition("/")[2] in unescape(answer.text)
