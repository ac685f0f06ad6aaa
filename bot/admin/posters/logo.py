"""A force's logo for its posters: told from its bytes, bared of all but the picture, never decoded.

- Only PNG and JPEG, of a size that can be drawn in little time; nothing else is sent to the press.
- What is kept are the parts a picture is drawn from. Places, cameras, comments, small copies and
  colour profiles are left out, and so is whatever follows the picture's end.
- Whether a picture is whole is found out where it is drawn, in a process of its own.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bot.core.errors import StandEasyError

LARGEST_LOGO: Final = 1_000_000
MOST_PIXELS: Final = 4_000
"""On each side."""

KINDS: Final = "a PNG or JPEG picture"
BROKEN: Final = "one that is cut off or broken"
TOO_LARGE: Final = "more than 1 MB"

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_DRAWN_OF_A_PNG: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})

_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_DRAWN_OF_A_JPEG: Final = _FRAMES | {0xC4, 0xCC, 0xDA, 0xDB, 0xDD}
_SCAN, _END = 0xDA, 0xD9
_MOST_SCANS: Final = 100
"""Ten are usual; each is one more walk over the whole picture, and may be a few bytes long."""

_NEXT_MARKER: Final = re.compile(rb"\xff(?=[^\x00\xd0-\xd7\xff])")
_JFIF: Final = b"JFIF\0\1\1\0\0\1\0\1\0\0"
"""As it stands before a picture without a small copy of itself."""


class LogoRefused(StandEasyError):
    """This logo cannot be used: expected {expected}, got {got}."""

    hint = "No code was made."


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture to stand on every page; width and height in pixels."""

    kind: str
    width: int
    height: int
    content: bytes = field(repr=False)

    def as_content(self) -> dict[str, Any]:
        """Return it as the press is given it."""
        # Numbers, because that is what a template makes bytes of.
        bytes_of = list(self.content)
        return {"kind": self.kind, "width": self.width, "height": self.height, "bytes": bytes_of}


def logo_of(content: bytes) -> Logo:
    """Return a logo without what tells of more than the picture; raises `LogoRefused`."""
    if len(content) > LARGEST_LOGO:
        raise LogoRefused(expected=f"{KINDS} of at most 1 MB", got=TOO_LARGE)
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    raise LogoRefused(expected=KINDS, got=_called(content))


def _png(content: bytes) -> Logo:
    kept, size = [_PNG], None
    for name, whole, inner in _chunks(content):
        if size is None:
            if name != b"IHDR" or len(inner) != 13:
                raise LogoRefused(expected=KINDS, got=BROKEN)
            width, height = struct.unpack(">II", inner[:8])
            size = (width, height)
            _check(*size)
        if name in _DRAWN_OF_A_PNG:
            kept.append(whole)
    if size is None:
        raise LogoRefused(expected=KINDS, got=BROKEN)
    return Logo("png", *size, b"".join(kept))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield the name, the whole and the inside of each part of a PNG, up to its end."""
    at = len(_PNG)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if end > len(content):
            break
        yield name, content[at:end], content[at + 8 : end - 4]
        if name == b"IEND":
            return
        at = end
    raise LogoRefused(expected=KINDS, got=BROKEN)


def _jpeg(content: bytes) -> Logo:
    kept, size, scans = [b"\xff\xd8"], None, 0
    for marker, inner, scan in _segments(content):
        if marker in _FRAMES:
            if size is not None or len(inner) < 6:
                raise LogoRefused(expected=KINDS, got=BROKEN)
            height, width = struct.unpack(">HH", inner[1:5])
            size = (width, height)
            _check(*size)
        scans += marker == _SCAN
        if scans > _MOST_SCANS:
            raise LogoRefused(expected=f"at most {_MOST_SCANS} scans in a JPEG", got="more")
        drawn = _drawn(marker, inner)
        if drawn is not None:
            kept.append(struct.pack(">BBH", 0xFF, marker, len(drawn) + 2) + drawn + scan)
    if size is None or not scans:
        raise LogoRefused(expected=KINDS, got=BROKEN)
    return Logo("jpg", *size, b"".join([*kept, b"\xff\xd9"]))


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the marker and the inside of each part of a JPEG, and the scan that follows it."""
    at = 2
    while at + 2 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == _END:
            return
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end < at + 4 or end > len(content):
            break
        inner, scan = content[at + 4 : end], b""
        if marker == _SCAN:
            found = _NEXT_MARKER.search(content, end)
            if found is None:
                break
            scan, end = content[end : found.start()], found.start()
        yield marker, inner, scan
        at = end
    raise LogoRefused(expected=KINDS, got=BROKEN)


def _drawn(marker: int, inner: bytes) -> bytes | None:
    """Return what of a part of a JPEG its picture is drawn from; None for nothing."""
    if marker in _DRAWN_OF_A_JPEG:
        return inner
    # Two of the parts that programs add say how colours are meant.
    if marker == 0xE0 and inner.startswith(b"JFIF\0"):
        return _JFIF
    if marker == 0xEE and inner.startswith(b"Adobe"):
        return inner[:12]
    return None


def _check(width: int, height: int) -> None:
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise LogoRefused(
            expected=f"1 to {MOST_PIXELS:,} pixels a side", got=f"{width:,} by {height:,}"
        )


def _called(content: bytes) -> str:
    """Return what a file is that is no picture we draw, as far as its first bytes say."""
    begins = content[:4_000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    brand = content[8:12]
    if not content:
        return "an empty file"
    if begins.startswith(b"<") and b"<svg" in begins:
        return "an SVG drawing"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "a GIF"
    if content.startswith(b"RIFF") and brand == b"WEBP":
        return "a WebP picture"
    if content[4:8] == b"ftyp" and brand in {b"heic", b"heix", b"mif1", b"avif", b"avis"}:
        return "a HEIC or AVIF picture"
    if content.startswith((b"II*\0", b"MM\0*")):
        return "a TIFF"
    if content.startswith(b"%PDF"):
        return "a PDF"
    return "a file that is neither"
