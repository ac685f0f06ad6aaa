"""The pack as PDF: tagged, with its own fonts, nothing fetched; the same release, the same bytes.

It is printed by a process of its own (`bot.web.printing`).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.core.characters import cleaned
from bot.core.disclosure.release import Release
from bot.core.errors import StandEasyError
from bot.lead.exports.pack.content import Picture, content_of
from bot.web.printing import printed_apart

PATIENCE: Final = 120.0
"""Seconds after which a pack is given up; a large one takes two."""

_TEMPLATE: Final = Path(__file__).with_name("pack.typ")


class PackNotMade(StandEasyError):
    """The pack of round {round} could not be made: expected a PDF from the press."""

    hint = "Nothing was changed. The other files of the release are not affected."


def pack_of(release: Release, before: Sequence[Release], pictures: Sequence[Picture]) -> bytes:
    """Return the pack about a release; `before` are the releases before it, in any order."""
    content = json.dumps(cleaned(content_of(release, before, pictures)))
    made = printed_apart(_TEMPLATE, content, PATIENCE)
    if made is None:
        raise PackNotMade(round=release.round_id)
    return made
