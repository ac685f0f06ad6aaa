"""A topic: a few commands and buttons that belong together, and the screens they lead to.

Topics are added to a list in `bot.officer.handlers`; nothing else knows them by name.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.core.languages import Tongue
from bot.officer.screen import Screen


@dataclass(frozen=True, slots=True)
class Chat:
    """Whom an answer goes to, and in which language. `repr` names nobody."""

    id: int = field(repr=False)
    tongue: Tongue


Command = Callable[[Chat, str], Coroutine[Any, Any, Screen]]
"""Takes what was written behind the command."""

Tapped = Callable[[Chat, str], Coroutine[Any, Any, Screen | None]]
"""Takes the button's argument; None when it has none that makes sense: an old button."""


class Topic(Protocol):
    """What the handlers need of a topic."""

    @property
    def commands(self) -> Mapping[str, Command]:
        """What it answers when it is typed, without the slash."""

    @property
    def buttons(self) -> Mapping[str, Tapped]:
        """What it answers when it is tapped, by the name in the button."""
