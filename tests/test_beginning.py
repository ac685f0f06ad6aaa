"""Setting up an empty place: everything is asked and checked, then written, or nothing is."""

import os
import re
import stat
from argparse import Namespace
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from bot import beginning, wiring
from bot.__main__ import main
from bot.admin.first_files import env_text, programme_text
from bot.beginning import BadAnswer, Question, answers_to
from bot.core.support import check_directory
from config.content import national_support
from config.settings import read_settings
from storage.migrate import check
from tests.databases import PostgresServer
from tests.workflows.office import MONDAY

TOKEN = "7300000001:AAInventedForTheTests-and_nothing_else"  # noqa: S105 - opens nothing
NAME = "Fenmarch Constabulary"

Ran = tuple[int, str, str]


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run a command in an empty folder where nobody can be asked."""
    for name in os.environ:
        if name.startswith("STANDEASY_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(wiring, "configure_logs", lambda level: None)
    monkeypatch.setattr("sys.stdin", StringIO())
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> Ran:
        capsys.readouterr()
        code = main(words)
        shown, other = capsys.readouterr()
        return code, shown, other

    return typed


def test_a_place_that_is_set_up_takes_its_programme_and_is_ready(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    code, shown, _ = run("init", "--force-name", NAME, "--token", TOKEN)
    assert code == 0
    assert {each.name for each in tmp_path.iterdir()} == {".env", "force.yaml", "data"}
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    settings = read_settings({}, tmp_path / ".env")
    assert settings.need_telegram_token().reveal() == TOKEN
    assert TOKEN not in shown
    assert run("health")[0] == 1
    assert "The first version, as init wrote it" in run("programme", "show")[1]
    for line in shown.splitlines():
        if line.startswith("    python -m bot programme"):
            assert run(*line.split()[3:])[0] == 0
    assert NAME in run("programme", "show")[1]
    # The file as it was written is what is in force already.
    assert len(run("programme", "history")[1].splitlines()) == 2
    assert len(run("keys", "list")[1].splitlines()) >= 8


def test_without_a_token_it_says_what_is_missing(run: Callable[..., Ran]) -> None:
    code, shown, _ = run("init", "--force-name", NAME)
    assert code == 0
    assert "Put the bot's token" in shown


@pytest.mark.parametrize("there", [".env", "force.yaml", "data/keys/mine", "data/stand-easy.db"])
def test_what_is_there_is_never_overwritten(
    run: Callable[..., Ran], tmp_path: Path, there: str
) -> None:
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_bytes(b"")
    code, shown, other = run("init", "--force-name", NAME)
    assert (code, shown) == (1, "")
    assert "already" in other
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [tmp_path / there]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "--force-name: expected"),
        (["--force-name", " "], "--force-name: expected a name"),
        (["--force-name", "x" * 81], "--force-name: expected a name"),
        (["--force-name", "a\nb"], "--force-name: expected a name"),
        (["--force-name", NAME, "--timezone", "Mars"], "--timezone: expected a time zone"),
        (["--force-name", NAME, "--timezone", "../etc"], "--timezone: expected a time zone"),
        (["--force-name", NAME, "--token", "abc"], "--token: is not a bot token: expected"),
        (["--force-name", NAME, "--public-url", "http://x.example"], "--public-url: is not an"),
        (["--force-name", NAME, "--database", "mysql://x"], "--database: is not a database"),
        (
            ["--force-name", NAME, "--database", "postgresql+asyncpg://x@127.0.0.1:1/x"],
            "cannot be used",
        ),
    ],
)
def test_bad_input_says_what_was_expected_and_leaves_nothing(
    run: Callable[..., Ran], tmp_path: Path, words: list[str], expected: str
) -> None:
    code, shown, other = run("init", *words)
    assert (code, shown) == (1, "")
    assert expected in other
    assert list(tmp_path.iterdir()) == []


def test_what_fails_late_leaves_nothing(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise BadAnswer(option="the disk", problem="is full")

    monkeypatch.setattr(beginning, "_fill_pool", fails)
    assert run("init", "--force-name", NAME)[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_folders_of_keys_may_be_there_and_are_empty_again_after_a_failure(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / "keys").mkdir(parents=True, mode=0o700)
    (tmp_path / "data" / "keys" / "officers").mkdir(mode=0o700)
    with monkeypatch.context() as patched:

        async def fails(*_: object) -> None:
            raise BadAnswer(option="the disk", problem="is full")

        patched.setattr(beginning, "_fill_pool", fails)
        assert run("init", "--force-name", NAME)[0] == 1
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]
    assert run("init", "--force-name", NAME)[0] == 0


def test_a_setting_in_the_environment_that_would_win_is_refused(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDEASY_TELEGRAM_TOKEN", TOKEN)
    code, _, other = run("init", "--force-name", NAME)
    assert code == 1
    assert "STANDEASY_TELEGRAM_TOKEN" in other
    assert TOKEN not in other
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_answer_is_asked_again_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    said = iter(["", NAME, "Atlantis", "Europe/London", "?", TOKEN, "", "sqlite"])
    asked: list[Question] = []

    def ask(question: Question) -> str:
        asked.append(question)
        return next(said)

    found = answers_to(vars(Namespace()), ask)
    assert found == {
        "--force-name": NAME,
        "--timezone": "Europe/London",
        "--token": TOKEN,
        "--public-url": "",
        "--database": "",
    }
    assert len(asked) == 8
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert all("expected" in line for line in told)


def test_what_an_option_answers_is_not_asked() -> None:
    given = {"force_name": NAME, "timezone": "Europe/London", "token": "", "public_url": ""}

    def ask(question: Question) -> str:
        assert question.option == "--database"
        return "sqlite"

    assert answers_to(given, ask)["--force-name"] == NAME


HOSTILE = ["a b", "a#b", "a'b", 'a"b', "a\\b", "a\\'b", "$HOME", "a=b", "é%40;|&", "{x}", "$$"]


@pytest.mark.parametrize("password", HOSTILE)
def test_settings_read_back_as_they_were_answered(tmp_path: Path, password: str) -> None:
    url = f"postgresql+asyncpg://stand_easy:{password}@db.example/force"
    (tmp_path / ".env").write_text(env_text({"STANDEASY_DATABASE_URL": url}), encoding="utf-8")
    assert read_settings({}, tmp_path / ".env").database_url.reveal() == url


def test_a_password_that_a_file_of_settings_cannot_hold_is_refused(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    url = "postgresql+asyncpg://stand_easy:a${HOME}@db.example/force"
    code, _, other = run("init", "--force-name", NAME, "--database", url)
    assert code == 1
    assert other.startswith("--database: expected")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [NAME, "Heddlu “Gwent”", 'a: "b" #c', "{x}", "- &a", "é" * 80])
def test_a_first_programme_is_valid_whatever_the_force_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / "force.yaml"
    path.write_text(programme_text(name, "Europe/London", MONDAY, "force.yaml"), encoding="utf-8")
    checked = wiring.read_programme(path)
    assert checked.force.name == name
    assert checked.check_ins[0].starts_on.weekday() == 0
    assert checked.check_ins[0].starts_on > MONDAY


def test_its_entries_of_support_are_valid_once_they_are_put_in_place(tmp_path: Path) -> None:
    path = tmp_path / "force.yaml"
    text = programme_text(NAME, "Europe/London", MONDAY, "force.yaml")
    before, _, entries = text.partition("support: []\n")
    path.write_text(before + re.sub("^# ", "", entries, flags=re.MULTILINE), encoding="utf-8")
    support = wiring.read_programme(path).support
    assert not check_directory([*support, *national_support()], MONDAY)


@pytest.mark.postgres
async def test_a_database_on_postgresql_is_set_up_and_refused_the_second_time(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", StringIO())
    name = postgres_server.create()
    url = postgres_server.url(name)
    given = Namespace(force_name=NAME, database=url)
    settings = read_settings({}, None)
    await beginning.init(settings, given)
    await check(url)
    assert read_settings({}, tmp_path / ".env").database_url.reveal() == url
    for each in (".env", "force.yaml"):
        (tmp_path / each).rename(tmp_path / f"old {each}")
    (tmp_path / "data").rename(tmp_path / "old data")
    with pytest.raises(beginning.AlreadyThere, match="a database of this program"):
        await beginning.init(settings, given)
    assert not (tmp_path / ".env").exists()
    postgres_server.drop(name)
