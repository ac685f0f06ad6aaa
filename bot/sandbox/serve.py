"""The `sandbox` command: the loopback Bot API and its phones, until it is stopped."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from bot.sandbox.bot_api import bot_api_routes
from bot.sandbox.loopback import serving
from bot.sandbox.phone_pages import Phonebook, phone_page, phone_routes
from bot.sandbox.telegram_state import TOKEN, Telegram

PREFIX = "/sandbox"
DEFAULT_PORT = 8081
FIRST_PHONES = 3


def sandbox_app(book: Phonebook) -> Starlette:
    """The Bot API, the phones and their page."""

    async def to_phones(request: Request) -> Response:
        return RedirectResponse("/phones")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await book.telegram.close()

    return Starlette(
        routes=[
            *bot_api_routes(book.telegram),
            Mount(PREFIX, routes=phone_routes(book)),
            phone_page(PREFIX),
            Route("/", to_phones),
        ],
        # Another site's name that resolves to this machine must not reach the phones.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        lifespan=lifespan,
    )


async def run_sandbox(port: int = DEFAULT_PORT, token: str = TOKEN) -> None:
    """Serve until interrupted; prints the address and the settings a bot needs."""
    book = Phonebook(Telegram(token=token))
    for _ in range(FIRST_PHONES):
        book.add()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with serving(sandbox_app(book), port) as address:
            sys.stdout.write(
                f"Phones: {address}/phones\n"
                f"STANDEASY_TELEGRAM_API={address}\n"
                f"STANDEASY_TELEGRAM_TOKEN={token}\n"
            )
            sys.stdout.flush()
            await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
