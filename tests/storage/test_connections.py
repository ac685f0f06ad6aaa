"""Addresses of databases: what is wrong with one is said without the password in it."""

import threading
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy.exc import DBAPIError

from storage.connections import label, parse, reason
from storage.engine import Storage
from storage.errors import (
    HOST,
    OPTIONS,
    PORT,
    AddressNotUsable,
    DatabaseUnavailable,
    UnsupportedDatabase,
)


@pytest.mark.parametrize("port", ["x", "54x2", "hush", "-"])
def test_a_wrong_port_is_refused_without_the_address(port: str) -> None:
    with pytest.raises(UnsupportedDatabase) as raised:
        Storage(f"postgresql+asyncpg://somebody:hush@127.0.0.1:{port}/x")
    assert "hush" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "password", ["pazz@hush", "@hush", "hush@", "pazz@hush@hush", "pazz@hu/sh", "pa/hush", "a?hush"]
)
async def test_a_password_written_as_it_is_does_not_show(password: str) -> None:
    # Each of these should have been written with %40, %2F or %3F.
    storage = None
    try:
        storage = Storage(f"postgresql+asyncpg://somebody:{password}@127.0.0.1:1/x")
        with pytest.raises(DatabaseUnavailable) as unavailable:
            async with storage.read("look"):
                pass
        said = str(unavailable.value)
    except UnsupportedDatabase as error:
        said = str(error)
    finally:
        if storage is not None:
            await storage.close()
    for word in ("hush", "hu/sh", "pazz", "sh@"):
        assert word not in said


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://somebody:pass%40hush@db.invalid/force", "force at db.invalid"),
        ("postgresql://somebody:pass%2Fhush@/force?host=/run/pg", "force at /run/pg"),
        ("postgresql://somebody:hush@/force", "force at this machine"),
        ("sqlite:////data/a@b.db", "/data/a@b.db"),
    ],
)
def test_a_database_is_named_without_account_and_password(address: str, expected: str) -> None:
    assert label(parse(address)) == expected


def test_a_wrong_password_is_told_from_other_trouble_in_the_drivers_own_word() -> None:
    adapted = Exception("password authentication failed for user hush")
    adapted.__cause__ = asyncpg.InvalidPasswordError("password authentication failed for hush")
    assert reason(DBAPIError("SELECT hush", None, adapted)) == "InvalidPasswordError"
    assert reason(DBAPIError("SELECT hush", None, ValueError("hush"))) == "ValueError"
    late = TimeoutError("hush")
    late.__cause__ = RuntimeError("hush")
    assert reason(late) == "TimeoutError"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("127.0.0.1:99999/x", PORT),
        ("127.0.0.1:0/x", PORT),
        ("/x?host=127.0.0.1&port=99999", PORT),
        ("a..b/x", HOST),
        ("127.0.0.1/x?sslmode=require", OPTIONS),
        ("127.0.0.1/x?hunter2=1", OPTIONS),
    ],
)
def test_what_the_driver_would_trip_over_is_refused_in_one_line(rest: str, expected: str) -> None:
    with pytest.raises(AddressNotUsable) as raised:
        parse(f"postgresql+asyncpg://account:hunter2@{rest}")
    assert expected in str(raised.value)
    assert "hunter2" not in str(raised.value)


async def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    storage = Storage(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    (tmp_path / "x.db").unlink()
    (tmp_path / "x.db").mkdir()
    with pytest.raises(DatabaseUnavailable):
        async with storage.read("look"):
            pass
    # Threads that wait for the next errand of the loop end with it.
    left = {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}
    assert left <= before
    await storage.close()
