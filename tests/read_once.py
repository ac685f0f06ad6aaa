"""What takes long to read and is the same for every test: read once for all of them.

These are the real things, and nothing changes them: instruments are frozen, a catalogue is
only looked up in, and a station reaches no server that shows a certificate.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from bot import wiring
from config import wordings
from config.content import national_support, shipped_instruments
from config.translations import load_translations

_instruments = cache(shipped_instruments)
_support = cache(national_support)
_translations = cache(load_translations)
_certificates = cache(ssl.create_default_context)


@contextmanager
def reading_content_once() -> Iterator[None]:
    """Make what is wired while the block runs share the content that was read before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wordings, "shipped_instruments", lambda: list(_instruments()))
        patch.setattr(wiring, "national_support", lambda: list(_support()))
        patch.setattr(wiring, "load_translations", _translations)
        yield


@contextmanager
def reading_once() -> Iterator[None]:
    """Make what is assembled while the block runs share content and the list of authorities."""
    with reading_content_once(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", _certificates)
        yield
