"""The pack: complete, tagged, with its own fonts, the same bytes each time, nothing fetched."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from bot.core.disclosure.release import make_release
from bot.lead.exports.files import before_of
from bot.lead.exports.pack.printing import PackNotMade, pack_of
from bot.lead.exports.png import pictures_of
from bot.web import printing
from bot.web.templating import INTENDED_PURPOSE
from bot.web.words import why_not_shown
from tests.lead.exports.generated import a_generated_release
from tests.lead.exports.read_back import SECTIONS, pdf_lines
from tests.lead.exports.test_agree import GENERATED, reading
from tests.lead.exports.test_neutral import HOSTILE

NEWEST = GENERATED[0]
BEFORE = before_of(GENERATED, NEWEST)


@pytest.fixture(scope="module")
def pack() -> bytes:
    """The pack of the newest generated release."""
    return pack_of(NEWEST, BEFORE, pictures_of(NEWEST, BEFORE))


def test_the_same_release_gives_the_same_bytes(pack: bytes) -> None:
    assert pack_of(NEWEST, list(reversed(BEFORE)), pictures_of(NEWEST, BEFORE)) == pack


def test_it_is_tagged_has_a_title_and_no_moment_but_the_round_s(pack: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pack))
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("en")
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.xmp_metadata
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()
    facts: Any = reader.metadata
    assert facts.title == "Monthly check-in, 2 to 28 November 2026: monthly pack"
    assert facts["/CreationDate"].startswith("D:20261128000000")


def test_every_font_is_inside(pack: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pack))
    names = set()
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            for inner in font.get_object()["/DescendantFonts"]:
                described = inner.get_object()["/FontDescriptor"].get_object()
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)
                names.add(described["/FontName"].split("+")[-1])
    assert all(re.match("LibertinusSerif|DejaVuSansMono", name) for name in names), names


def test_it_has_every_part_and_says_what_it_is(pack: bytes) -> None:
    lines = pdf_lines(pack)
    for section in SECTIONS:
        assert section in lines, section
    text = together(pack)
    assert INTENDED_PURPOSE in text
    assert NEWEST.hash.hex() in text
    assert NEWEST.previous_hash.hex() in text
    assert " ".join(why_not_shown(10).split()) in text
    for level, name in (("force", "The force"), ("department", "Departments")):
        hidden = NEWEST.document["withheld"][level]
        every = sum(
            len(each["scales"]) for each in NEWEST.document["groups"] if each["level"] == level
        )
        assert f"{name} {hidden} {every}" in text


def together(pack: bytes) -> str:
    """The text of a pack on one line."""
    pages = pypdf.PdfReader(io.BytesIO(pack)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_groups_that_cannot_be_compared_are_named() -> None:
    release = a_generated_release(4)
    names = [
        group["name"]
        for group in release.document["groups"]
        if group["respondents"] and not group["comparable"]
    ]
    assert names
    text = together(pack_of(release, [], []))
    assert f"has changed: {', '.join(names)}." in text


def test_names_are_texts_and_never_commands_of_the_template() -> None:
    names = (*HOSTILE, '#read("/etc/passwd")', "*bold* _x_ $a$ @cite <label>", "\\", "]", "= Title")
    release = a_generated_release(7, names=names, departments=6, units=5)
    text = together(pack_of(release, [], pictures_of(release, [])))
    assert '#read("/etc/passwd")' in text
    assert "*bold* _x_ $a$ @cite <label>" in text


def test_a_release_with_nothing_in_it_has_a_pack_all_the_same() -> None:
    document = json.loads(a_generated_release(1).content)
    document |= {"scales": [], "counts": [], "cuts": []}
    document["groups"] = [{**group, "scales": {}} for group in document["groups"][:1]]
    nothing: list[Any] = []
    for groups in (document["groups"], nothing):
        text = together(pack_of(make_release({**document, "groups": groups}), [], []))
        assert "What is not shown, and why" in text


def test_no_chart_is_higher_than_a_page() -> None:
    release = a_generated_release(3, departments=1)
    pictures = pictures_of(release, BEFORE)
    assert len(pictures) > 4
    for picture in pictures:
        width, height = (
            float(str(re.search(rf'<svg [^>]*{side}="([\d.]+)"', picture.svg)[1]))  # type: ignore[index]
            for side in ("width", "height")
        )
        assert height / width < 1.35, picture.title


@pytest.mark.parametrize(
    "press", ["raise SystemExit(1)", "import os; os.kill(os.getpid(), 9)", None]
)
async def test_a_press_that_fails_gives_a_page_and_no_file(
    press: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "press.py"
    if press is not None:
        broken.write_text(press, "utf-8")
    monkeypatch.setattr(printing, "_PRESS", broken)
    release = a_generated_release(9, departments=1)
    with pytest.raises(PackNotMade) as failed:
        pack_of(release, [], [])
    assert "Fenmarch" not in str(failed.value)
    async with reading((release,)) as client:
        answer = await client.get(f"/results/{release.round_id}/pack.pdf")
    assert answer.status_code == 503
    assert "The pack could not be made now" in answer.text


def test_the_press_is_given_nothing_of_the_program_s_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDEASY_DATABASE_URL", "hush")
    nosy = tmp_path / "press.py"
    nosy.write_text("import os; print(sorted(os.environ))", "utf-8")
    monkeypatch.setattr(printing, "_PRESS", nosy)
    shown = pack_of(a_generated_release(9, departments=1), [], []).decode()
    assert "hush" not in shown
    assert "STANDEASY" not in shown
