"""Every command as it is typed: exit codes, results on standard output, the rest beside it."""

import asyncio
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import looking, wiring
from bot.__main__ import main
from bot.core.disclosure.release import Release
from bot.wiring import Assembly, Part
from bot.workflows import report
from config.settings import read_settings

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
EXAMPLE = str(wiring.example_programme_path())

Ran = tuple[int, str, str]
"""Exit code, standard output, standard error."""


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
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no setting from outside."""
    for name in os.environ:
        if name.startswith("STANDEASY_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in the working folder."""

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
def migrated(
    run: Callable[..., Ran], sqlite_database: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run a command on a migrated database."""
    monkeypatch.setenv("STANDEASY_DATABASE_URL", sqlite_database)
    # What ships is verified on a day, and is not loaded any more half a year later.
    monkeypatch.setattr(wiring, "utc_now", lambda: NOW)
    monkeypatch.setattr(looking, "utc_now", lambda: NOW)
    return run


@pytest.fixture
def ready(migrated: Callable[..., Ran]) -> Callable[..., Ran]:
    """Run a command on a database with keys and the example programme."""
    assert migrated("keys", "new", "--count", "1")[0] == 0
    assert migrated("programme", "load", EXAMPLE)[0] == 0
    return migrated


def result(ran: Ran) -> str:
    """Return what a command printed that went well and had nothing else to say."""
    code, shown, other = ran
    assert (code, other) == (0, "")
    return shown


def one_line(ran: Ran, code: int = 1) -> str:
    """Return the one line of a command that was refused."""
    got, shown, other = ran
    assert (got, shown) == (code, "")
    assert other.count("\n") == 1
    assert "Traceback" not in other
    return other


# --- What goes well ---------------------------------------------------------------------


def test_migrate_makes_the_database_and_may_be_repeated(run: Callable[..., Ran]) -> None:
    for _ in range(2):
        code, shown, _ = run("migrate")
        assert (code, shown) == (0, "The database is up to date.\n")
    assert Path("data/stand-easy.db").is_file()
    assert result(run("rounds", "list")).startswith("No rounds yet.")


def test_the_example_programme_is_checked_without_a_database(run: Callable[..., Ran]) -> None:
    assert result(run("programme", "check", EXAMPLE)).startswith("Fenmarch Constabulary")
    assert not Path("data").exists()


def test_a_programme_is_loaded_and_shown(migrated: Callable[..., Ran]) -> None:
    loaded = result(migrated("programme", "load", EXAMPLE, "--reason", "the first"))
    assert loaded == "Version 1 is in force from the next round on.\n"
    # Loading what is in force already changes nothing.
    assert result(migrated("programme", "load", EXAMPLE)) == loaded
    shown = result(migrated("programme", "show"))
    assert re.match(r"Version 1, saved by command line.*: the first\n", shown)
    assert "dog-unit: Dog Unit, 8 heads" in shown


def test_keys_are_made_and_listed_and_never_overwritten(migrated: Callable[..., Ran]) -> None:
    code, shown, _ = migrated("keys", "new", "--count", "2")
    assert code == 0
    assert "The officers' keys are in data/keys/officers." in shown
    assert "2 sealing keys were added to the pool." in shown
    before = {path: path.read_bytes() for path in key_files()}
    assert len(before) == 4
    assert migrated("keys", "new", "--count", "1")[1] == "1 sealing keys were added to the pool.\n"
    assert all(path.read_bytes() == content for path, content in before.items())
    lines = result(migrated("keys", "list")).splitlines()
    assert [line.split()[1:] for line in lines[1:]] == [["unused", "here"]] * 3
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in key_files())


def key_files() -> list[Path]:
    """Return all files of keys."""
    return [path for path in Path("data/keys").rglob("*") if path.is_file()]


def test_a_code_without_a_token_says_how_to_get_the_link(ready: Callable[..., Ran]) -> None:
    shown = result(ready("codes", "issue", "dog-unit"))
    assert re.match(r"Code: [2-9A-Z]{12}\nLink: \(set STANDEASY_TELEGRAM_TOKEN", shown)
    assert "For 10 people, until " in shown
    assert "For 11 people" in result(ready("codes", "issue", "dog-unit", "--uses", "11"))


async def released(settings: wiring.Settings, round_id: str) -> Release:
    """Tally a closed round as the tally's process does."""
    async with wiring.open_storage(settings) as storage:
        assembly = Assembly(settings, [Part.TALLY], storage, wiring.utc_now)
        await assembly.count()
        return await report.release_of(storage, round_id)


def test_a_round_is_opened_closed_and_reported(ready: Callable[..., Ran]) -> None:
    opened = re.fullmatch(
        r"Round (\S+) is open\.\n", result(ready("rounds", "open", "weekly-pulse"))
    )
    assert opened
    round_id = opened[1]
    assert re.search(rf"^{round_id} +open ", result(ready("rounds", "list")), re.MULTILINE)
    assert "has no result yet" in one_line(ready("report", round_id))
    assert f"Round {round_id} is closed." in result(ready("rounds", "close", round_id, "--at-once"))
    release = asyncio.run(released(read_settings(), round_id))
    as_json = result(ready("report", round_id, "--format", "json"))
    assert as_json.encode() == release.content + b"\n"
    assert json.loads(as_json)
    assert "Fenmarch Constabulary (invented)" in result(ready("report", round_id))
    assert re.search(rf"^{round_id} +released ", result(ready("rounds", "list")), re.MULTILINE)


def test_health_asks_the_database_when_it_last_ticked(migrated: Callable[..., Ran]) -> None:
    assert "No tick in the last three minutes." in one_line(migrated("health"))

    async def tick() -> None:
        settings = read_settings()
        async with wiring.open_storage(settings) as storage:
            await Assembly(settings, [Part.TALLY], storage, wiring.utc_now).beat()

    asyncio.run(tick())
    assert result(migrated("health")) == "ok\n"
    assert result(migrated("health", "--process", "tally")) == "ok\n"
    assert "No tick" in one_line(migrated("health", "--process", "officers"))


# --- What is refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["rounds", "list"],
        ["keys", "list"],
        ["programme", "show"],
        ["report", "x"],
        ["serve"],
        ["dashboard"],
    ],
)
def test_a_database_without_tables_is_refused(run: Callable[..., Ran], words: list[str]) -> None:
    line = one_line(run(*words))
    assert "Run: python -m bot migrate" in line


def test_a_database_out_of_reach_is_named_without_its_password(
    run: Callable[..., Ran], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDEASY_DATABASE_URL", f"sqlite+aiosqlite:///{here}")
    assert "cannot be used" in one_line(run("rounds", "list"))
    address = f"postgresql+asyncpg://somebody:hush@/x?host={here}"
    monkeypatch.setenv("STANDEASY_DATABASE_URL", address)
    line = one_line(run("rounds", "list"))
    assert "cannot be used" in line
    assert "hush" not in line


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("STANDEASY_TELEGRAM_TOKN", "x", "There is no setting STANDEASY_TELEGRAM_TOKN"),
        ("STANDEASY_TELEGRAM_TOKEN", "hush", "is not a bot token"),
        ("STANDEASY_LISTEN", "8080", "expected host and port"),
        ("STANDEASY_LOG_LEVEL", "loud", "expected one of DEBUG"),
    ],
)
def test_a_wrong_setting_stops_every_command(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    for words in (["rounds", "list"], ["serve"], ["programme", "check", EXAMPLE]):
        line = one_line(run(*words))
        assert expected in line
        assert "hush" not in line


def test_a_wrong_setting_in_the_file_stops_too(run: Callable[..., Ran]) -> None:
    Path(".env").write_text("STANDEASY_DATABSE_URL=x\n", encoding="utf-8")
    assert "There is no setting STANDEASY_DATABSE_URL" in one_line(run("rounds", "list"))


@pytest.mark.parametrize("command", ["serve", "officers"])
def test_officers_are_not_served_without_keys_or_token(
    migrated: Callable[..., Ran], command: str
) -> None:
    assert "keys new" in one_line(migrated(command))
    assert migrated("keys", "new", "--count", "1")[0] == 0
    assert "STANDEASY_TELEGRAM_TOKEN is missing" in one_line(migrated(command))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["codes", "issue", "nobody"], "There is no team nobody: expected one of harbour-response"),
        (["rounds", "open", "daily"], "There is no check-in daily: expected one of weekly-pulse"),
        (["rounds", "close", "no-round"], "no-round"),
        (["report", "no-round"], "no-round"),
        (["report", "no-round", "--format", "json"], "no-round"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(
    ready: Callable[..., Ran], words: list[str], expected: str
) -> None:
    assert expected in one_line(ready(*words))


def test_a_round_opens_once_and_closes_once(ready: Callable[..., Ran]) -> None:
    opened = result(ready("rounds", "open", "weekly-pulse")).split()[1]
    assert "was opened before" in one_line(ready("rounds", "open", "weekly-pulse"))
    assert ready("rounds", "close", opened, "--at-once")[0] == 0
    assert opened in one_line(ready("rounds", "close", opened))


def test_a_round_needs_an_unused_key(migrated: Callable[..., Ran]) -> None:
    assert migrated("programme", "load", EXAMPLE)[0] == 0
    assert "python -m bot keys new" in one_line(migrated("rounds", "open", "weekly-pulse"))


@pytest.mark.parametrize(
    "words",
    [["programme", "show"], ["codes", "issue", "dog-unit"], ["rounds", "open", "weekly-pulse"]],
)
def test_without_a_programme_it_says_how_to_load_one(
    migrated: Callable[..., Ran], words: list[str]
) -> None:
    assert migrated("keys", "new", "--count", "1")[0] == 0
    assert "python -m bot programme load FILE" in one_line(migrated(*words))


@pytest.mark.parametrize("verb", ["check", "load"])
def test_a_broken_programme_is_named_by_line_and_column(
    migrated: Callable[..., Ran], verb: str
) -> None:
    broken = Path("force.yaml")
    broken.write_text("format: 1\nforce: {id: x\nname: y\n", encoding="utf-8")
    assert re.match(
        r"force\.yaml: line 3, column 5: ", one_line(migrated("programme", verb, "force.yaml"))
    )
    broken.write_text(
        Path(EXAMPLE).read_text("utf-8").replace("headcount: 22", "headcount: x"), "utf-8"
    )
    assert re.match(
        r"force\.yaml: line \d+, force\.", one_line(migrated("programme", verb, "force.yaml"))
    )
    assert "There is no file nothing.yaml" in one_line(migrated("programme", verb, "nothing.yaml"))
    assert "There is no programme yet." in one_line(migrated("programme", "show"))


@pytest.mark.parametrize(
    "words",
    [["demo", "--port", "65536"], ["codes", "issue", "x", "--uses", "0"], ["fly"], []],
)
def test_a_mistyped_command_leaves_with_two(run: Callable[..., Ran], words: list[str]) -> None:
    assert "--help" in one_line(run(*words), code=2)
