"""What a database's address says, read without the library that speaks to databases.

Whoever looks only whether the program is alive would wait longer for that library than for the
answer. The plain forms are read here; for any other, the library is loaded and asked.
"""

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

_FILE: Final = re.compile(r"sqlite(?:\+aiosqlite)?:///(?!(?i:file:))([^?%]+)")
# Letters that stand for themselves in every reading, or are written as %40.
_SERVER: Final = re.compile(
    r"postgresql(?:\+asyncpg)?://(?P<user>[\w.~%-]+)(?::(?P<password>[\w.~!%-]+))?@"
    r"(?:(?P<host>[\w.-]+)(?::(?P<port>[0-9]{1,5}))?)?/(?P<database>[\w.-]+)"
    r"(?:\?host=(?P<folder>/[\w./-]+))?",
    re.ASCII,
)
_ADAPTER: Final = ("prepared_statement_cache_size", "prepared_statement_name_func")
"""What an address may say to the library, and the driver does not know."""


def file_of(address: str) -> Path | None:
    """Return the file of a SQLite database; None on a server. Raises `UnsupportedDatabase`."""
    found = _FILE.fullmatch(address)
    if found and found[1] != ":memory:":
        return Path(found[1])
    if _plain_server(address):
        return None
    from storage.connections import parse

    url = parse(address)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def driver_arguments(address: str) -> dict[str, Any]:
    """Return what PostgreSQL's driver is called with.

    Raises `UnsupportedDatabase`, and `ValueError` on an option with a value of another kind.
    """
    found = _plain_server(address)
    if found:
        return found
    from sqlalchemy.dialects.postgresql.asyncpg import dialect
    from sqlalchemy.exc import ArgumentError

    from storage.connections import parse

    own: Any = dialect
    url = parse(address)
    try:
        _, given = own().create_connect_args(url)
    except ArgumentError:
        # It repeats what it was given.
        raise ValueError("expected options of the driver") from None
    return {name: value for name, value in given.items() if name not in _ADAPTER}


def _plain_server(address: str) -> dict[str, Any]:
    """Return what the address of a server says; empty where it is not plain."""
    found = _SERVER.fullmatch(address)
    if found is None or (found["host"] and found["folder"]):
        return {}
    given: dict[str, Any] = {
        "user": unquote(found["user"]),
        "password": found["password"] and unquote(found["password"]),
        "host": found["folder"] or found["host"],
        "port": found["port"] and int(found["port"]),
        "database": found["database"],
    }
    return {name: value for name, value in given.items() if value}
