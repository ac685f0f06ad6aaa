"""The lead's page about Telegram: a code that links a chat, and unlinking all chats at once.

A code is on the page that made it and nowhere else: loading that page again makes another one.
This page knows how many chats are linked and can find none of them.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import Permission, Visitor
from bot.core.lead_codes import in_parts
from bot.lead.frame import lead_templates
from bot.web.fields import read_fields
from bot.web.sign_in import Door, Handler, visitor_of
from bot.workflows.lead_chats import CODE_LIFE, ForTheWholeForce, MadeCode, may_link

TICK_THE_BOX = "Tick the box to unlink every chat."


class Desk(Protocol):
    """What may be done about chats of leads."""

    async def make_code(self, by: Visitor) -> MadeCode:
        """Return a new code, to be shown once."""

    async def number(self) -> int:
        """Return how many chats are linked."""

    async def unlink_all(self, by: Visitor) -> int:
        """Unlink every chat; return how many."""


def chat_routes(desk: Desk, door: Door, bot_name: Callable[[], str | None]) -> list[BaseRoute]:
    """Return the pages about Telegram; `bot_name` is asked whenever a link is shown."""
    pages = _ChatPages(desk, door, bot_name)
    routes: Iterable[tuple[str, str, Handler]] = (
        ("/chat", "GET", pages.show),
        ("/chat", "POST", pages.make),
        ("/chat/unlink", "POST", pages.unlink),
    )
    return [
        Route(path, door.protect(act, Permission.LINK_CHAT), methods=[method])
        for path, method, act in routes
    ]


class _ChatPages:
    def __init__(self, desk: Desk, door: Door, bot_name: Callable[[], str | None]) -> None:
        self._desk, self._bot_name = desk, bot_name
        self._templates = lead_templates(door)

    async def show(self, request: Request) -> Response:
        """Show how many chats are linked, and how to link one."""
        return await self._page(request)

    async def make(self, request: Request) -> Response:
        """Make a code and show it, this once."""
        await read_fields(request)
        try:
            made = await self._desk.make_code(visitor_of(request))
        except ForTheWholeForce:
            return await self._page(request, status=422)
        name = self._bot_name()
        link = f"https://t.me/{name}?start={made.code}" if name else None
        return await self._page(request, code=in_parts(made.code), link=link)

    async def unlink(self, request: Request) -> Response:
        """Unlink every chat."""
        fields = await read_fields(request)
        if fields.one("sure") != "yes":
            return await self._page(request, problems={"sure": TICK_THE_BOX}, status=422)
        await self._desk.unlink_all(visitor_of(request))
        return RedirectResponse("/chat", status_code=303)

    async def _page(
        self,
        request: Request,
        *,
        code: str | None = None,
        link: str | None = None,
        problems: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        shown: dict[str, Any] = {
            "number": await self._desk.number(),
            "minutes": int(CODE_LIFE.total_seconds()) // 60,
            "code": code,
            "link": link,
            "bot_name": self._bot_name(),
            "may_link": may_link(visitor_of(request)),
            "problems": problems or {},
        }
        return self._templates.TemplateResponse(
            request, "lead/chat.html", shown, status_code=status
        )
