"""Buttons: what is in `callback_data`, at most 64 bytes, and what comes back from a phone.

A button of a check-in carries the draft, sealed with a tag that is bound to the officer, the
round and the instrument. Every other button names a screen, perhaps with an argument and the
language it was shown in, and carries nothing personal. What comes back is never trusted:
whatever does not read is an `OldButton`.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.drafts import Draft, Tap, pack, round_reference_of, unpack
from bot.workflows.catalogue import Catalogue, RoundInView

CRISIS = "help"
CALL_LIST = "call-list"
CONTACTED = "contacted"
NONE_SUIT = "none-suit"
MENU = "menu"
NEED = "need"
TOUGH_JOB = "tough-job"
TOMORROW = "tomorrow"
SETTINGS = "settings"
SPEAK = "speak"

MOST_BYTES = 64

_NAMED = re.compile(r":([a-z][a-z-]*)(?::([A-Za-z0-9._-]+))?(?:@([a-z]{2,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class InCheckIn:
    """A tap in a check-in of a round that is known."""

    view: RoundInView
    draft: Draft
    tap: Tap


@dataclass(frozen=True, slots=True)
class Named:
    """A tap that shows a screen or does what it says. `repr` shows no argument: it may be a
    code."""

    name: str
    argument: str = field(default="", repr=False)
    language: str | None = None
    """The language of the screen it stood on; keyboards of earlier versions say none."""


@dataclass(frozen=True, slots=True)
class OldButton:
    """Anything else: an old keyboard, a forged or a foreign button."""

    check_in: bool = field(default=False, compare=False)
    """It may well be a check-in's, of a round or a wording that is not known."""


Press = InCheckIn | Named | OldButton


def named_data(name: str, argument: str = "", language: str | None = None) -> str:
    """Return the data of a button that names a screen."""
    middle = f":{argument}" if argument else ""
    return f":{name}{middle}" + (f"@{language}" if language else "")


class Tokens(Protocol):
    """What signs a draft; `bot.sealing.draft_tokens` does it."""

    def seal_token(self, content: bytes, officer: int, context: bytes) -> str:
        """Return the token of a content."""

    def split(self, token: str) -> tuple[bytes, bytes] | None:
        """Return content and tag, unchecked; None when it is no token."""

    def verify(self, content: bytes, tag: bytes, officer: int, context: bytes) -> bool:
        """Whether the tag is this officer's for this content and context."""


class CheckInButtons:
    """Makes the buttons of check-ins for one officer, and reads them back."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def callback_data(self, view: RoundInView, draft: Draft, tap: Tap, officer: int) -> str:
        """Return the data of one button of a check-in."""
        content = pack(draft, tap, view.instrument)
        return self._tokens.seal_token(content, officer, view.context())

    def read(self, data: str, officer: int, catalogue: Catalogue) -> InCheckIn | OldButton:
        """Return what a button of a check-in says; nothing of it counts before the tag does."""
        parts = self._tokens.split(data)
        if parts is None:
            return OldButton()
        content, tag = parts
        reference = round_reference_of(content)
        view = None if reference is None else catalogue.round_of(reference)
        if view is None:
            return OldButton(check_in=reference is not None)
        if not self._tokens.verify(content, tag, officer, view.context()):
            return OldButton()
        read = unpack(content, view.instrument)
        return OldButton(check_in=True) if read is None else InCheckIn(view, *read)


def read_press(
    data: str, officer: int, catalogue: Catalogue, check_in_buttons: CheckInButtons
) -> Press:
    """Return what a tap means; whatever the phone sent, nothing here raises."""
    if not data.startswith(":"):
        return check_in_buttons.read(data, officer, catalogue)
    named = _NAMED.fullmatch(data)
    if named is None or len(data) > MOST_BYTES:
        return OldButton()
    return Named(named[1], named[2] or "", named[3])
