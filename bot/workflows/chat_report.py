"""What a lead is shown in Telegram: the newest result in a picture and a few sentences.

Only the form of it: pages and chat must not know each other, and meet here.
"""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ChatReport:
    """One message; plain texts without markup."""

    title: str
    sentences: tuple[str, ...]
    """At most three."""
    address: str | None = None
    """Of the page that says more; None where no address is known."""
    picture: bytes | None = field(default=None, repr=False)
    """A PNG."""
    note: str | None = None
    """How to read the picture."""
    missing: tuple[str, ...] = ()
    """Of rounds that have no result and never will, newest first; at most three."""


class ChatReports(Protocol):
    """Where such messages come from."""

    async def newest(self) -> ChatReport:
        """Return the newest result, or a sentence that says why there is none to show."""
