"""Fixtures for the tests of the console."""

from collections.abc import AsyncIterator

import pytest

from storage.engine import Storage


@pytest.fixture
async def sqlite_storage(sqlite_database: str) -> AsyncIterator[Storage]:
    """A migrated database in a file, where it does not matter which engine."""
    storage = Storage(sqlite_database)
    yield storage
    await storage.close()
