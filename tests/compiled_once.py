"""SQL that is compiled once for all databases of a test run, as it is once in a process's life.

A process has one database, compiles each statement the first time it is used, and keeps it; a
test has a database of its own, and would compile everything again. What is compiled depends on
the kind of database alone.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import connections

Key = tuple[Any, ...]


class Compiled(MutableMapping[Key, Any]):
    """What SQLAlchemy keeps for one engine, kept for all of one kind."""

    def __init__(self) -> None:
        self._kept: dict[Key, Any] = {}

    def __getitem__(self, key: Key) -> Any:
        return self._kept[key[1:]]

    def __setitem__(self, key: Key, value: Any) -> None:
        # The first part is the dialect, an object of each engine.
        self._kept[key[1:]] = value

    def __delitem__(self, key: Key) -> None:
        del self._kept[key[1:]]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def _size_alert(self) -> None:
        """Nothing is thrown away: there are no more statements than the product has."""


@contextmanager
def compiling_once() -> Iterator[None]:
    """Make engines that are opened while the block runs share what they compile."""
    kept: dict[str, Compiled] = {}

    def create(*arguments: Any, **options: Any) -> AsyncEngine:
        engine = create_async_engine(*arguments, **options)
        shared = kept.setdefault(engine.dialect.name, Compiled())
        engine.sync_engine._compiled_cache = shared
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "create_async_engine", create)
        yield
