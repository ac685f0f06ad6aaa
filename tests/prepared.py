"""A database with a programme in force and keys in its pool: made once, and copied by tests.

The same steps as ever make it, in the first test of a process that asks for it. A copy is taken
where nothing could differ: on SQLite, of a database that nobody wrote to since the migrations,
and of a programme that all tests share. The officers' keys are new in each test, but where it goes
on from people who joined in another.
"""

import filecmp
import shutil
import sqlite3
import tempfile
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path

from bot.core.programme import Programme
from storage.engine import Storage
from tests.programmes import pulse_alone, the_example, two_check_ins

_SQLITE = "sqlite+aiosqlite:///"
_TALLY = Path("keys", "tally")
_made: dict[Hashable, Path] = {}
"""Folders with a database and the tally's keys, by what they were made from."""

templates: list[Path] = []
"""Databases as the migrations leave them."""


class Start:
    """Where a test starts: whether it can copy what another has made, and who keeps it."""

    def __init__(self, url: str, folder: Path, document: Programme, *made_from: Hashable) -> None:
        shared = (pulse_alone(), the_example(), two_check_ins())
        names = [number for number, each in enumerate(shared) if each is document]
        self._path = Path(url.removeprefix(_SQLITE))
        self._folder = folder
        self._key = (*names, *made_from)
        self._may = (
            bool(names)
            and url.startswith(_SQLITE)
            and not (folder / _TALLY).exists()
            and any(filecmp.cmp(each, self._path, shallow=False) for each in templates)
        )

    def copy(self) -> bool:
        """Put what another test made in the place of the empty database; False if there is none."""
        made = _made.get(self._key) if self._may else None
        if made is None:
            return False
        shutil.copy(made / "database", self._path)
        shutil.copytree(made / "tally", self._folder / _TALLY)
        return True

    async def keep(self, storage: Storage) -> None:
        """Keep what was made for the tests to come, where it may be."""
        # All that was written must stand in the file itself.
        if self._may and await storage.tidy():
            made = self._new_folder()
            shutil.copy(self._path, made / "database")
            shutil.copytree(self._folder / _TALLY, made / "tally")
            _made[self._key] = made

    def is_untouched(self) -> bool:
        """Whether nobody has written to the database since it was made or copied."""
        made = _made.get(self._key) if self._may else None
        log = self._path.with_name(f"{self._path.name}-wal")
        return (
            made is not None
            and not (log.exists() and log.stat().st_size)
            and filecmp.cmp(made / "database", self._path, shallow=False)
        )

    def go_on(self, name: str) -> bool:
        """Go on where a test has been before; the keys are then those of that test, too."""
        made = _made.get((*self._key, name)) if self.is_untouched() else None
        if made is None:
            return False
        # Page by page: the database stays open meanwhile.
        with (
            closing(sqlite3.connect(made / "database")) as source,
            closing(sqlite3.connect(self._path)) as target,
        ):
            source.backup(target)
        shutil.rmtree(self._folder / "keys")
        shutil.copytree(made / "keys", self._folder / "keys")
        return True

    async def keep_as(self, name: str, storage: Storage) -> None:
        """Keep where this test is now, with its keys, for those that come here as well."""
        if await storage.tidy():
            made = self._new_folder()
            shutil.copy(self._path, made / "database")
            shutil.copytree(self._folder / "keys", made / "keys")
            _made[*self._key, name] = made

    def _new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="stand-easy-start-", dir=templates[0].parent))
