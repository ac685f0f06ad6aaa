"""Files of teams: encodings and cells as spreadsheets write them, and everything else refused."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.admin import workbook_press, workbooks
from bot.admin.team_table import LARGEST_FILE, TableRefused, read_table
from bot.core.team_rows import MOST_TEAMS, Odd, read_rows

TEXT = "Department,Team,Headcount\r\nGogledd,Tŷ Cŵn,12\r\n"
WESTERN = "Department,Team,Headcount\nNord,Café d’Été – “A”,12\n"


def xlsx(*rows: tuple[object, ...], sheets: tuple[str, ...] = ("Teams",)) -> bytes:
    """Return a workbook with these rows on each of its sheets."""
    book = Workbook(write_only=True)
    for name in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def refused(content: bytes, sheet: str | None = None) -> str:
    with pytest.raises(TableRefused) as caught:
        read_table("teams", content, sheet)
    return str(caught.value)


# --- CSV ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "CSV in UTF-8"),
        ("utf-8-sig", "CSV in UTF-8"),
        ("utf-16", "CSV in UTF-16"),
        ("utf-16-le", "CSV in UTF-16"),
        ("utf-16-be", "CSV in UTF-16"),
    ],
)
def test_unicode_is_read_with_and_without_its_mark(codec: str, said: str) -> None:
    table = read_table("teams.csv", TEXT.encode(codec))
    assert table.read_as == said
    assert table.heading.cells == ("Department", "Team", "Headcount")
    assert table.rows[0].cells == ("Gogledd", "Tŷ Cŵn", "12")
    assert table.rows[0].number == 2


def test_windows_text_is_read_and_said_to_be() -> None:
    table = read_table("teams.csv", WESTERN.encode("cp1252"))
    assert table.rows[0].cells[1] == "Café d’Été – “A”"
    assert table.read_as.startswith("CSV in Windows-1252")


@pytest.mark.parametrize(
    "content",
    [
        b"Team\nA\x81\n",
        b"Team\nA\xa7\xac\n",
        "Команда\nДонецк\n".encode("cp1251"),
        "班组\n".encode("gb18030"),
        b"\xef\xbb\xbfTeam\nA\xff\n",
        b"\xff\xfeT\x00e\x00a",
        b"T\x00e\x00a\x00m\x00\x00\xd8\n\x00A\x00\n\x00B",
    ],
)
def test_any_other_encoding_is_refused_in_one_line(content: bytes) -> None:
    said = refused(content)
    assert said.startswith("teams: expected text in")
    assert "\n" not in said


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_from_the_heading(delimiter: str) -> None:
    content = f'"Department"{delimiter}Team{delimiter}Headcount\nA{delimiter}"B, C; D"{delimiter}5'
    assert read_table("teams.csv", content.encode()).rows[0].cells == ("A", "B, C; D", "5")


def test_blank_rows_are_passed_over_and_counted() -> None:
    table = read_table("teams.csv", b"\n\nDepartment,Team,Headcount\n\n,,\nA,B,5\n")
    assert (table.heading.number, [row.number for row in table.rows]) == (3, [6])


def test_a_formula_in_csv_is_refused() -> None:
    table = read_table("teams.csv", b'Department,Team,Headcount\nA,"=HYPERLINK(""x"")",5\n')
    with pytest.raises(Exception, match="got a formula"):
        read_rows("teams.csv", table.heading, table.rows)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b" \n\t\n", "an empty file"),
        (b",,\n,,\n", "nothing but empty cells"),
        (b'Team\n"open\n', "a broken row"),
        (b'Team\n"a"b\n', "a broken row"),
        (b"Team\n" + b"," * 60 + b"x\n", "61 in row 2"),
        (b"Team\n" + b"x\n" * 12_000, "more rows"),
        (b"x" * (LARGEST_FILE + 1), "10 MB"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "an old or a locked Excel file"),
    ],
)
def test_what_is_no_table_of_teams_is_refused(content: bytes, said: str) -> None:
    assert said in refused(content)


# --- XLSX ---------------------------------------------------------------------------------


def test_a_workbook_is_read() -> None:
    content = xlsx(("Department", "Team", "Headcount", "High stress"), ("Gogledd", "Tŷ", 12, True))
    table = read_table("teams.xlsx", content)
    assert table.read_as == "XLSX"
    assert table.rows[0].cells == ("Gogledd", "Tŷ", 12, True)


def test_formulas_dates_and_errors_are_told_apart() -> None:
    table = read_table("teams.xlsx", xlsx(("Team",), ("=1+1", date(2026, 1, 1), "#REF!", None, 5)))
    assert table.rows[0].cells == (Odd.FORMULA, Odd.DATE, Odd.ERROR, None, 5)


def test_of_several_sheets_one_is_chosen() -> None:
    content = xlsx(("Team",), ("A",), sheets=("One", "Two"))
    assert "expected one sheet, or --sheet NAME, got One, Two" in refused(content)
    assert "expected one of the sheets One, Two, got Three" in refused(content, "Three")
    assert read_table("teams.xlsx", content, "Two").rows[0].cells == ("A",)
    assert "expected an XLSX file" in refused(TEXT.encode(), "Two")


def archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def test_damaged_and_other_archives_are_refused() -> None:
    whole = xlsx(("Team",), ("A",))
    assert "got a damaged one" in refused(whole[: len(whole) // 2])
    assert "another kind of file" in refused(archive(document=b"x"))
    assert "got a damaged one" in refused(archive(**{"xl__workbook.xml": b"<broken"}))


def test_an_archive_that_unpacks_without_end_is_refused_unopened() -> None:
    content = archive(**{"xl__workbook.xml": b"", "xl__sheet": bytes(16_000_000)})
    assert "of at most 15 MB and 1,000 parts when it is unpacked, got 16.0 MB in 2" in refused(
        content
    )


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
)
STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def a_workbook_with(sheet: bytes, strings: bytes = b"") -> bytes:
    """Return a workbook whose sheet and shared strings are written by hand."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(("Team",)))) as plain,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = SHEET % sheet
            elif name == "[Content_Types].xml":
                content = content.replace(b"</Types>", STRINGS_TYPE)
            made.writestr(name, content)
        made.writestr("xl/sharedStrings.xml", STRINGS % strings)
    return target.getvalue()


@pytest.fixture
def a_short_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The press with a second of the processor: what needs it all is soon given up."""
    text = workbooks._PRESS.read_text()
    short = tmp_path / "press.py"
    short.write_text(text.replace(f"SECONDS = {workbook_press.SECONDS}\n", "SECONDS = 2\n"))
    assert short.read_text() != text
    monkeypatch.setattr(workbooks, "_PRESS", short)


@pytest.mark.usefixtures("a_short_share")
def test_a_small_file_cannot_ask_for_minutes() -> None:
    many = a_workbook_with(b"<sheetData/>", b"<si><t/></si>" * 1_000_000)
    assert len(many) < 50_000
    assert "takes too much time or memory" in refused(many)


def test_one_text_in_every_cell_is_not_unpacked_without_end() -> None:
    row = b'<row><c t="s"><v>0</v></c></row>'
    content = a_workbook_with(
        b"<sheetData>" + row * 900 + b"</sheetData>", b"<si><t>" + b"x" * 30_000 + b"</t></si>"
    )
    assert "got a damaged one" in refused(content)
    few = a_workbook_with(b"<sheetData>" + row * 2 + b"</sheetData>", b"<si><t>Team</t></si>")
    assert read_table("teams", few).heading.cells == ("Team",)
    long = a_workbook_with(
        b"<sheetData>" + row + b"</sheetData>", b"<si><t>" + b"x" * 40_000 + b"</t></si>"
    )
    assert "got a damaged one" in refused(long)


def test_a_workbook_is_refused_by_the_first_row_too_many_and_too_wide() -> None:
    rows = b"<sheetData>%s</sheetData>"
    far = a_workbook_with(rows % b'<row r="900000000"><c><v>1</v></c></row>')
    assert "more rows" in refused(far)
    wide = a_workbook_with(rows % b'<row><c r="XFD1"><v>1</v></c></row>')
    assert "16384 in row 1" in refused(wide)


def test_the_largest_table_of_teams_fits() -> None:
    rows: list[tuple[object, ...]] = [
        ("Department", "Team", "Headcount", "Team ID", "Department ID")
    ]
    rows += [
        (f"Department {n // 100}", f"Team {n} of Nowhere", n % 40, f"team-{n}", f"dep-{n // 100}")
        for n in range(MOST_TEAMS)
    ]
    assert len(read_table("teams", xlsx(*rows)).rows) == MOST_TEAMS


def test_the_workbook_press_is_given_nothing_of_the_program_s_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import json, os; print(json.dumps({'names': sorted(os.environ)}))")
    monkeypatch.setattr(workbooks, "_PRESS", spy)
    monkeypatch.setenv("STAND_EASY_SECRET", "x")
    said = workbooks.read_apart(b"", None, 1, 1)
    assert said is not None
    assert set(said["names"]) <= {"LC_CTYPE"}
    monkeypatch.setattr(workbooks, "_PRESS", tmp_path / "nowhere.py")
    assert workbooks.read_apart(b"", None, 1, 1) is None


def test_each_row_is_told_as_it_is_read() -> None:
    ticks: list[None] = []
    read_table("teams.csv", TEXT.encode(), tick=lambda: ticks.append(None))
    assert len(ticks) == 2
