"""The connection to Telegram, watched: kinds of trouble are counted, and nothing else of a call.

What a single chat brings about, such as having blocked the bot, is no trouble of the connection.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.core.vitals import Trouble

_KINDS: Final[Mapping[int, Trouble]] = {
    # Telegram says "not found" of a token that it does not know.
    HTTPStatus.NOT_FOUND: Trouble.TOKEN_REFUSED,
    HTTPStatus.UNAUTHORIZED: Trouble.TOKEN_REFUSED,
    HTTPStatus.CONFLICT: Trouble.OTHER_POLLER,
    HTTPStatus.TOO_MANY_REQUESTS: Trouble.TOLD_TO_WAIT,
}


def trouble_of(status: int) -> Trouble | None:
    """Return what kind of trouble an answer is; None for what is ordinary."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Trouble.OUT_OF_REACH
    return _KINDS.get(status)


class Watched(HTTPXRequest):
    """A connection whose troubles are told to `noted`."""

    noted: Callable[[Trouble], None] | None = None

    async def do_request(self, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        """Make a call, as the library does; note what was wrong with it."""
        try:
            status, content = await super().do_request(*arguments, **named)
        except NetworkError:
            self._note(Trouble.OUT_OF_REACH)
            raise
        self._note(trouble_of(status))
        return status, content

    def _note(self, kind: Trouble | None) -> None:
        if kind is not None and self.noted is not None:
            self.noted(kind)
