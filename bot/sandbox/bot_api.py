"""The Bot API over HTTP: /bot{token}/{method}, by GET or POST, in every encoding it takes.

The token is never logged. A call is recorded, meets its fault if one is set, is carried
out and answered. What a page of another site makes a browser send is refused.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.sandbox import bot_methods, loopback, methods
from bot.sandbox.faults import Fault, Kind
from bot.sandbox.loopback import Bell
from bot.sandbox.parameters import Parameters, Upload
from bot.sandbox.refusals import Refused, bad_request, too_many
from bot.sandbox.telegram_state import Call, Telegram
from bot.sandbox.updates import allowed_from_api
from bot.web.guards import is_our_page

MAX_BODY = 50 * 1024 * 1024
MAX_POLL_SECONDS = 50

Method = Callable[[Telegram, Parameters], Any]
_METHODS: dict[str, Method] = {
    "getMe": bot_methods.get_me,
    "sendMessage": methods.send_message,
    "sendPhoto": methods.send_photo,
    "sendDocument": methods.send_document,
    "editMessageText": methods.edit_message_text,
    "editMessageReplyMarkup": methods.edit_message_reply_markup,
    "deleteMessage": methods.delete_message,
    "deleteMessages": methods.delete_messages,
    "answerCallbackQuery": methods.answer_callback_query,
    "sendChatAction": bot_methods.send_chat_action,
    "getChat": bot_methods.get_chat,
    "leaveChat": bot_methods.leave_chat,
    "setMyCommands": bot_methods.set_my_commands,
    "getMyCommands": bot_methods.get_my_commands,
    "deleteMyCommands": bot_methods.delete_my_commands,
    "setChatMenuButton": bot_methods.set_menu_button,
    "setMyName": bot_methods.set_my("name"),
    "getMyName": bot_methods.get_my("name"),
    "setMyDescription": bot_methods.set_my("description"),
    "getMyDescription": bot_methods.get_my("description"),
    "setMyShortDescription": bot_methods.set_my("short_description"),
    "getMyShortDescription": bot_methods.get_my("short_description"),
    "getWebhookInfo": bot_methods.webhook_info,
}
_WAITING = ("getUpdates", "setWebhook", "deleteWebhook")
# Method names are not case-sensitive.
_NAMES = {name.lower(): name for name in (*_METHODS, *_WAITING)}


class _Gone(Exception):
    """Nobody is there to answer."""


class BotApi:
    """The endpoint, as plain ASGI: it is on the measured path of every tap."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._answer(scope, receive)
        except _Gone:
            await loopback.drop(scope, receive)
            return
        content = json.dumps(body).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
        body = await _read(receive)
        try:
            _check_sender(scope)
            self._check_token(scope["path_params"]["token"])
            name = _NAMES.get(scope["path_params"]["method"].lower())
            if name is None:
                raise Refused(404, "Not Found: method not found")
            given = await _parameters(scope, body)
            return 200, {"ok": True, "result": await self._carry_out(name, given, scope)}
        except Refused as refused:
            return refused.error_code, refused.to_api()

    def _check_token(self, token: str) -> None:
        if token == self._telegram.token:
            return
        number, _, secret = token.partition(":")
        # Telegram tells a malformed token (404) from a wrong one (401).
        raise (
            Refused(401, "Unauthorized")
            if number.isdigit() and secret
            else Refused(404, "Not Found")
        )

    async def _carry_out(self, name: str, given: Parameters, scope: Scope) -> Any:
        telegram = self._telegram
        chat = given.chat_hint()
        telegram.calls.append(Call(name, telegram.monotonic(), chat))
        fault = telegram.faults.take(name, chat)
        if fault is None:
            return await self._do(name, given, scope)
        if fault.kind is Kind.ANSWER_ERROR:
            reason = {502: "Bad Gateway", 503: "Service Unavailable"}
            raise Refused(fault.status, reason.get(fault.status, "Internal Server Error"))
        if fault.kind is Kind.FLOOD:
            raise too_many(fault.retry_after)
        if fault.kind is Kind.DROP:
            raise _Gone
        if fault.kind is Kind.HANG:
            await _hang(fault, scope)
        result = await self._do(name, given, scope)
        if fault.kind is Kind.APPLY_THEN_HANG:
            await _hang(fault, scope)
        if fault.kind is Kind.APPLY_THEN_DROP:
            raise _Gone
        return result

    async def _do(self, name: str, given: Parameters, scope: Scope) -> Any:
        if name == "getUpdates":
            return await self._get_updates(given, scope)
        if name == "setWebhook":
            return await self._set_webhook(given)
        if name == "deleteWebhook":
            await self._telegram.updates.delete_webhook(given.flag("drop_pending_updates"))
            return True
        return _METHODS[name](self._telegram, given)

    async def _get_updates(self, given: Parameters, scope: Scope) -> list[dict[str, Any]]:
        updates = self._telegram.updates
        updates.allow(allowed_from_api(given.structure("allowed_updates")))
        seconds = min(given.number("timeout"), MAX_POLL_SECONDS)
        if loopback.is_closing(scope):
            seconds = 0
        return await updates.poll(
            given.integer("offset"),
            given.integer("limit", 100),
            seconds,
            loopback.closing_bell(scope),
        )

    async def _set_webhook(self, given: Parameters) -> bool:
        updates = self._telegram.updates
        updates.allow(allowed_from_api(given.structure("allowed_updates")))
        await updates.set_webhook(
            given.text("url"),
            given.text("secret_token"),
            given.integer("max_connections", 40),
            given.flag("drop_pending_updates"),
        )
        return True


def _check_sender(scope: Scope) -> None:
    # The token of a sandbox is no secret, and a picture's address on any page would be a call.
    # Browsers say where a request comes from, the old ones that they are browsers; bots are none.
    headers = Headers(scope=scope)
    is_old = "sec-fetch-site" not in headers and headers.get("user-agent", "")[:8] == "Mozilla/"
    if is_old or not is_our_page(scope):
        raise Refused(403, "Forbidden: a page of another site is not the bot")


async def _hang(fault: Fault, scope: Scope) -> None:
    if not fault.released and not loopback.is_closing(scope):
        await Bell.first_of(fault.bell, loopback.closing_bell(scope), seconds=None)
    if not fault.released:
        raise _Gone


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise _Gone
    return body


async def _parameters(scope: Scope, body: bytes) -> Parameters:
    values: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    if not body:
        return Parameters(values)
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.startswith(b"application/x-www-form-urlencoded"):
        values.update(parse_qsl(body.decode(), keep_blank_values=True))
        return Parameters(values)
    if kind.startswith(b"application/json"):
        try:
            values.update(json.loads(body))
        except (TypeError, ValueError):
            raise bad_request("can't parse request JSON object") from None
        return Parameters(values)
    if kind.startswith(b"multipart/form-data"):
        return await _multipart(scope, body, values)
    raise bad_request("unsupported content type")


async def _multipart(scope: Scope, body: bytes, values: dict[str, Any]) -> Parameters:
    async def replay() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    files: dict[str, Upload] = {}
    async with Request(scope, replay).form() as form:
        for name, value in form.items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or name, await value.read())
            else:
                values[name] = value
    return Parameters(values, files)


def bot_api(telegram: Telegram) -> Starlette:
    """The application; its shutdown ends what the bot waits for."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await telegram.close()

    return Starlette(routes=bot_api_routes(telegram), lifespan=lifespan)


def bot_api_routes(telegram: Telegram) -> list[Route]:
    """The same as routes, for an application that has more to serve."""
    return [Route("/bot{token}/{method}", BotApi(telegram))]
