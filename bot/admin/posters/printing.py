"""Posters as PDF, printed by a process of their own (`bot.web.printing`)."""

import json
from pathlib import Path
from typing import Final

from bot.admin.posters.logo import KINDS, Logo, LogoRefused, logo_of
from bot.core.errors import StandEasyError
from bot.web.printing import printed_apart

PATIENCE: Final = 300.0
"""Seconds after which posters are given up; the largest file takes thirty."""

PATIENCE_FOR_A_LOGO: Final = 20.0
"""Seconds; the largest that is taken needs two."""

_TEMPLATE: Final = Path(__file__).with_name("poster.typ")
_LOGO_ALONE: Final = Path(__file__).with_name("logo.typ")


class PostersNotMade(StandEasyError):
    """The posters could not be made: expected a PDF from the press."""

    hint = "No code was made. Try with fewer teams."


def pdf_of(content: str) -> bytes:
    """Return the PDF with this content."""
    made = printed_apart(_TEMPLATE, content, PATIENCE)
    if made is None:
        raise PostersNotMade
    return made


def logo_that_draws(content: bytes) -> Logo:
    """Return a logo that the press was seen to draw; raises `LogoRefused`."""
    logo = logo_of(content)
    # By itself and before anything else: then it was the logo, and no code was made for it.
    alone = json.dumps({"logo": logo.as_content()})
    if printed_apart(_LOGO_ALONE, alone, PATIENCE_FOR_A_LOGO) is None:
        raise LogoRefused(
            expected=KINDS, got="one that cannot be drawn: it is broken, or of a rare sort"
        )
    return logo
