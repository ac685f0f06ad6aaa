"""The press: content in, PDF out, in a process of its own that ends with it.

Typst keeps what it has laid out for as long as its process runs, about 100 MB for a large pack
and 4 MB for each team's poster. Started by `bot.web.printing` alone. It imports nothing of the
product, is given no setting and no secret by its environment, and writes no file.
"""

import sys
from pathlib import Path
from typing import BinaryIO, Final, Literal

import typst

STANDARD: Final = "ua-1"
"""PDF/UA: read aloud as well as printed."""


def printed(template: bytes, content: str) -> bytes:
    """Return a template with this content, one JSON text; the same gives the same bytes."""
    try:
        return _printed(template, content, [STANDARD])
    except typst.TypstError:
        # The standard wants every sign of every name in a font: a team whose name has a sign
        # that no font here has is printed all the same, tagged but without the promise.
        return _printed(template, content, [])


def _printed(template: bytes, content: str, standards: list[Literal["ua-1"]]) -> bytes:
    made = typst.compile(
        template,
        format="pdf",
        # What is installed here must not change what paper looks like.
        ignore_system_fonts=True,
        sys_inputs={"content": content},
        pdf_standards=list(standards),
    )
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made


def main(template: Path, source: BinaryIO, target: BinaryIO) -> int:
    """Print one file; return the exit code."""
    target.write(printed(template.read_bytes(), source.read().decode()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer))
