"""Logs: our own at the level asked for, others' warnings alone, and nothing about anybody."""

import io
import logging
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.application import web_application
from bot.web.serving import serving
from config.logs import configure_logs, redact

TOKEN = "12345:SANDBOX-TOKEN-not-a-secret"  # noqa: S105 - opens nothing but the sandbox
CHAT = 7_000_000_001


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged; afterwards logging is as it was."""
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("bot", "storage", "config"))]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    silenced = [logging.getLogger(name) for name in ("telegram", "uvicorn.error")]
    levels = [logger.level for logger in silenced]
    yield io.StringIO()
    for logger, old, handlers in before:
        logger.setLevel(old)
        logger.handlers[:] = handlers
    for logger, level in zip(silenced, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"https://api.telegram.org/bot{TOKEN}/getMe", "https://api.telegram.org/bot<token>/getMe"),
        (f"chat {CHAT} not found", "chat <number> not found"),
        (f"chat -100{CHAT}", "chat <number>"),
        (f"({CHAT})", "(<number>)"),
        (f'{{"id": {CHAT}, "n": 1}}', '{"id": <number>, "n": 1}'),
        (f"chat={CHAT}", "chat=<number>"),
        (f"'{CHAT}'", "'<number>'"),
        (f"chat:{CHAT}", "chat:<number>"),
        (f"a.{CHAT}", "a.<number>"),
        (f"{CHAT}.", "<number>."),
        (f"{CHAT}: gone", "<number>: gone"),
        (f"id_{CHAT}", "id_<number>"),
        ("round weekly-pulse-2026-11-30", "round weekly-pulse-2026-11-30"),
        ("2026-11-30 12:00:00,123 INFO", "2026-11-30 12:00:00,123 INFO"),
        ("60 officers, 25 a second", "60 officers, 25 a second"),
    ],
)
def test_tokens_and_long_numbers_are_taken_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize("name", ["bot.officer.handlers", "storage.engine", "config.content"])
def test_our_own_logs_come_at_the_level_asked_for(stream: io.StringIO, name: str) -> None:
    configure_logs("DEBUG", stream)
    logging.getLogger(name).debug("a detail")
    assert f"DEBUG   {name}: a detail" in stream.getvalue()
    configure_logs("ERROR", stream)
    logging.getLogger(name).warning("something else")
    assert "something else" not in stream.getvalue()


@pytest.mark.parametrize(
    "name", ["httpx", "httpcore", "sqlalchemy.engine", "apscheduler", "uvicorn", "asyncio"]
)
def test_libraries_are_held_at_warning_also_at_debug(stream: io.StringIO, name: str) -> None:
    configure_logs("DEBUG", stream)
    logging.getLogger(name).info("HTTP Request: POST /bot%s/getMe", TOKEN)
    logging.getLogger(name).debug("a detail")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("lost %s", CHAT)
    assert "lost <number>" in stream.getvalue()


def test_the_bot_library_says_nothing_at_all(stream: io.StringIO) -> None:
    configure_logs("DEBUG", stream)
    # When it cannot read an update it logs the whole of it: the words somebody typed.
    logging.getLogger("telegram.Bot").critical("Received data was %r", [{"text": "Struggling"}])
    assert stream.getvalue() == ""


def test_tracebacks_are_redacted_too(stream: io.StringIO) -> None:
    configure_logs("INFO", stream)
    try:
        raise ValueError(f"POST /bot{TOKEN}/sendMessage chat_id={CHAT}")
    except ValueError:
        logging.getLogger("bot.wiring").exception("lost %s", TOKEN)
    written = stream.getvalue()
    assert "Traceback" in written
    assert TOKEN not in written
    assert str(CHAT) not in written


def test_configuring_twice_logs_once(stream: io.StringIO) -> None:
    configure_logs("INFO", stream)
    configure_logs("INFO", stream)
    logging.getLogger("bot").info("once")
    assert stream.getvalue().count("once") == 1


@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
async def test_a_page_that_fails_is_logged_by_its_kind_alone(
    stream: io.StringIO, level: str
) -> None:
    async def broken(request: Request) -> Response:
        raise LookupError("the words of Kowalczyk")

    configure_logs(level, stream)
    application = web_application(
        [Route("/broken", broken)], allowed_hosts=["127.0.0.1"], on_loopback=True
    )
    async with (
        serving(application, "127.0.0.1", 0) as address,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        answer = await client.get(f"{address}/broken?who=Kowalczyk")
    assert answer.status_code == 500
    written = stream.getvalue()
    assert "a page failed: LookupError" in written
    assert "Kowalczyk" not in written
    assert "Traceback" not in written
