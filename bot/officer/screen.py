"""A screen: one message with its buttons, and the way to help on each. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.languages import Tongue
from bot.officer import buttons
from bot.officer.texts import common


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it says and what it carries."""

    label: str
    data: str


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One message. `protected` stops forwarding and copying: on for check-ins, off for
    support, where numbers must be copied and tapped."""

    text: str
    rows: tuple[Row, ...] = ()
    protected: bool = False


def to(tongue: Tongue, label: str, name: str, argument: str = "") -> Button:
    """Return a button that shows the screen `name`, or does what it says."""
    data = buttons.named_data(name, argument, tongue.language)
    return Button(tongue.label(label), data)


def help_button(tongue: Tongue) -> Button:
    """Return the way to help, the last button of every screen."""
    return to(tongue, common.HELP, buttons.CRISIS)


def support_button(tongue: Tongue) -> Button:
    """Return the way to the support menu."""
    return to(tongue, common.SUPPORT, buttons.MENU)


def plain(tongue: Tongue, text: str, *rows: Row, **fields: object) -> Screen:
    """A text with the way to support and to help under it."""
    last = (support_button(tongue), help_button(tongue))
    return Screen(tongue(text, **fields), (*rows, last))


def language_row(name: str, others: Iterable[Tongue]) -> tuple[Row, ...]:
    """Return the way to the same screen in other languages; no row where there is one only."""
    row = tuple(
        Button(other.name, buttons.named_data(buttons.SPEAK, name, other.language))
        for other in others
    )
    return (row,) if row else ()
