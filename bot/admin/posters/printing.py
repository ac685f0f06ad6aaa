"""Posters as PDF, printed by a process of their own (`bot.web.printing`)."""

from pathlib import Path
from typing import Final

from bot.core.errors import StandEasyError
from bot.web.printing import printed_apart

PATIENCE: Final = 300.0
"""Seconds after which posters are given up; the largest file takes thirty."""

_TEMPLATE: Final = Path(__file__).with_name("poster.typ")


class PostersNotMade(StandEasyError):
    """The posters could not be made: expected a PDF from the press."""

    hint = "No code was made. Try with fewer teams."


def pdf_of(content: str) -> bytes:
    """Return the PDF with this content."""
    made = printed_apart(_TEMPLATE, content, PATIENCE)
    if made is None:
        raise PostersNotMade
    return made
