"""Fixtures for all tests."""

from tests.databases import (
    database_url,
    empty_database_url,
    postgres_server,
    postgres_template,
    sqlite_database,
    sqlite_template,
    storage,
)

__all__ = [
    "database_url",
    "empty_database_url",
    "postgres_server",
    "postgres_template",
    "sqlite_database",
    "sqlite_template",
    "storage",
]
