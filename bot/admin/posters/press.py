"""The press: content in, one PDF out, in a process of its own that ends with it.

Typst keeps what it has laid out for as long as its process runs, about 4 MB for each team.
Started by `bot.admin.posters.printing` alone. It imports nothing of the product, is given no
setting and no secret by its environment, and writes no file.
"""

import sys
from pathlib import Path
from typing import BinaryIO, Final, Literal

import typst

STANDARD: Final = "ua-1"
"""PDF/UA: read aloud as well as printed."""

TEMPLATE: Final = Path(__file__).with_name("poster.typ")


def printed(content: str) -> bytes:
    """Return posters with this content, one JSON text; the same content gives the same bytes."""
    try:
        return _printed(content, [STANDARD])
    except typst.TypstError:
        # A team whose name has a sign that no font here has gets its poster all the same,
        # tagged but without the promise of the standard.
        return _printed(content, [])


def _printed(content: str, standards: list[Literal["ua-1"]]) -> bytes:
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        # What is installed here must not change what a poster looks like.
        ignore_system_fonts=True,
        sys_inputs={"content": content},
        pdf_standards=list(standards),
    )
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made


def main(source: BinaryIO, target: BinaryIO) -> int:
    """Print one file; return the exit code."""
    target.write(printed(source.read().decode()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.stdin.buffer, sys.stdout.buffer))
