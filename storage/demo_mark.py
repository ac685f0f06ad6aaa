"""What tells a demo's folders and databases from a force's, so that neither opens the other's.

- A file marks a folder. A number in the header marks a database, also one that was moved or
  copied: backups and VACUUM keep it.
- Looking changes nothing: no database is opened for it, and nothing is made.
"""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.core.errors import StandEasyError
from storage.addresses import file_of

FILE: Final = "made-by-the-demo.txt"
DATABASE: Final = "stand-easy.db"
_SAYS: Final = """\
The demo of Stand Easy made this folder, for an invented force that anybody is let in to.
Nothing but the demo opens it. Delete the whole folder when you are done; keep nothing real here.
"""
_NUMBER: Final = b"SEdm"
_PLACE: Final = 68
"""Where SQLite's header has the number that says which program a file belongs to."""


class BelongsToADemo(StandEasyError):
    """{place} belongs to a demo, to an invented force that anybody is let in to."""

    hint = "Set STANDEASY_DATA, STANDEASY_KEYS and STANDEASY_DATABASE_URL to places of your own."


class NoFolderForADemo(StandEasyError):
    """The demo does not open {folder}: {problem}."""

    hint = (
        "Nothing was changed. Name a new folder, an empty one, or one that this version's demo"
        " made: it lets anybody in, so it opens nothing that could be real."
    )


def refuse_a_demo(address: str, folders: Iterable[Path]) -> None:
    """Raise `BelongsToADemo` where a database, or a folder with what belongs to it, is a demo's."""
    looked_at = [*folders]
    database = file_of(address)
    if database is not None:
        if _is_marked(database):
            raise BelongsToADemo(place=database)
        looked_at.append(database.parent)
    for each in looked_at:
        if os.path.lexists(each / FILE):
            raise BelongsToADemo(place=each)


def folder_of_a_demo(folder: Path) -> Path:
    """Make a folder a demo's, or see that it is one; return its database, marked and not open."""
    database = folder / DATABASE
    if os.path.lexists(folder / FILE):
        _refuse_what_came_later(folder, database)
    else:
        _refuse_unless_empty(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / FILE).write_text(_SAYS, encoding="utf-8")
    mark(database)
    return database


def mark(database: Path) -> None:
    """Make an empty database that says it is a demo's; one that is there stays as it is."""
    os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    # Whoever is stopped between these lines leaves a file without a byte, which is marked later.
    if not database.stat().st_size:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"PRAGMA application_id = {int.from_bytes(_NUMBER)}")


def _refuse_unless_empty(folder: Path) -> None:
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise NoFolderForADemo(folder=folder, problem="it is no folder")
    if any(folder.iterdir()):
        raise NoFolderForADemo(folder=folder, problem="there is something in it that no demo made")


def _refuse_what_came_later(folder: Path, database: Path) -> None:
    """Refuse what was put into a demo's folder and is not the demo's."""
    if any(each.is_symlink() for each in folder.rglob("*")):
        raise NoFolderForADemo(folder=folder, problem="a link in it leads somewhere else")
    if database.exists() and database.stat().st_size and not _is_marked(database):
        raise NoFolderForADemo(folder=folder, problem="the database in it is not a demo's")


def _is_marked(database: Path) -> bool:
    try:
        with database.open("rb") as file:
            file.seek(_PLACE)
            return file.read(len(_NUMBER)) == _NUMBER
    except OSError:
        # Not there, or not to be read: whoever opens it next says so.
        return False
