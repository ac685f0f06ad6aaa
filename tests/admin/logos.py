"""Small pictures for tests, made by hand: whole, broken, and with more in them than a picture."""

import struct
import zlib
from typing import Final

SECRET: Final = b"51.5007 N, taken by Wren Hill"
"""What must not get onto paper; invented."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, inner: bytes) -> bytes:
    """Return one part of a PNG."""
    check = zlib.crc32(name + inner)
    return struct.pack(">I", len(inner)) + name + inner + struct.pack(">I", check)


def a_png(
    width: int = 60, height: int = 20, extra: bytes = b"", pixels: bytes | None = None
) -> bytes:
    """Return a red PNG with half of it transparent."""
    row = b"\0" + b"\xc8\x1e\x3c\xff" * (width // 2) + bytes(4 * (width - width // 2))
    inner = zlib.compress(row * height) if pixels is None else pixels
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return _PNG + head + extra + chunk(b"IDAT", inner) + chunk(b"IEND", b"")


def segment(marker: int, inner: bytes) -> bytes:
    """Return one part of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(inner) + 2) + inner


def a_jpeg(width: int = 16, height: int = 8, extra: bytes = b"", scans: int = 1) -> bytes:
    """Return a JPEG of one grey."""
    one_code = bytes([1, *[0] * 15, 0])
    blocks = -(-width // 8) * -(-height // 8)
    # Two bits for each block, both none; the rest of the last byte is filled with ones.
    bits = "0" * (2 * blocks)
    bits += "1" * (-len(bits) % 8)
    scan = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\1\0\x48\0\x48\1\1" + b"\x33\x66\x99"),
            extra,
            segment(0xDB, b"\0" + b"\1" * 64),
            segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"),
            segment(0xC4, b"\0" + one_code),
            segment(0xC4, b"\x10" + one_code),
            (segment(0xDA, b"\1\1\0\0\x3f\0") + scan) * scans,
            b"\xff\xd9",
        ]
    )
