"""Make a screenshot small: at most 256 colours, one byte for a pixel.

A screenshot of text has few colours and many shades at the edges of its letters. The rarest of
those become the nearest of the others.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256

Colour = tuple[int, ...]


def small_png(content: bytes) -> bytes:
    """Return the same picture with a palette; takes 8 bits a channel, as browsers write it."""
    width, height, pixels = _read(content)
    merged = _merged(Counter(pixels))
    palette = sorted(set(merged.values()))
    number = {colour: palette.index(kept) for colour, kept in merged.items()}
    rows = (
        b"\0" + bytes(number[each] for each in pixels[start : start + width])
        for start in range(0, width * height, width)
    )
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(channel for colour in palette for channel in colour)),
            _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _merged(seen: Counter[Colour]) -> dict[Colour, Colour]:
    """Return for every colour the one that stands for it, at most `MOST_COLOURS` of them."""
    # Those seen equally often in a fixed order: the same picture gives the same bytes.
    often = sorted(seen, key=lambda colour: (-seen[colour], colour))
    kept = often[:MOST_COLOURS]
    return dict(zip(kept, kept, strict=True)) | {
        colour: min(kept, key=lambda other: _distance(colour, other))
        for colour in often[MOST_COLOURS:]
    }


def _distance(one: Colour, other: Colour) -> int:
    return sum((left - right) ** 2 for left, right in zip(one, other, strict=True))


def _read(content: bytes) -> tuple[int, int, list[Colour]]:
    """Return width, height and the pixels without transparency, row by row."""
    header, packed = b"", b""
    for kind, body in _chunks(content):
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            packed += body
    width, height, depth, kind_of_colour, *_ = struct.unpack(">IIBBBBB", header)
    assert (depth, kind_of_colour) in ((8, 2), (8, 6)), "expected 8 bits, RGB or RGBA"
    size = 3 if kind_of_colour == 2 else 4
    pixels: list[Colour] = []
    for line in _unfiltered(zlib.decompress(packed), width * size, size):
        pixels += zip(line[0::size], line[1::size], line[2::size], strict=True)
    return width, height, pixels


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        yield kind, content[place + 8 : place + 8 + length]
        place += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _unfiltered(packed: bytes, length: int, size: int) -> Iterator[bytearray]:
    """Yield the rows, each of which says how it differs from what is left of it and above."""
    above = bytearray(length)
    for start in range(0, len(packed), length + 1):
        how = packed[start]
        line = bytearray(packed[start + 1 : start + 1 + length])
        for place in range(length if how else 0):
            left = line[place - size] if place >= size else 0
            corner = above[place - size] if place >= size else 0
            told = (left, above[place], (left + above[place]) // 2)
            add = told[how - 1] if how < 4 else _nearest(left, above[place], corner)
            line[place] = (line[place] + add) & 0xFF
        above = line
        yield line


def _nearest(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))
