"""Whatever stands in a name, a chart is drawn and the process lives."""

import json
import subprocess
import sys
from base64 import b64decode
from io import BytesIO
from xml.dom import minidom
from zipfile import ZipFile

import pytest

from bot.core.characters import cleaned
from bot.lead.drawing import NotDrawn, _Kept
from bot.lead.drawn_apart import png_drawn_apart
from bot.lead.exports.files import pdf_of
from bot.lead.exports.xlsx import release_as_xlsx
from tests.lead.exports.generated import a_generated_release

ODD = [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x1FFFE]
NAME = "".join(f"a{chr(code)}" for code in ODD)
SPEC = {
    "usermeta": {"title": NAME},
    "description": NAME,
    "data": {"values": [{"x": NAME, "y": 1}]},
    "mark": "bar",
    "encoding": {
        "y": {"field": "x", "type": "nominal", "axis": {"title": NAME}},
        "x": {"field": "y", "type": "quantitative"},
    },
}
# In a process of its own: without cleaning the library ends it.
DRAW = """
import json, sys
from base64 import b64encode
from bot.lead import drawing
spec = json.load(sys.stdin)
for kind in sys.argv[1:]:
    drawn = getattr(drawing, kind)(spec)
    drawn = drawn.encode() if isinstance(drawn, str) else drawn
    print(kind, b64encode(drawn).decode(), flush=True)
"""
BEGINS = {"as_svg": b"<svg", "as_png": b"\x89PNG", "as_pdf": b"%PDF"}


def test_no_character_of_a_name_ends_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRAW, *BEGINS],
        input=json.dumps(SPEC),
        capture_output=True,
        text=True,
        check=False,
    )

    drawn = {kind: b64decode(shown) for kind, shown in map(str.split, done.stdout.splitlines())}
    assert (done.returncode, list(drawn)) == (0, list(BEGINS))
    for kind, begins in BEGINS.items():
        assert drawn[kind].startswith(begins)
    minidom.parseString(drawn["as_svg"])  # noqa: S318 - drawn above


async def test_no_character_of_a_name_takes_the_chat_its_picture() -> None:
    assert (await png_drawn_apart(SPEC)).startswith(b"\x89PNG")


def test_an_old_release_with_such_names_has_its_workbook_and_its_pack() -> None:
    names = tuple(NAME.replace("\ud800", "").replace("\udfff", "") for _ in range(5))
    release = a_generated_release(1, names=names)

    with ZipFile(BytesIO(release_as_xlsx(release))) as book:
        for name in book.namelist():
            if name.endswith(".xml"):
                minidom.parseString(book.read(name))  # noqa: S318 - made above
    assert pdf_of(release, []).startswith(b"%PDF")


def test_a_panic_of_the_library_is_an_error_like_any_other() -> None:
    class PanicException(BaseException):
        pass

    def draw(_: object) -> bytes:
        raise PanicException

    with pytest.raises(NotDrawn):
        _Kept(10).get("svg", {}, draw)


def test_what_can_be_read_is_left_as_it_is() -> None:
    name = "Siân’s team – ‘B’ 👩‍👩‍👧 …\nsecond line"

    assert cleaned({"name": [name]}) == {"name": [name]}
