"""Files of teams: encodings and cells as spreadsheets write them, and everything else refused."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from bot.admin.team_table import LARGEST_FILE, TableRefused, read_table
from bot.core.team_rows import Odd, read_rows

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
    content = archive(**{"xl__workbook.xml": b"", "xl__sheet": bytes(160_000_000)})
    assert "of at most 150 MB unpacked, got 160 MB" in refused(content)


def test_each_row_is_told_as_it_is_read() -> None:
    ticks: list[None] = []
    read_table("teams.csv", TEXT.encode(), tick=lambda: ticks.append(None))
    assert len(ticks) == 2
