"""A working folder with keys, a migrated database and the example programme in force."""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import wiring
from bot.__main__ import main

Ran = tuple[int, str, str]
"""Exit code, standard output, standard error."""

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    names = ("bot", "storage", "config", "telegram", "uvicorn.error")
    levels = {name: logging.getLogger(name).level for name in names}
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sqlite_database: str,
) -> Run:
    """Run a command in a folder of its own, on a database that is migrated and empty."""
    for name in os.environ:
        if name.startswith("STANDEASY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("STANDEASY_DATABASE_URL", sqlite_database)
    monkeypatch.chdir(tmp_path)
    # What ships is verified on a day, and too old half a year later.
    monkeypatch.setattr(wiring, "utc_now", lambda: NOW)

    def typed(*words: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as left:
            code = int(left.code or 0)
        shown, other = capsys.readouterr()
        return code, shown, other

    return typed


@pytest.fixture
def ready(run: Run) -> Run:
    """The same with keys and the example programme in force."""
    assert run("keys", "new", "--count", "1")[0] == 0
    assert run("programme", "load", str(wiring.example_programme_path()))[0] == 0
    return run
