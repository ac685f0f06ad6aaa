"""The phones in a browser: JSON for `static/phone.js`, and a page for the sandbox alone.

- `phone_routes` are relative; the host mounts them under a prefix of its choice.
- Texts go out as a list of segments, never as markup; the page builds elements from them.
- What changes something takes JSON from the same origin only, so that no other page in the
  browser can tap or write.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.sandbox.bot_methods import commands_for, profile_text
from bot.sandbox.chats import Message
from bot.sandbox.entities import Entity, noticed
from bot.sandbox.loopback import Bell, closing_bell, is_closing
from bot.sandbox.phones import Phone
from bot.sandbox.segments import Segment, segments, with_numbers
from bot.sandbox.telegram_state import Telegram

HERE = Path(__file__).parent
STATIC = HERE / "static"
POLL_SECONDS = 25.0
MAX_TEXT = 4096
MAX_PHONES = 500
SAFE_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_LANGUAGE = re.compile(r"[a-z]{2}")
_SAFE_LINK = re.compile(r"(?:https?://|tg://|tel:|sms:)")


class Phonebook:
    """The phones of one Telegram that the page can open."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.phones: dict[int, Phone] = {}

    def add(self, name: str = "", language_code: str = "en") -> Phone:
        """A new phone; without a name it gets an invented one."""
        phone = Phone(self.telegram, name, language_code=language_code)
        self.phones[phone.id] = phone
        return phone


def phone_routes(book: Phonebook) -> list[BaseRoute]:
    """The JSON and the static files, to be mounted under a prefix."""
    pages = _Pages(book)
    phone = "/phones/{phone_id:int}"
    return [
        Route("/phones", pages.phones, methods=["GET"]),
        Route("/phones", pages.add, methods=["POST"]),
        Route(f"{phone}/chat", pages.chat, methods=["GET"]),
        Route(f"{phone}/files/{{message_id:int}}", pages.file, methods=["GET"]),
        Route(f"{phone}/messages", pages.write, methods=["POST"]),
        Route(f"{phone}/taps", pages.tap, methods=["POST"]),
        Route(f"{phone}/block", pages.block, methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def phone_page(prefix: str) -> Route:
    """GET /phones: the page of the `sandbox` command; `prefix` is where the routes are."""
    templates = Jinja2Templates(directory=HERE / "templates")

    async def page(request: Request) -> Response:
        return templates.TemplateResponse(
            request, "phones.html", {"prefix": prefix}, headers=SAFE_HEADERS
        )

    return Route("/phones", page, methods=["GET"])


class _Pages:
    def __init__(self, book: Phonebook) -> None:
        self.book = book

    async def phones(self, request: Request) -> Response:
        return _json({"phones": [_summary(phone) for phone in self.book.phones.values()]})

    async def add(self, request: Request) -> Response:
        asked = await posted(request)
        if len(self.book.phones) >= MAX_PHONES:
            raise HTTPException(409, f"There are {MAX_PHONES} phones already.")
        name = str(asked.get("name", "")).strip()[:64]
        language = str(asked.get("language_code", "en"))
        if not _LANGUAGE.fullmatch(language):
            raise HTTPException(400, "A language_code has two letters.")
        return _json(_summary(self.book.add(name, language)), 201)

    async def chat(self, request: Request) -> Response:
        """What the phone shows, as soon as it is newer than `after`."""
        phone = self._phone(request)
        try:
            after = int(request.query_params.get("after", "-1"))
        except ValueError:
            raise HTTPException(400, "`after` is the revision of the last answer.") from None
        chat = phone.chat
        if chat.revision == after and not is_closing(request.scope):
            bell = closing_bell(request.scope)
            await Bell.first_of(chat.changed, bell, seconds=POLL_SECONDS)
        return _json(_chat(phone))

    async def file(self, request: Request) -> Response:
        message = self._phone(request).chat.messages.get(request.path_params["message_id"])
        if message is None or not message.file:
            raise HTTPException(404, "The chat shows no such file.")
        is_png = message.file.startswith(b"\x89PNG")
        # Only pictures are shown; a document of any kind is saved, never opened here.
        headers = SAFE_HEADERS | ({} if is_png else {"content-disposition": "attachment"})
        kind = "image/png" if is_png else "application/octet-stream"
        return Response(message.file, media_type=kind, headers=headers)

    async def write(self, request: Request) -> Response:
        asked = await posted(request)
        phone = self._phone(request)
        text = str(asked.get("text", "")).strip()
        if not 1 <= len(text) <= MAX_TEXT:
            raise HTTPException(400, f"A message has 1 to {MAX_TEXT} characters.")
        if phone.chat.blocked:
            raise HTTPException(409, "The bot is blocked on this phone.")
        await phone.send(text)
        return _json({"revision": phone.chat.revision})

    async def tap(self, request: Request) -> Response:
        asked = await posted(request)
        phone = self._phone(request)
        try:
            place = int(asked["message_id"]), int(asked["row"]), int(asked["column"])
        except (KeyError, TypeError, ValueError):
            raise HTTPException(400, "A tap has a message_id, a row and a column.") from None
        if phone.chat.blocked or not phone.has_button(*place):
            raise HTTPException(409, "The button is gone.")
        await phone.tap_button(*place)
        return _json({"revision": phone.chat.revision})

    async def block(self, request: Request) -> Response:
        asked = await posted(request)
        phone = self._phone(request)
        blocked = asked.get("blocked") is True
        if blocked != phone.chat.blocked:
            await (phone.block() if blocked else phone.unblock())
        return _json({"revision": phone.chat.revision})

    def _phone(self, request: Request) -> Phone:
        phone = self.book.phones.get(request.path_params["phone_id"])
        if phone is None:
            raise HTTPException(404, "There is no such phone.")
        return phone


async def posted(request: Request) -> dict[str, Any]:
    """The JSON object of a request from our own page; raises 403, 415 or 400."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = site not in (None, "same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    )
    # A page of the same browser can leave out neither: a request with none is not a page's.
    if foreign or (site is None and origin is None):
        raise HTTPException(403, "Only the page itself may do this.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "Expected application/json.")
    try:
        asked = await request.json()
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise HTTPException(400, "Expected a JSON object.")
    return asked


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse(content, status, headers=SAFE_HEADERS)


def _summary(phone: Phone) -> dict[str, Any]:
    return {
        "id": phone.id,
        "name": phone.name,
        "language_code": phone.person.language_code,
        "started": phone.chat.started,
        "blocked": phone.chat.blocked,
    }


def _chat(phone: Phone) -> dict[str, Any]:
    telegram, chat, language = phone.telegram, phone.chat, phone.person.language_code
    shown = chat.notifications[-1] if chat.notifications else None
    return {
        "revision": chat.revision,
        "phone": _summary(phone),
        "bot": {
            "name": profile_text(telegram, "name", language),
            "username": telegram.bot.username,
            "description": profile_text(telegram, "description", language),
        },
        "commands": commands_for(telegram, chat.id, language),
        "messages": [_message(message) for message in chat.messages.values()],
        "spinning": phone.unanswered,
        "toasts": [
            {"number": one.number, "text": one.text, "alert": one.alert}
            for one in list(chat.toasts)[-5:]
        ],
        "notification": {"number": shown.number, "text": shown.text} if shown else None,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "mine": not message.from_bot,
        "kind": message.kind,
        "file": message.file_name if message.file else "",
        "picture": message.file.startswith(b"\x89PNG"),
        "date": message.date,
        "edited": message.edited,
        "protected": message.protected,
        "revision": message.revision,
        "segments": [
            {"text": part.text, "kinds": part.kinds, "link": _safe(part)}
            for part in with_numbers(segments(_shown(message), _marked(message)))
        ],
        "buttons": [
            [
                {
                    "label": button.label,
                    "action": button.action,
                    # What a button carries is between the bot and Telegram.
                    "value": "" if button.action == "callback_data" else button.value,
                }
                for button in row
            ]
            for row in message.keyboard
        ],
    }


def _shown(message: Message) -> str:
    """Return the text as an app shows it: what a link brought along with /start stays hidden."""
    mine = not message.from_bot
    return "/start" if mine and message.text.startswith("/start ") else message.text


def _marked(message: Message) -> tuple[Entity, ...]:
    """The entities and what an app marks by itself, where the two do not meet."""
    marked = list(message.entities)
    for found in noticed(message.text):
        end = found.offset + found.length
        if not any(
            one.kind in ("bot_command", "url", "text_link", "code", "pre")
            and one.offset < end
            and found.offset < one.offset + one.length
            for one in message.entities
        ):
            marked.append(found)
    return tuple(sorted(marked, key=lambda one: (one.offset, -one.length)))


def _safe(part: Segment) -> str:
    return part.link if _SAFE_LINK.match(part.link) else ""
