"""Fixtures for all tests, a core for each process that runs some of them, and room in memory."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from types import FrameType

import pytest

from bot.officer import check_ins, handlers, lead_report
from tests.browsers import chromium
from tests.compiled_once import compiling_once
from tests.databases import (
    database_url,
    empty_database_url,
    postgres_copies,
    postgres_server,
    postgres_template,
    sqlite_database,
    sqlite_template,
    storage,
)
from tests.read_once import reading_content_once
from tests.shares import SHARE

__all__ = [
    "chromium",
    "database_url",
    "empty_database_url",
    "postgres_copies",
    "postgres_server",
    "postgres_template",
    "sqlite_database",
    "sqlite_template",
    "storage",
]


_MEMORY, _ROOM = "/dev/shm", 2 << 30  # noqa: S108 - folders in it are made by tempfile


def _is_roomy(folder: str) -> bool:
    """Whether a folder has room for all tests, and lets them start what they put there."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(folder).free >= _ROOM and not os.statvfs(folder).f_flag & os.ST_NOEXEC


# Keys, commits and clusters wait for the disk until what they wrote is there for good: half the
# time of all tests. They kill processes and no machine, and memory outlives a process as well.
if "TMPDIR" not in os.environ and _is_roomy(_MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY

# Every process that a test starts would read all modules as text again, and each run of the
# tests rewrite its assertions, where the environment says that nothing compiled is kept.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The HTTP client looks for this with every request, on the whole path, and does without it.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


SQLITE_FIRST = "sqlite_first(reason): runs on PostgreSQL with `make fuzz` alone"
AT_ONCE = "at_once: several write at once, so it runs on both engines all the same"
# That a database takes every statement, types and all, is seen by walking one path through each
# workflow and each page; storage's own tests hold what a statement does.
WHOLE_PATH = "whole_path: goes through all that its file is about, so it runs on both engines"


def pytest_configure(config: pytest.Config) -> None:
    """Say what a mark means, and keep each of several test processes on cores of its own."""
    config.addinivalue_line("markers", SQLITE_FIRST)
    config.addinivalue_line("markers", AT_ONCE)
    config.addinivalue_line("markers", WHOLE_PATH)
    # Each loop would put a handler of its own in the place of Python's, and to put that back take
    # apart what its task returned, to name it in an error that nobody sees.
    signal.signal(signal.SIGINT, _interrupted)
    # SQLite's driver hands every statement to a thread and back: from one core to another that
    # takes three times as long, and the other cores have tests of their own to run.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and hasattr(os, "sched_setaffinity"):
        number, of = int(worker.removeprefix("gw")), int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
        mine = sorted(os.sched_getaffinity(0))[number::of]
        if mine:
            os.sched_setaffinity(0, mine)


def _interrupted(number: int, frame: FrameType | None) -> None:
    signal.default_int_handler(number, frame)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to `make fuzz` what is its own; give tests with a browser the browser's loop."""
    left_out = {item for item in items if SHARE < 1 and _is_left_out(item)}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_collection() -> None:
    """Look for no rubbish while everything is loaded."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for rubbish in what tests make alone: all that was loaded by now stays."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _is_left_out(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    return {"postgres", "sqlite_first"} <= marks and not {"at_once", "whole_path"} & marks


@pytest.fixture(scope="session", autouse=True)
def _once() -> Iterator[None]:
    """Let no test compile or read again what another has compiled or read."""
    with compiling_once(), reading_content_once():
        yield


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the database as long as a crowded machine takes; two tests have less of it."""
    monkeypatch.setattr(check_ins, "SEAL_SECONDS", 60.0)
    monkeypatch.setattr(handlers, "DATABASE_SECONDS", 60.0)
    monkeypatch.setattr(lead_report, "LOOKING_UP_SECONDS", 60.0)
