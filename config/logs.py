"""Logs say that the system ran, and nothing about anybody.

Libraries log what they carry (the Bot API puts the token into every address), so they are
held at WARNING whatever level is asked for, and what they do say is redacted. The bot library
says nothing at all: of an update that it cannot read it logs every word.
"""

import logging
import re
import sys
from typing import TextIO

_OWN = ("bot", "storage", "config")
_SILENT = ("telegram",)
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,}")
# Letters beside it make it part of a random id, which is nobody's.
_LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9])-?\d{6,}(?![A-Za-z0-9])")


class RedactingFormatter(logging.Formatter):
    """Takes tokens and numbers long enough to be a chat id out of whatever is logged."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, redacted; tracebacks too."""
        return redact(super().format(record))


def redact(text: str) -> str:
    """Return a text without bot tokens and without numbers of six digits or more."""
    return _LONG_NUMBER.sub("<number>", _TOKEN.sub("<token>", text))


def configure_logs(level: str, stream: TextIO = sys.stderr) -> None:
    """Send the product's own logs of `level` and up, and everybody else's warnings, to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        RedactingFormatter("{asctime} {levelname:<7} {name}: {message}", style="{")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # It logs the words of whatever went wrong in a page; the pages log the kind themselves.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    for name in _OWN:
        logging.getLogger(name).setLevel(level)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
