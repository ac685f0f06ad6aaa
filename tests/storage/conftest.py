"""Fixtures for the tests of the storage."""

from collections.abc import AsyncIterator

import pytest

from storage.engine import Storage


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two programs on one database."""
    both = Storage(database_url), Storage(database_url)
    yield both
    for storage in both:
        await storage.close()
