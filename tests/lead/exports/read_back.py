"""Reads every form of a release back into the same set of figures.

A figure is a tuple of words and numbers; one that is not shown has None in the place of its
value, so that what is hidden is compared like everything else.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pypdf

from bot.core.disclosure.bands import Band
from bot.lead.exports.neutral import plain
from bot.lead.pictures import CUTS
from bot.web.words import share_in_words

Figure = tuple[object, ...]
Figures = frozenset[Figure]
Range = tuple[int, int] | None

ANSWERS = ("low", "middle", "high")


# --- The stored document ----------------------------------------------------------------


def of_document(document: Mapping[str, Any]) -> Figures:
    """Every figure of a release, as it was stored."""
    return frozenset(_of_document(document))


def _of_document(document: Mapping[str, Any]) -> Iterator[Figure]:
    titles = {scale["id"]: scale["title"]["en"] for scale in document["scales"]}
    for group in document["groups"]:
        name = group["name"]
        yield "people", name, _pair(group["respondents"])
        yield "rate", name, _pair(group["rate"])
        for theme, scale in group["scales"].items():
            for answers in ANSWERS:
                yield "share", name, titles[theme], answers, _pair(scale and scale[answers])
            yield "mean", name, titles[theme], scale["mean"] if scale else None
    for item in document["counts"]:
        for option in item["options"]:
            yield "count", item["text"]["en"], option["label"]["en"], option["count"]
    for cut in document.get("cuts", ()):
        for cell in cut["cells"]:
            for theme, title in titles.items():
                scale = cell["scales"].get(theme)
                for answers in ANSWERS:
                    share = _pair(scale and scale[answers])
                    yield "cut", cut["by"], cell["label"]["en"], title, answers, share


def _pair(content: Sequence[int] | None) -> tuple[int, int | None] | None:
    return None if content is None else (content[0], content[1])


# --- CSV and XLSX -----------------------------------------------------------------------


def of_csv(content: bytes) -> dict[str, Figures]:
    """The figures of every round in a table."""
    text = content.decode("utf-8-sig")
    found: dict[str, list[Figure]] = defaultdict(list)
    for line in csv.DictReader(io.StringIO(text, newline="")):
        line = {name: plain(cell) for name, cell in line.items()}
        found[line["round"]] += _of_line(line["kind"], line)
    return {round_id: frozenset(figures) for round_id, figures in found.items()}


XLSX_FIELDS = {
    "Group": "group",
    "Cell": "group",
    "Cut": "cut",
    "Theme": "theme",
    "Question": "theme",
    "Answers": "answers",
    "Answer": "answer",
    "From %": "percent_from",
    "To %": "percent_to",
    "Mean": "mean",
    "Answered from": "people_from",
    "Answered to": "people_to",
    "Rate from %": "rate_from",
    "Rate to %": "rate_to",
    "About": "number",
}


def of_xlsx(content: bytes) -> Figures:
    """The figures of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    kinds = {"Groups": "answered", "Shares": "share", "Counts": "count", "Cuts": "cut"}
    found: list[Figure] = []
    for sheet, kind in kinds.items():
        heads, *rows = book[sheet].iter_rows(values_only=True)
        names = [XLSX_FIELDS.get(str(head), str(head)) for head in heads]
        for row in rows:
            cells = ["" if cell is None else str(cell) for cell in row]
            found += _of_line(kind, dict(zip(names, cells, strict=True)))
    return frozenset(found)


def _of_line(kind: str, line: Mapping[str, str]) -> Iterator[Figure]:
    def whole(name: str) -> int | None:
        return int(line[name]) if line[name] else None

    def pair(first: str, last: str) -> tuple[int, int | None] | None:
        least = whole(first)
        return None if least is None else (least, whole(last))

    if kind in ("answered", "share"):
        yield "people", line["group"], pair("people_from", "people_to")
        yield "rate", line["group"], pair("rate_from", "rate_to")
    share = pair("percent_from", "percent_to") if kind in ("share", "cut") else None
    if kind == "share":
        yield "share", line["group"], line["theme"], line["answers"], share
        yield "mean", line["group"], line["theme"], float(line["mean"]) if line["mean"] else None
    elif kind == "count":
        yield "count", line["theme"], line["answer"], whole("number")
    elif kind == "cut" and line["group"]:
        yield "cut", line["cut"], line["group"], line["theme"], line["answers"], share


# --- PDF --------------------------------------------------------------------------------

SECTIONS = (
    *("Summary", "Charts", "Heat map", "The force cut in other ways", "Counts", "Who answered"),
    *("Every theme by group", "Average scores", "How these figures were made"),
    *("What is not shown, and why", "About this release"),
)
DOT = "·"


@lru_cache(maxsize=16)  # reading a PDF takes longer than making it
def pdf_lines(content: bytes) -> dict[str, list[str]]:
    """The lines of each section of a pack, page ends left out."""
    found: dict[str, list[str]] = {"": []}
    section = ""
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        *lines, _ = page.extract_text().replace("\u00a0", " ").splitlines()
        for line in lines:
            if line in SECTIONS:
                section = line
            found.setdefault(section, []).append(line.strip())
    return found


def of_pdf(content: bytes, document: Mapping[str, Any]) -> Figures:
    """The figures of a pack; `document` says only in which order names and themes stand."""
    sections = pdf_lines(content)
    names = [group["name"] for group in document["groups"]]
    titles = [scale["title"]["en"] for scale in document["scales"]]
    found: list[Figure] = []
    for name, cells in _rows(sections, "Who answered", names, r"\d+–\d+(?: %)?|\d+\+"):
        people, rate = cells
        found.append(("people", name, _people(people)))
        found.append(("rate", name, _range(rate)))
    three = r"\d+–\d+ / \d+–\d+ / \d+–\d+ %"
    for name, theme, cell in _grid(sections, "Every theme by group", names, titles, three, 3):
        shares = [None] * 3 if cell == DOT else [_range(part) for part in cell.split(" / ")]
        found += [
            ("share", name, theme, answers, share)
            for answers, share in zip(ANSWERS, shares, strict=True)
        ]
    means = {
        (name, theme): None if cell == DOT else float(cell)
        for name, theme, cell in _grid(sections, "Average scores", names, titles, r"\d\.\d", 6)
    }
    found += [("mean", name, theme, means.get((name, theme))) for name in names for theme in titles]
    return frozenset([*found, *_pdf_counts(sections, document), *_pdf_cuts(sections, document)])


def heat_map_of_pdf(content: bytes, document: Mapping[str, Any]) -> dict[tuple[str, str], Range]:
    """The shares of low answers in the heat map of a pack."""
    names = [group["name"] for group in document["groups"]]
    titles = [scale["title"]["en"] for scale in document["scales"]]
    cells = _grid(pdf_lines(content), "Heat map", names, titles, r"\d+–\d+ %", 6)
    return {(name, theme): _range(cell) for name, theme, cell in cells}


def _rows(
    sections: Mapping[str, list[str]], section: str, names: Sequence[str], cell: str
) -> Iterator[tuple[str, list[str]]]:
    # A long name stands on two lines, so a row is what stands between two names.
    text = " ".join(sections.get(section, ()))
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    for found in re.finditer(rf"({known})((?: (?:{cell}|{DOT}))+)(?= |$)", text):
        yield found[1], re.findall(f"{cell}|{DOT}", found[2])


def _grid(
    sections: Mapping[str, list[str]],
    section: str,
    names: Sequence[str],
    themes: Sequence[str],
    cell: str,
    beside: int,
) -> Iterator[tuple[str, str, str]]:
    parts: dict[str, int] = defaultdict(int)
    for name, cells in _rows(sections, section, names, cell):
        start = parts[name]
        parts[name] += beside
        for theme, words in zip(themes[start : start + beside], cells, strict=True):
            yield name, theme, words


def _pdf_counts(sections: Mapping[str, list[str]], document: Mapping[str, Any]) -> Iterator[Figure]:
    questions = {item["text"]["en"] for item in document["counts"]}
    question = ""
    for line in sections.get("Counts", ()):
        if line in questions:
            question = line
        elif question and (found := re.match(rf"^(.+) (\d+|{DOT})$", line)):
            yield "count", question, found[1], None if found[2] == DOT else int(found[2])


def _pdf_cuts(sections: Mapping[str, list[str]], document: Mapping[str, Any]) -> Iterator[Figure]:
    text = " ".join(sections.get("The force cut in other ways", ()))
    for cut in document.get("cuts", ()):
        labels = [cell["label"]["en"] for cell in cut["cells"]]
        table = text.partition(CUTS[cut["by"]])[2]
        for scale in document["scales"]:
            title = scale["title"]["en"]
            rows = _cut_rows(table, scale, labels)
            for answers, shares in zip(ANSWERS, rows, strict=True):
                for label, share in zip(labels, shares, strict=True):
                    yield "cut", cut["by"], label, title, answers, _range(share)


def _cut_rows(table: str, scale: Mapping[str, Any], labels: Sequence[str]) -> list[list[str]]:
    cell = rf"(?:\d+–\d+ %|{DOT})"
    # The head comes again where a page ends in the middle of a theme.
    head = rf"(?:{re.escape(' '.join(['Answers', *labels]))} )?"
    row = rf"((?: {cell}){{{len(labels)}}})"
    rows = f" {head}".join(re.escape(scale[answers]["en"]) + row for answers in ANSWERS)
    found = re.search(rf"{re.escape(scale['title']['en'])} {head}{rows}(?= |$)", table)
    # A theme that no cell of a cut shows has no lines in it.
    if found is None:
        return [[DOT] * len(labels)] * 3
    return [re.findall(cell, found[place]) for place in (1, 2, 3)]


def _range(words: str) -> Range:
    if words == DOT:
        return None
    low, high = words.removesuffix(" %").split("–")
    return int(low), int(high)


def _people(words: str) -> tuple[int, int | None] | None:
    return (int(words[:-1]), None) if words.endswith("+") else _range(words)


# --- Pages ------------------------------------------------------------------------------


class _Tables(HTMLParser):
    """The rows of every table of a page, under the heading they stand below."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[tuple[str, list[str]]] = []
        self._heading, self._into = "", ""
        self._text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3", "th", "td"):
            self._into, self._text = tag, []
        elif tag == "tr":
            self.rows.append((self._heading, []))

    def handle_endtag(self, tag: str) -> None:
        if tag != self._into:
            return
        text = " ".join("".join(self._text).split())
        if tag in ("h2", "h3"):
            self._heading = text
        else:
            self.rows[-1][1].append(text)
        self._into = ""

    def handle_data(self, data: str) -> None:
        self._text.append(data)


def of_group_page(page: str, name: str, themes: Sequence[str]) -> Figures:
    """The shares and means on the page of a group."""
    shown: dict[str, list[list[str]]] = defaultdict(list)
    for heading, row in _Tables(page).rows:
        if heading in themes:
            shown[heading].append(row)
    found: list[Figure] = []
    for theme in themes:
        _, *rows = shown.get(theme, [[]])
        shares = [_range(row[1]) for row in rows[:3]] or [None] * 3
        mean = float(rows[3][1]) if len(rows) > 3 else None
        found += [
            ("share", name, theme, answers, share)
            for answers, share in zip(ANSWERS, shares, strict=True)
        ]
        found.append(("mean", name, theme, mean))
    return frozenset(found)


def page_says(page: str, name: str, cells: Sequence[Band | None]) -> bool:
    """Whether a heat map has this row: the words of each share, or that it is not shown."""
    words = [
        f"{DOT}not shown" if cell is None else " ".join(share_in_words(cell).split())
        for cell in cells
    ]
    return any(
        row and row[0] == name and row[-len(words) :] == words for _, row in _Tables(page).rows
    )
