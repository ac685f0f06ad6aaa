"""A force's logo: told from its bytes, bared of all but the picture, drawn on every page."""

import io
import json
import struct
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from bot.admin.posters.content import PosterCode, content_of
from bot.admin.posters.logo import LARGEST_LOGO, Logo, LogoRefused, logo_of
from bot.admin.posters.printing import logo_that_draws, pdf_of
from config.content import national_support
from tests.admin.logos import SECRET, a_jpeg, a_png, chunk, segment
from tests.programmes import the_example

LONGEST = "A Team Whose Name Is As Long As A Name Can Be, Which Is Eighty Characters In All"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'


def content(logo: Logo | None, name: str = "Harbour Response") -> str:
    example = the_example()
    force = example.force.model_copy(update={"name": name})
    codes = [PosterCode(name, "ABCD2345WXYZ", date(2027, 5, 21))]
    programme = example.model_copy(update={"force": force})
    day = date(2026, 11, 30)
    return content_of(programme, codes, "fenmarch_bot", national_support(), day, logo=logo)


def pictures(page: Any) -> list[Any]:
    """Return what a page, or a part of it, draws that is made of pixels."""
    parts = page.get("/Resources", {}).get("/XObject", {})
    found = [each.get_object() for each in parts.values()]
    inner = [one for each in found if each["/Subtype"] == "/Form" for one in pictures(each)]
    return [each for each in found if each["/Subtype"] == "/Image"] + inner


@pytest.mark.parametrize(
    ("given", "kind", "size"),
    [(a_png(60, 20), "png", (60, 20)), (a_jpeg(16, 8), "jpg", (16, 8))],
)
def test_its_kind_and_its_size_are_told_from_its_bytes(
    given: bytes, kind: str, size: tuple[int, int]
) -> None:
    logo = logo_of(given)
    assert (logo.kind, (logo.width, logo.height)) == (kind, size)
    assert logo_of(logo.content) == logo


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (b"", "an empty file"),
        (b"a,b\n1,2\n", "a file that is neither"),
        (b"MZ\x90\0" * 100, "a file that is neither"),
        (SVG, "an SVG drawing"),
        (b"\xef\xbb\xbf\n <SVG>", "an SVG drawing"),
        (b"GIF89a\1\0\1\0", "a GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP picture"),
        (b"\0\0\0\x20ftypavif", "a HEIC or AVIF picture"),
        (b"II*\0\x08\0\0\0", "a TIFF"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "one that is cut off or broken"),
        (a_png()[:60], "one that is cut off or broken"),
        (a_png()[:-12], "one that is cut off or broken"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "one that is cut off or broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, "one that is cut off or broken"),
        (a_jpeg()[:-2], "one that is cut off or broken"),
        (a_jpeg()[:30], "one that is cut off or broken"),
        (a_jpeg(scans=0), "one that is cut off or broken"),
        (b"\xff\xd8\xff\xd9", "one that is cut off or broken"),
        (b"\xff\xd8\xff\xfe\0\0", "one that is cut off or broken"),
        (b"\xff\xd8" + segment(0xC0, b"\x08") + b"\xff\xd9", "one that is cut off or broken"),
        (a_jpeg(extra=segment(0xC2, b"\x08\0\1\0\1\1")), "one that is cut off or broken"),
    ],
)
def test_what_is_no_whole_png_or_jpeg_is_named(given: bytes, got: str) -> None:
    with pytest.raises(LogoRefused, match="expected a PNG or JPEG picture") as caught:
        logo_of(given)
    assert caught.value.details["got"] == got


@pytest.mark.parametrize(
    ("given", "expected", "got"),
    [
        (a_png() + bytes(LARGEST_LOGO), "of at most 1 MB", "more than 1 MB"),
        (a_png(4001, 1), "1 to 4,000 pixels a side", "4,001 by 1"),
        (a_png(2, 0), "1 to 4,000 pixels a side", "2 by 0"),
        (a_jpeg(8, 4001), "1 to 4,000 pixels a side", "8 by 4,001"),
        (a_jpeg(8, 0), "1 to 4,000 pixels a side", "8 by 0"),
        (a_jpeg(scans=101), "at most 100 scans", "more"),
    ],
)
def test_what_would_take_long_to_draw_is_refused(given: bytes, expected: str, got: str) -> None:
    with pytest.raises(LogoRefused, match=expected) as caught:
        logo_of(given)
    assert caught.value.details["got"] == got


def test_a_header_that_claims_a_large_picture_is_believed() -> None:
    bomb = bytearray(a_png())
    bomb[16:24] = struct.pack(">II", 100_000, 100_000)
    with pytest.raises(LogoRefused, match="100,000 by 100,000"):
        logo_of(bytes(bomb))


@pytest.mark.parametrize(
    "given",
    [
        a_png(extra=chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"eXIf", b"MM\0*" + SECRET)),
        a_png() + SECRET,
        a_jpeg(extra=segment(0xE1, b"Exif\0\0MM\0*" + SECRET) + segment(0xFE, SECRET)),
        a_jpeg(extra=b"\xff" + segment(0xE2, b"ICC_PROFILE\0" + SECRET)),
        a_jpeg(extra=segment(0xEE, b"Adobe\0\x64\0\0\0\0\0" + SECRET)),
        a_jpeg()[:-2] + segment(0xFE, SECRET) + b"\xff\xd9",
        a_jpeg() + SECRET,
    ],
)
def test_what_a_file_tells_beside_its_picture_stays_off_the_paper(given: bytes) -> None:
    assert SECRET in given
    logo = logo_that_draws(given)
    assert SECRET not in logo.content
    # The small copy of a JPEG is not drawn either.
    assert b"\x33\x66\x99" not in logo.content
    assert SECRET not in pdf_of(content(logo))


def test_it_stands_on_every_poster_and_every_card() -> None:
    logo = logo_that_draws(a_png())
    made = PdfReader(io.BytesIO(pdf_of(content(logo))))
    assert len(made.pages) == 4
    for page in made.pages:
        assert {(each["/Width"], each["/Height"]) for each in pictures(page)} == {(60, 20)}
    drawn: Any = made.pages[1]
    assert drawn.get_contents().get_data().count(b" Do") >= 8


def test_without_one_everything_stays_as_it_was() -> None:
    made = content(None)
    assert "logo" not in json.loads(made)
    assert not any(pictures(page) for page in PdfReader(io.BytesIO(pdf_of(made))).pages)


@pytest.mark.parametrize("size", [(400, 10), (10, 400), (64, 64)])
def test_wide_or_tall_it_needs_no_page_more_with_the_longest_names(size: tuple[int, int]) -> None:
    made = PdfReader(io.BytesIO(pdf_of(content(logo_of(a_png(*size)), LONGEST))))
    assert len(made.pages) == 4
    assert b"pdfuaid" in made.xmp_metadata.stream.get_data()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "given",
    [a_png(pixels=b"no pixels"), a_png(pixels=b""), a_jpeg().replace(b"\xff\xc4", b"\xff\xc8")],
)
def test_a_broken_picture_in_a_whole_file_is_told_before_anything_is_made(given: bytes) -> None:
    with pytest.raises(LogoRefused, match="one that cannot be drawn"):
        logo_that_draws(given)


def test_a_logo_shows_none_of_its_bytes() -> None:
    assert "content" not in repr(logo_of(a_png()))
