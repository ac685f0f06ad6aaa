"""Real databases for tests: SQLite as a copied file, PostgreSQL as a throw-away cluster.

Both come from a template made by the migrations. The cluster listens on a Unix socket in a
temporary folder and nowhere else, and is gone when the tests are. Without PostgreSQL on the
machine its tests are skipped with a reason; with CI=true they fail instead.
"""

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.engine import Storage
from storage.migrate import migrate

_ACCOUNTS = ("postgres", "nobody")
_ROLE = "stand_easy"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class PostgresServer:
    """A running throw-away cluster."""

    programs: Path
    folder: Path

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+asyncpg://{_ROLE}@/{database}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """Make a new database, empty or from `template`, and return its name."""
        name = f"test_{next(_numbers)}"
        source = [] if template is None else ["-T", template]
        self._run("createdb", *source, name)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, with whoever is still connected to it."""
        self._run("dropdb", "--force", name)

    def _run(self, program: str, *arguments: str) -> None:
        _run([str(self.programs / program), "-h", str(self.folder), "-U", _ROLE, *arguments])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One cluster for all tests of this process."""
    programs = _find_programs()
    if programs is None:
        message = "PostgreSQL is not on this machine (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # Not pytest's own folder: its path can be too long for a socket, and closed to others.
    folder = Path(tempfile.mkdtemp(prefix="stand-easy-"))
    account = _account()
    try:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        cluster = folder / "cluster"
        control = [str(programs / "pg_ctl"), "-w", "-s", "-D", str(cluster)]
        _run(
            [
                str(programs / "initdb"),
                *("-D", str(cluster), "-U", _ROLE, "--auth=trust", "--no-sync"),
                *("--encoding=UTF8", "--locale=C"),
            ],
            cwd=folder,
            **account,
        )
        # No durability: nothing here outlives the tests.
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        )
        log = str(folder / "log")
        _run([*control, "-l", log, "-o", options, "start"], cwd=folder, **account)
        try:
            yield PostgresServer(programs, folder)
        finally:
            _run([*control, "-m", "immediate", "stop"], cwd=folder, **account)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database to copy."""
    name = postgres_server.create()
    _wait_for(migrate, postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _wait_for(migrate, sqlite_url(path))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[str]:
    """The address of a migrated, empty database: each test runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "stand-easy.db"
        shutil.copy(sqlite_template, path)
        yield sqlite_url(path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite database, where one engine is enough."""
    path = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, path)
    return sqlite_url(path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table; on SQLite, not even a file."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "stand-easy.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    """A migrated, empty database, opened."""
    opened = Storage(database_url)
    yield opened
    await opened.close()


def sqlite_url(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def _find_programs() -> Path | None:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres")
    candidates += [Path(found).resolve().parent] if found else []
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def _account() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in _ACCOUNTS if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(command: list[str], **options: Any) -> None:
    # The server keeps what it is given as output open, so it gets nothing to keep.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options
        )
        if done.returncode != 0:
            output.seek(0)
            pytest.fail(f"{command[0]} failed: {output.read().decode()}")


def _wait_for(act: Any, *arguments: object) -> None:
    # In a thread: a session's fixture must not touch the loop of the test that asks first.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(act(*arguments))).result()
