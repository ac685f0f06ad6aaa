"""Posters as PDF: tagged, with their own fonts, nothing fetched."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from bot.core.errors import StandEasyError

PATIENCE: Final = 300.0
"""Seconds after which posters are given up; the largest file takes thirty."""

_PRESS: Final = Path(__file__).with_name("press.py")


class PostersNotMade(StandEasyError):
    """The posters could not be made: expected a PDF from the press."""

    hint = "No code was made. Try with fewer teams."


def pdf_of(content: str) -> bytes:
    """Return the PDF with this content, from a process of its own."""
    try:
        # `-I` and no environment: nothing around the program changes what runs. The codes go
        # through a pipe, where no list of processes shows them.
        done = subprocess.run(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-I", str(_PRESS)],
            input=content.encode(),
            capture_output=True,
            env={},
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        # What it complained about is left out: it could repeat a code. Nor is it chained.
        made = None
    else:
        made = done.stdout
    if made is None:
        raise PostersNotMade
    return made
