"""What is done one after the other: nothing waits for something before it that goes wrong."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from bot.core.errors import StandEasyError
from storage.errors import DatabaseUnavailable

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


@contextmanager
def each_by_itself(what: str, subject: str) -> Iterator[None]:
    """Log what goes wrong with one round, so that it holds up none of the others."""
    try:
        yield
    except DatabaseUnavailable:
        # It would be so for all of them.
        raise
    except StandEasyError as error:
        log.error("%s is not %s: %s %s", subject, what, error, error.hint)
    except Exception as error:
        # The words of an unforeseen error may repeat what it was given; its kind not.
        log.error("%s is not %s: %s", subject, what, type(error).__name__)
