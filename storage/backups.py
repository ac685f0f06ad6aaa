"""A whole database, copied into one file, and from such a file into an empty place.

A copy is taken while everybody goes on working and holds one moment. Nothing is half there: a
copy that fails leaves no file, and a place that was empty is empty again.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import URL, text

from bot.core.errors import StandEasyError
from storage.connections import UNREACHABLE, label, parse, postgresql_engine, reason
from storage.errors import DatabaseUnavailable, unavailable

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
FILES: Final = {SQLITE: "stand-easy.db", POSTGRESQL: "stand-easy.dump"}
"""What the file of a copy is called, by engine."""

_LOGS = ("-wal", "-shm", "-journal")


class NoDatabase(StandEasyError):
    """There is no database {database} to copy."""

    hint = "Set STANDEASY_DATABASE_URL or STANDEASY_DATA to where it is."


class NotEmpty(StandEasyError):
    """The database {database} is not empty: a backup is restored onto an empty place alone."""

    hint = "Move it away, or name a new one in STANDEASY_DATABASE_URL."


class DamagedCopy(StandEasyError):
    """The copy of the database is damaged: {problem}."""

    hint = "Take another backup, and look at the disk."


class ProgramMissing(StandEasyError):
    """The program {program} is not on this machine."""

    hint = "Install PostgreSQL's client programs, of the server's version or newer."


class ProgramFailed(StandEasyError):
    """The program {program} ended with {code}: {problem}"""


def engine_of(address: str) -> str:
    """Return which engine a database is of."""
    return parse(address).get_backend_name()


def sqlite_path(address: str) -> Path:
    """Return the file of a SQLite database."""
    return Path(str(parse(address).database))


async def copy_out(address: str, folder: Path) -> Path:
    """Copy the whole database into a file of mode 0600 in a folder; return the file."""
    url = parse(address)
    target = folder / FILES[url.get_backend_name()]
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        if url.get_backend_name() == SQLITE:
            await asyncio.to_thread(_copy_sqlite, Path(str(url.database)), target, label(url))
        else:
            # -B, without large objects, has other long names by version. Ours has none, and each
            # that somebody made would be copied in a step of its own.
            words = ("--format=custom", "--no-owner", "-B", f"--file={target}")
            await _run(url, "pg_dump", *words)
    except BaseException:
        target.unlink()
        raise
    return target


async def refuse_unless_empty(address: str) -> None:
    """Raise `NotEmpty` where there is anything that a restore could harm."""
    url = parse(address)
    if url.get_backend_name() == SQLITE:
        if not await asyncio.to_thread(_is_empty, Path(str(url.database))):
            raise NotEmpty(database=label(url))
    elif await _tables(url):
        raise NotEmpty(database=label(url))


@asynccontextmanager
async def copied_in(address: str, copy: Path, roles: Sequence[str] = ()) -> AsyncIterator[str]:
    """Fill an empty place from a copy; yields the address under which to look at it.

    It stays when the block ends well. When it raises, the place is empty as before. On
    PostgreSQL, the roles that the copy speaks of are made where they are missing.
    """
    url = parse(address)
    await refuse_unless_empty(address)
    if url.get_backend_name() == SQLITE:
        with _beside(Path(str(url.database)), copy, label(url)) as part:
            yield f"sqlite+aiosqlite:///{part}"
        return
    await _act(url, [_role(name) for name in roles])
    words = ("--no-owner", "--exit-on-error", "--single-transaction")
    with TemporaryDirectory() as folder:
        entries = Path(folder, "entries")
        await _run(url, "pg_restore", "--list", f"--file={entries}", str(copy))
        if not await _may_make_event_triggers(url):
            await asyncio.to_thread(_leave_out_event_triggers, entries)
        chosen = (f"--dbname={url.database}", f"--use-list={entries}")
        await _run(url, "pg_restore", *chosen, *words, str(copy))
    try:
        yield address
    except BaseException:
        await _empty(url)
        raise


# --- SQLite -----------------------------------------------------------------------------


def _copy_sqlite(source: Path, target: Path, name: str) -> None:
    if not source.is_file():
        raise NoDatabase(database=name)
    try:
        # Not read-only: a reader of a log has to write beside the file. It changes nothing.
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True)) as from_,
            closing(sqlite3.connect(target)) as to,
        ):
            # All pages in one step: as long as this reads, the log cannot be emptied.
            from_.backup(to, pages=-1)
            _settle(to)
    except sqlite3.Error as error:
        raise DatabaseUnavailable(
            database=name, action="backup", reason=type(error).__name__
        ) from error
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _settle(connection: sqlite3.Connection) -> None:
    """Make one file of a database, without a log beside it, and check that it is whole."""
    connection.execute("PRAGMA journal_mode = DELETE")
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise DamagedCopy(problem="SQLite's own check fails")


@contextmanager
def _beside(path: Path, copy: Path, name: str) -> Iterator[Path]:
    """Give a copy beside its place, and move it there at the end."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    _remove(part)
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        shutil.copyfile(copy, part)
        yield part
        with closing(sqlite3.connect(part)) as connection:
            _settle(connection)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if _is_empty(path):
            _remove(path)
        try:
            # A link, not a rename: it fails where a rename would replace a database.
            os.link(part, path)
        except FileExistsError:
            raise NotEmpty(database=name) from None
    except sqlite3.Error as error:
        raise DamagedCopy(problem=f"SQLite says {type(error).__name__}") from error
    finally:
        _remove(part)


def _is_empty(path: Path) -> bool:
    """Whether there is no database, or one without a table: whatever looks for one makes that."""
    if not any(map(os.path.lexists, _with_logs(path))):
        return True
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False
    return not tables


def _remove(path: Path) -> None:
    for each in _with_logs(path):
        each.unlink(missing_ok=True)


def _with_logs(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("", *_LOGS)]


# --- PostgreSQL -------------------------------------------------------------------------


async def _run(url: URL, program: str, *words: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise ProgramMissing(program=program)
    running = await asyncio.create_subprocess_exec(
        found,
        *words,
        env=_environment(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await running.communicate()
    except BaseException:
        with suppress(ProcessLookupError):
            running.kill()
        await running.wait()
        raise
    if running.returncode:
        # The first line alone: further ones may repeat a row.
        line = said.decode(errors="replace").strip().partition("\n")[0]
        raise ProgramFailed(program=program, code=running.returncode, problem=line)


def _environment(url: URL) -> dict[str, str]:
    """Return how PostgreSQL's programs are told where to go: never on the command line."""
    query = {name: str(value) for name, value in url.query.items()}
    port = query.get("port") or (None if url.port is None else str(url.port))
    given = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": port,
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": url.password or query.get("password"),
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("ssl") or query.get("sslmode"),
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME"),
        "LC_ALL": "C",
    }
    return {name: value for name, value in given.items() if value}


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {name} NOLOGIN; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )


async def _may_make_event_triggers(url: URL) -> bool:
    asked = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ((may,),) = await _act(url, [asked])
    return bool(may)


def _leave_out_event_triggers(entries: Path) -> None:
    # Health says then that an administrator has to make them: see `storage.monitors`.
    lines = entries.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if " EVENT TRIGGER " not in line]
    entries.write_text("".join(kept), encoding="utf-8")


async def _tables(url: URL) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    return [row[0] for row in await _act(url, [query])]


async def _empty(url: URL) -> None:
    """Take away what was restored; it was an empty place before."""
    tables = [f'DROP TABLE IF EXISTS "{name}" CASCADE' for name in await _tables(url)]
    # Whatever they are for, so that a later migration's is not left: it would be in the way of
    # the next restore. What belongs to an extension was there before.
    made = (
        "SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'"
        " AND pg_has_role(proowner, 'USAGE') AND NOT EXISTS"
        " (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
    )
    numbers = (
        "SELECT format('DROP SEQUENCE %s CASCADE', oid::regclass) FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'"
        " AND pg_has_role(relowner, 'USAGE')"
    )
    await _act(url, tables)
    for left in (made, numbers):
        await _act(url, [row[0] for row in await _act(url, [left])])


async def _act(url: URL, statements: Sequence[str]) -> Sequence[Any]:
    """Run statements in one transaction; return the rows of the last one."""
    engine = postgresql_engine(url, patient=True)
    rows: Sequence[Any] = ()
    try:
        async with engine.begin() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
                rows = result.all() if result.returns_rows else ()
    except UNREACHABLE as error:
        raise unavailable(label(url), "backup", reason(error)) from error
    finally:
        await engine.dispose()
    return rows
