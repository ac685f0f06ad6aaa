"""Where pages are, what it takes to open them, and which errors say that there is none."""

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

import bot.web.numbers  # noqa: F401 - its kind of number stands in addresses
from bot.core.access import Permission
from bot.core.errors import StandEasyError
from bot.web.sign_in import Door, Handler

Place = tuple[str, str, Handler, Permission]
"""An address, a method, the page, and the permission that it needs."""


def routes_of(
    door: Door, places: Iterable[Place], *absent: type[StandEasyError]
) -> list[BaseRoute]:
    """Return pages behind the door; to one that raises an error of `absent` there is no page."""
    return [
        Route(path, door.protect(_if_there(act, absent), needs), methods=[method])
        for path, method, act, needs in places
    ]


def _if_there(
    act: Callable[[Request], Awaitable[Response]], absent: tuple[type[StandEasyError], ...]
) -> Handler:
    @wraps(act)
    async def guarded(request: Request) -> Response:
        try:
            return await act(request)
        except absent:
            raise HTTPException(404) from None

    return guarded
