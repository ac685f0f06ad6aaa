"""Steps that are taken one after the other: none waits for one before it that goes wrong."""

import logging
from collections.abc import Awaitable, Callable

from bot.core.errors import StandEasyError

log = logging.getLogger(__name__)


def say(name: str, error: Exception) -> None:
    """Log what went wrong with a step."""
    if isinstance(error, StandEasyError):
        log.error("%s: %s %s", name, error, error.hint)
    else:
        # The words of an unforeseen error may repeat what it was given; its kind not.
        log.error("%s failed: %s", name, type(error).__name__)


async def each_in_turn(name: str, *steps: Callable[[], Awaitable[object]]) -> None:
    """Take steps one after the other, each whatever became of those before it.

    What goes wrong last is raised, and anything before it logged.
    """
    failed: Exception | None = None
    for step in steps:
        try:
            await step()
        except Exception as error:
            if failed is not None:
                say(name, failed)
            failed = error
    if failed is not None:
        raise failed
