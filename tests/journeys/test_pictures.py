"""The pictures in the documentation: each is there, small, and none is missing or left over."""

import re
import struct
import zlib
from pathlib import Path

from tests.journeys.pictures import FOLDER, HEIGHT, SCHEMES, SCREENS, WIDTH
from tests.journeys.setting_up_pictures import FOLDER as SETTING_UP_FOLDER
from tests.journeys.setting_up_pictures import PICTURES as SETTING_UP
from tests.journeys.small_png import SIGNATURE, small_png

DOCS = FOLDER.parents[1]
MOST_BYTES = 1_500_000


def shown_in(document: Path) -> list[str]:
    """Return the pictures a document shows, as paths from its folder."""
    return re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", document.read_text(encoding="utf-8"))


def test_every_main_screen_is_shown_light_and_dark_and_in_order() -> None:
    wanted = [f"pictures/chat/{name}-{scheme}.png" for name in SCREENS for scheme in SCHEMES]
    assert shown_in(DOCS / "conversations.md") == wanted


def test_every_picture_is_there_and_shown_somewhere() -> None:
    shown = {
        (document.parent / name).resolve()
        for document in (DOCS.parent / "README.md", *DOCS.rglob("*.md"))
        for name in shown_in(document)
    }
    assert shown == {path.resolve() for path in (DOCS / "pictures").rglob("*.png")}


def test_the_pictures_are_those_of_a_small_phone_and_small() -> None:
    for path in FOLDER.glob("*.png"):
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert width == WIDTH, path.name
        assert height >= HEIGHT, path.name
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < MOST_BYTES


def a_png(rows: list[list[tuple[int, int, int]]]) -> bytes:
    """Return a picture as a browser writes it, without filters."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    body = b"".join(b"\0" + bytes(channel for each in row for channel in each) for row in rows)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", 0)
        for kind, content in chunks
    )


def test_a_picture_of_few_colours_keeps_them_all() -> None:
    rows = [[(255, 255, 255), (251, 248, 243)], [(0, 0, 0), (255, 255, 255)]]
    small = small_png(a_png(rows))
    start = small.index(b"PLTE") + 4
    palette = [tuple(small[place : place + 3]) for place in range(start, start + 9, 3)]
    packed = small[small.index(b"IDAT") + 4 : small.index(b"IEND") - 8]
    lines = zlib.decompress(packed)
    numbers = [lines[1:3], lines[4:6]]
    assert [[palette[number] for number in line] for line in numbers] == rows


def test_of_many_colours_the_commonest_are_kept() -> None:
    many = [(number, number // 2, 0) for number in range(256)] + [(9, 9, 9)]
    small = small_png(a_png([many, [(255, 255, 255)] * 257]))
    palette = small[small.index(b"PLTE") + 4 :]
    assert (255, 255, 255) in {tuple(palette[place : place + 3]) for place in range(0, 768, 3)}


def test_setting_up_is_shown_in_order_in_few_and_small_pictures() -> None:
    wanted = [f"pictures/set-up/{name}.png" for name in SETTING_UP]
    assert shown_in(DOCS / "setting-up.md") == wanted
    assert len(SETTING_UP) <= 12
    sizes = [path.stat().st_size for path in SETTING_UP_FOLDER.glob("*.png")]
    assert len(sizes) == len(SETTING_UP)
    assert sum(sizes) < 500_000
