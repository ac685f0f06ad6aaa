"""The pack as PDF: tagged, with its own fonts, nothing fetched; the same release, the same bytes.

Data go in as one JSON text, and no file is written. Compiling holds no lock of the interpreter.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

from bot.core.disclosure.release import Release
from bot.lead.exports.pack.content import Picture, content_of

STANDARD: Final = "ua-1"
"""PDF/UA: read aloud as well as printed."""

_FOLDER: Final = Path(__file__).parent


def pack_of(release: Release, before: Sequence[Release], pictures: Sequence[Picture]) -> bytes:
    """Return the pack about a release; `before` are the releases before it, in any order."""
    # Loaded when the first pack is made: starting the program does not wait for it.
    import typst

    content = json.dumps(content_of(release, before, pictures))
    try:
        return _printed(content, [STANDARD])
    except typst.TypstError:
        # The standard wants every sign of every name in a font: a team whose name has a sign
        # that no font here has gets its pack all the same, tagged but without the promise.
        return _printed(content, [])


def _printed(content: str, standards: list[Literal["ua-1"]]) -> bytes:
    import typst

    printed = typst.compile(
        _template(),
        format="pdf",
        # What is installed here must not change what a pack looks like.
        ignore_system_fonts=True,
        sys_inputs={"content": content},
        pdf_standards=list(standards),
    )
    assert isinstance(printed, bytes)  # noqa: S101 - a PDF is one file
    return printed


@cache
def _template() -> bytes:
    return (_FOLDER / "pack.typ").read_bytes()
