"""What takes long to read or to reckon and is the same for every test: once for all of them.

These are the real things, and nothing changes them: instruments are frozen, a catalogue is
only looked up in, a station reaches no server that shows a certificate, and a code is hashed
slowly on purpose.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

import pytest

from bot import wiring
from bot.core.team_codes import hash_of
from bot.sealing import address
from bot.workflows import team_codes
from config import content, translations, wordings
from config.content import national_support, shipped_instruments
from config.translations import load_translations

_instruments = cache(shipped_instruments)
_support = cache(national_support)
_translations = cache(load_translations)
_certificates = cache(ssl.create_default_context)
_hash_of = lru_cache(10_000)(hash_of)

_SHIPPED = content.example_programme_path().parents[1]
T = TypeVar("T")


def _kept_if_shipped(read: Callable[..., T]) -> Callable[..., T]:
    """Read a file that comes with the product once, and any other anew."""
    kept = cache(read)

    def read_it(path: Path, *more: str) -> T:
        return (kept if path.is_relative_to(_SHIPPED) else read)(path, *more)

    return read_it


_yaml = _kept_if_shipped(content.read_yaml)
_catalogue = _kept_if_shipped(translations._read)


@contextmanager
def reading_content_once() -> Iterator[None]:
    """Make what is wired while the block runs share what was read or reckoned before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wordings, "shipped_instruments", lambda: list(_instruments()))
        patch.setattr(wiring, "national_support", lambda: list(_support()))
        patch.setattr(wiring, "load_translations", _translations)
        patch.setattr(content, "read_yaml", _yaml)
        patch.setattr(translations, "_read", _catalogue)
        patch.setattr(address, "hash_of", _hash_of)
        patch.setattr(team_codes, "hash_of", _hash_of)
        yield


@contextmanager
def reading_once() -> Iterator[None]:
    """Make what is assembled while the block runs share content and the list of authorities."""
    with reading_content_once(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", _certificates)
        yield
