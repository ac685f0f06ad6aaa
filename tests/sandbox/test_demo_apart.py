"""The demo lets anybody in, so it never opens a force's folder, nor a force's program a demo's."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.every_command import COMMANDS, OPEN_NOTHING
from bot.sandbox.demo.run import a_demo
from storage import demo_mark
from storage.backups import copied_in, copy_out

KEYS = Path("keys/officers/address.key")
Refusal = Callable[..., str]


@pytest.fixture
def refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Refusal:
    """Type a command in an empty folder; returns the one line by which it is refused."""
    for name in os.environ:
        if name.startswith("STANDEASY_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def typed(*words: str, **settings: object) -> str:
        with monkeypatch.context() as here:
            for name, value in settings.items():
                here.setenv(f"STANDEASY_{name.upper()}", str(value))
            assert main(words) == 1
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        return said.err

    return typed


@pytest.fixture
def demos(tmp_path: Path) -> Path:
    """A folder that a demo kept."""
    folder = tmp_path / "demos"
    demo_mark.folder_of_a_demo(folder)
    (folder / KEYS).parent.mkdir(parents=True)
    (folder / KEYS).touch()
    return folder


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """Return every file and folder, with what is in it."""
    return {
        str(each.relative_to(folder)): each.read_bytes() if each.is_file() else None
        for each in folder.rglob("*")
    }


def database_in(folder: Path) -> Path:
    """Make what a force's database looks like from outside."""
    folder.mkdir(exist_ok=True)
    database = folder / demo_mark.DATABASE
    database.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE staff (name TEXT)")
    return database


@pytest.mark.parametrize("name", [demo_mark.DATABASE, str(KEYS), ".env", "year/notes.txt"])
def test_the_demo_opens_no_folder_with_anything_that_no_demo_made(
    refusal: Refusal, tmp_path: Path, name: str
) -> None:
    real = tmp_path / "data"
    (real / name).parent.mkdir(parents=True)
    (real / name).write_bytes(b"real")
    (tmp_path / "link").symlink_to(real)
    before = everything_in(real)
    for folder in ("data", "link"):
        said = refusal("demo", "--no-browser", "--keep", folder)
        assert said.startswith(f"The demo does not open {folder}: there is something in it")
        assert everything_in(real) == before
    file = refusal("demo", "--no-browser", "--keep", f"data/{name}")
    assert "it is no folder" in file


async def test_a_force_s_database_is_not_opened_whatever_led_to_it(
    tmp_path: Path, demos: Path
) -> None:
    real = database_in(tmp_path / "data")
    before = everything_in(real.parent)
    database_in(demos)
    linked = tmp_path / "linked"
    demo_mark.folder_of_a_demo(linked)
    (linked / demo_mark.DATABASE).unlink()
    (linked / demo_mark.DATABASE).symlink_to(real)
    for folder in (real.parent, demos, linked):
        with pytest.raises(demo_mark.NoFolderForADemo):
            async with a_demo(folder):
                raise AssertionError("opened")
    assert everything_in(real.parent) == before


@pytest.mark.parametrize(
    "words",
    [
        *("serve", "officers", "dashboard", "tally", "migrate", "health", "init"),
        *("rounds list", "keys new --officers-only", "backup kept", "backup kept --keys"),
        *("restore kept", "admin invite --name Somebody"),
    ],
)
def test_no_command_but_the_demo_opens_a_demo_s_folder(
    refusal: Refusal, demos: Path, words: str
) -> None:
    before = everything_in(demos)
    said = refusal(*words.split(), data=demos)
    assert f"{demos / demo_mark.DATABASE} belongs to a demo" in said
    assert everything_in(demos) == before


def test_a_demo_s_database_or_keys_are_known_wherever_they_are(
    refusal: Refusal, tmp_path: Path, demos: Path
) -> None:
    moved = tmp_path / "moved.db"
    shutil.copy(demos / demo_mark.DATABASE, moved)
    copied = tmp_path / "copied"
    shutil.copytree(demos, copied)
    elsewhere = tmp_path / "elsewhere.db"
    for settings in (
        {"database_url": f"sqlite+aiosqlite:///{moved}"},
        {"data": copied},
        {"keys": demos / "keys"},
        {"data": demos, "database_url": "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"},
        {"database_url": f"sqlite+aiosqlite:///{demos / 'other.db'}"},
        {"keys": demos, "database_url": f"sqlite+aiosqlite:///{elsewhere}"},
    ):
        assert "belongs to a demo" in refusal("serve", **settings)
    assert not elsewhere.exists()


@pytest.mark.parametrize("words", ["serve", "admin list", "migrate", "health"])
def test_a_path_that_is_an_address_leads_to_no_demo(
    refusal: Refusal, tmp_path: Path, demos: Path, words: str
) -> None:
    (tmp_path / "data").mkdir()
    before = everything_in(demos)
    for path in ("file:{}?uri=true", "file:{}?mode=rw&uri=1", "file:{}", "{}?uri=true"):
        address = f"sqlite+aiosqlite:///{path.format(demos / demo_mark.DATABASE)}"
        said = refusal(*words.split(), data=tmp_path / "data", database_url=address)
        assert "sqlite with an address in place of a path" in said
    assert everything_in(demos) == before


async def test_the_mark_outlives_backup_restore_and_vacuum(tmp_path: Path, demos: Path) -> None:
    address = f"sqlite+aiosqlite:///{demos / demo_mark.DATABASE}"
    with closing(sqlite3.connect(demos / demo_mark.DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE staff (name TEXT)")
        connection.execute("VACUUM")
    copy = await copy_out(address, tmp_path)
    restored = tmp_path / "restored" / "any.db"
    async with copied_in(f"sqlite+aiosqlite:///{restored}", copy):
        pass
    with pytest.raises(demo_mark.BelongsToADemo):
        demo_mark.refuse_a_demo(f"sqlite+aiosqlite:///{restored}", [])


def test_a_demo_that_was_stopped_anywhere_goes_on_in_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "kept"
    database = demo_mark.folder_of_a_demo(folder)
    assert (folder.stat().st_mode & 0o777, database.stat().st_mode & 0o777) == (0o700, 0o600)
    whole = database.read_bytes()
    for left in (b"", None):
        database.unlink()
        if left is not None:
            database.write_bytes(left)
        demo_mark.folder_of_a_demo(folder)
        assert database.read_bytes() == whole
    demo_mark.folder_of_a_demo(folder)


def test_what_opens_nothing_is_a_closed_list() -> None:
    allowed = {"demo", "sandbox", "packs template", "packs check", "programme check"}
    assert allowed == OPEN_NOTHING
    assert COMMANDS.keys() > allowed
