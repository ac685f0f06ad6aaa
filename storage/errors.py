"""What can go wrong with the database. No message carries a row's content or a password."""

from typing import Final

from bot.core.errors import StandEasyError

PORT: Final = "a port from 1 to 65535"
HOST: Final = "a host such as 127.0.0.1 or db.example, with 1 to 63 letters between its dots"
OPTIONS: Final = (
    "only options that the driver asyncpg knows, with values that it takes, such as ?ssl=require"
    " (not sslmode)"
)
"""What an address is expected to hold; said in place of what it holds."""


class UnsupportedDatabase(StandEasyError):
    """The database address must start with sqlite+aiosqlite:/// and a path, or with
    postgresql+asyncpg://; it starts with {found}."""

    hint = "Set STANDEASY_DATABASE_URL."


class AddressNotUsable(StandEasyError):
    """The database address holds something that nothing can connect with: expected {expected}."""

    hint = "Set STANDEASY_DATABASE_URL."


class DatabaseUnavailable(StandEasyError):
    """The database {database} cannot be used ({reason}) for {action}."""

    hint = "Check that it runs, that STANDEASY_DATABASE_URL is right and that the disk has room."


class ServerTaken(DatabaseUnavailable):
    """The server of the database {database} has no room left ({reason}) for {action}."""

    hint = (
        "One account may hold all of its locks or connections. How to find that session and to"
        " end it: docs/operations.md, A server that somebody took."
    )


_TAKEN: Final = {"OutOfMemoryError", "TooManyConnectionsError"}
"""The driver's names for 53200 and 53300."""


def unavailable(database: str, action: str, reason: str) -> DatabaseUnavailable:
    """Return what to raise where the database cannot be used, by the driver's name for it."""
    kind = ServerTaken if reason in _TAKEN else DatabaseUnavailable
    return kind(database=database, action=action, reason=reason)


class TablesNotCurrent(StandEasyError):
    """The database does not have the tables this version expects."""

    hint = "Run: python -m bot migrate"


class RowRefused(StandEasyError):
    """The database refused a row: {constraint}."""


class NoSuchRow(StandEasyError):
    """There is no {kind} {id}."""


class ReleaseOutOfOrder(StandEasyError):
    """A release must follow the newest one; the one for {round} follows another."""

    hint = "Another release was stored meanwhile. Run the tally again."


class SchemaDiffers(StandEasyError):
    """The tables are not what the code expects: {differences}."""

    hint = "Run: python -m bot migrate"
