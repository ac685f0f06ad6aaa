"""Real databases for tests: SQLite as a copied file, PostgreSQL as a throw-away cluster.

Both come from a template made by the migrations. A copy on PostgreSQL is emptied after each
test and used by the next, unless a test changed more than rows. The cluster listens on a Unix
socket in a temporary folder and nowhere else, and is gone when the tests are. What keeps house in
it has a loop and connections of its own: to open one, and to look into a catalogue through it for
the first time, takes longer than to empty a database. Without PostgreSQL on the machine its tests
are skipped with a reason; with CI=true they fail instead.
"""

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest

from storage.engine import Storage
from storage.migrate import migrate
from tests.prepared import templates

_ACCOUNTS = ("postgres", "nobody")
_ROLE = "stand_easy"
_numbers = itertools.count(1)

_SHAPE = """
    SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
        SELECT format('%s %s %s %s', oid::regclass, relkind, relowner, relacl)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s.%s %s %s', attrelid::regclass, attname, atttypid, attnotnull)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', proname, md5(prosrc)) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', nspname, nspacl) FROM pg_namespace
        WHERE nspname NOT LIKE 'pg_%'
        UNION ALL SELECT format('%s %s', setdatabase, setconfig) FROM pg_db_role_setting
        UNION ALL SELECT version_num FROM alembic_version
    ) AS lines (line)
"""
_WRITTEN = """
    SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
_COUNTED = """
    SELECT string_agg(format('ALTER SEQUENCE %I RESTART', sequencename), ';') FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class PostgresServer:
    """A running throw-away cluster."""

    programs: Path
    folder: Path
    loop: asyncio.AbstractEventLoop
    kept: dict[str, Any] = field(default_factory=dict)
    """The connections that keep house, by the name of the database."""

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+asyncpg://{_ROLE}@/{database}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """Make a new database, empty or from `template`, and return its name."""
        name = f"test_{next(_numbers)}"
        self._wait(self._create(name, template or "template1"))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, with whoever is still connected to it."""
        self._wait(self._drop(name))

    def shape(self, name: str) -> str:
        """Return what a database is made of, rows aside, as a checksum."""
        return str(self._wait(self._shape(name)))

    def empty(self, name: str, shape: str) -> bool:
        """Remove all rows as if there never were any; return False if more had changed."""
        return bool(self._wait(self._empty(name, shape)))

    def leave(self) -> None:
        """Close all connections that are kept."""
        for name in list(self.kept):
            self._wait(self._leave(name))

    def _wait(self, what: Coroutine[Any, Any, Any]) -> Any:
        # A session's fixture must not touch the loop of the test that asks first.
        return asyncio.run_coroutine_threadsafe(what, self.loop).result()

    async def _create(self, name: str, template: str) -> None:
        keeper = await self._kept("postgres")
        # With nothing to be kept on a disk, copied files are there sooner than written pages.
        how = " STRATEGY file_copy" if keeper.get_server_version() >= (15,) else ""
        await keeper.execute(f"CREATE DATABASE {name} TEMPLATE {template}{how}")

    async def _drop(self, name: str) -> None:
        await self._leave(name)
        keeper = await self._kept("postgres")
        await keeper.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _shape(self, name: str) -> str:
        # A template is copied while nobody is connected to it.
        try:
            return str(await (await self._kept(name)).fetchval(_SHAPE))
        finally:
            await self._leave(name)

    async def _empty(self, name: str, shape: str) -> bool:
        keeper = await self._kept(name)
        await keeper.execute(_OTHERS)
        if await keeper.fetchval(_SHAPE) != shape:
            return False
        # Triggers that keep rows from being removed do not speak for a replica.
        await keeper.execute("SET session_replication_role = replica")
        if written := await keeper.fetchval(_WRITTEN):
            await keeper.execute(f"TRUNCATE {written} RESTART IDENTITY CASCADE")
        if counted := await keeper.fetchval(_COUNTED):
            await keeper.execute(counted)
        return True

    async def _kept(self, name: str) -> Any:
        """Return the connection that keeps house in a database."""
        connection = self.kept.get(name)
        # A test may have ended it, with all others.
        if connection is None or connection.is_closed():
            connection = self.kept[name] = await self._connect(name)
        return connection

    async def _leave(self, name: str) -> None:
        connection = self.kept.pop(name, None)
        if connection is not None:
            await connection.close()

    async def _connect(self, name: str) -> Any:
        return await asyncpg.connect(host=str(self.folder), user=_ROLE, database=name)


@contextmanager
def _a_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="keeps house")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


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
            with _a_loop() as loop:
                server = PostgresServer(programs, folder, loop)
                yield server
                server.leave()
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


@dataclass
class Copies:
    """Migrated, empty databases: copied once, and used by one test after the other."""

    server: PostgresServer
    template: str
    shape: str
    free: list[str]

    def take(self) -> str:
        """Return the name of one that nobody uses."""
        return self.free.pop() if self.free else self.server.create(self.template)

    def put_back(self, name: str) -> None:
        """Empty one for the next test; what was changed beyond that is dropped."""
        if self.server.empty(name, self.shape):
            self.free.append(name)
        else:
            self.server.drop(name)


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: PostgresServer, postgres_template: str) -> Copies:
    """The databases of this process's tests."""
    shape = postgres_server.shape(postgres_template)
    return Copies(postgres_server, postgres_template, shape, [])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _wait_for(migrate, sqlite_url(path))
    templates.append(path)
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
    copies: Copies = request.getfixturevalue("postgres_copies")
    name = copies.take()
    yield copies.server.url(name)
    copies.put_back(name)


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


def _wait_for(act: Any, *arguments: object) -> Any:
    # In a thread, for the same reason as above.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(act(*arguments))).result()
