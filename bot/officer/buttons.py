"""Buttons: what is in `callback_data`, at most 64 bytes, and what comes back from a phone.

A button of a check-in carries the draft, sealed with a tag that is bound to the officer, the
round and the instrument. Every other button names a screen and carries nothing personal.
What comes back is never trusted: whatever does not read is an `OldButton`.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.core.drafts import Draft, Tap, pack, round_reference_of, unpack
from bot.core.instruments import Need
from bot.workflows.catalogue import Catalogue, RoundInView

CRISIS = "help"
CALL_LIST = "call-list"
CONTACTED = "contacted"
NONE_SUIT = "none-suit"
MENU = "menu"
DECLINE = "decline"
FORGET_YES = "forget-yes"
FORGET_NO = "forget-no"
SCREENS = (
    CRISIS,
    CALL_LIST,
    CONTACTED,
    NONE_SUIT,
    MENU,
    DECLINE,
    FORGET_YES,
    FORGET_NO,
)


@dataclass(frozen=True, slots=True)
class InCheckIn:
    """A tap in a check-in of a round that is known."""

    view: RoundInView
    draft: Draft
    tap: Tap


@dataclass(frozen=True, slots=True)
class ToScreen:
    """A tap that shows a screen or does what it says."""

    name: str


@dataclass(frozen=True, slots=True)
class ToNeed:
    """A tap on an entry of the support menu."""

    need: Need


@dataclass(frozen=True, slots=True)
class Agree:
    """The officer agrees to join with a code. `repr` does not show it."""

    code: str

    def __repr__(self) -> str:
        return "Agree(<code>)"


@dataclass(frozen=True, slots=True)
class SayRole:
    """The optional role type."""

    number: int


@dataclass(frozen=True, slots=True)
class SayLength:
    """The optional length of service."""

    number: int


@dataclass(frozen=True, slots=True)
class OldButton:
    """Anything else: an old keyboard, a forged or a foreign button."""


Press = InCheckIn | ToScreen | ToNeed | Agree | SayRole | SayLength | OldButton


def screen_data(name: str) -> str:
    """Return the data of a button that shows a screen."""
    return f":{name}"


def need_data(need: Need) -> str:
    """Return the data of a button of the support menu."""
    return f":need:{need.value}"


def agree_data(code: str) -> str:
    """Return the data of the button that joins."""
    return f":agree:{code}"


def role_data(number: int) -> str:
    """Return the data of a button for a role type."""
    return f":role:{number}"


def service_data(number: int) -> str:
    """Return the data of a button for a length of service."""
    return f":service:{number}"


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
        if view is None or not self._tokens.verify(content, tag, officer, view.context()):
            return OldButton()
        read = unpack(content, view.instrument)
        return OldButton() if read is None else InCheckIn(view, *read)


def read_press(
    data: str, officer: int, catalogue: Catalogue, check_in_buttons: CheckInButtons
) -> Press:
    """Return what a tap means; whatever the phone sent, nothing here raises."""
    if not data.startswith(":"):
        return check_in_buttons.read(data, officer, catalogue)
    name, _, rest = data[1:].partition(":")
    if name in SCREENS and not rest:
        return ToScreen(name)
    if name == "need" and rest in set(Need):
        return ToNeed(Need(rest))
    if name == "agree" and rest.isascii() and rest.isalnum() and len(rest) <= 40:
        return Agree(rest)
    if name in ("role", "service") and rest in ("0", "1", "2", "3", "4", "5"):
        return SayRole(int(rest)) if name == "role" else SayLength(int(rest))
    return OldButton()
