"""The door: who asks for a page, and whether they may see it.

Every page behind it names the permission it needs; without one it cannot be put behind it.
Without a session every protected address answers alike, whether or not anything is there. Who
asks is looked at when a request begins, and once more when what it sends has arrived.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.core.access import NotAllowed, Permission, Role, Visitor, may
from bot.web.templating import message_page
from bot.workflows.acting import NotActing

Handler = Callable[[Request], Awaitable[Response]]

EVERYBODY: Final = Visitor("demo", frozenset(Role))
_NEEDS: Final[WeakKeyDictionary[Handler, Permission]] = WeakKeyDictionary()


class NoLongerKnown(Exception):
    """Who began a request has other rights by now, or none."""


def visitor_of(request: Request) -> Visitor:
    """Return who asks for a page, behind a door."""
    found: Visitor = request.state.visitor
    return found


def permission_of(handler: Handler) -> Permission | None:
    """Return what it takes to see a page; None for one that stands before the door."""
    return _NEEDS.get(handler)


class Door(ABC):
    """Decides who may see a page."""

    can_leave: bool
    """Whether a page offers to end the visit."""

    @abstractmethod
    async def visitor(self, request: Request) -> Visitor | None:
        """Return who asks; None for nobody we know."""

    @abstractmethod
    def turn_away(self, request: Request) -> Response:
        """Return what nobody we know gets, whether or not anything is there."""

    def protect(self, handler: Handler, needs: Permission) -> Handler:
        """Return the handler for visitors who may do what it needs; `visitor_of` tells it who."""

        @wraps(handler)
        async def protected(request: Request) -> Response:
            visitor = await self.visitor(request)
            if visitor is None:
                return self.turn_away(request)
            request.state.visitor = visitor
            if not may(visitor, needs):
                return message_page(
                    request,
                    403,
                    "This page is not open to you",
                    f"It is for those who may {needs.value}. "
                    "An admin can change that under “People with access”.",
                )

            async def look_again() -> None:
                if await self.visitor(request) != visitor:
                    raise NoLongerKnown

            request.state.look_again = look_again
            try:
                return await handler(request)
            except (NoLongerKnown, NotActing, NotAllowed):
                return self.turn_away(request)

        _NEEDS[protected] = needs
        return protected

    def address(self, request: Request) -> str:
        """Return under which address people reach the pages, to be put into a link."""
        return str(request.base_url).rstrip("/")

    @abstractmethod
    def routes(self) -> list[BaseRoute]:
        """Return the door's own pages."""


class OpenDoor(Door):
    """Lets everybody in: for the demo alone, which holds nobody's answers but invented ones."""

    can_leave = False

    def __init__(self, visitor: Visitor = EVERYBODY) -> None:
        self._visitor = visitor

    async def visitor(self, request: Request) -> Visitor:
        """Return whom this door takes everybody for."""
        return self._visitor

    def turn_away(self, request: Request) -> Response:
        """Turn nobody away, ever."""
        raise AssertionError("this door knows everybody")

    def routes(self) -> list[BaseRoute]:
        """Return no pages."""
        return []
