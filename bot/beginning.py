"""The command that sets up an empty place: init.

It asks everything, checks everything, and only then writes; what fails leaves the place as it
was. What is there already is never overwritten.
"""

import os
import secrets
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from rich.console import Console
from rich.progress import track
from rich.prompt import Prompt

from bot import wiring
from bot.admin.first_files import env_text, programme_text
from bot.admin.terminal import actor, say
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.sealing.process_keys import make_officer_keys, opening_keys
from bot.wiring import Settings
from bot.workflows import key_pool
from bot.workflows.key_pool import SMALLEST_POOL
from bot.workflows.programme import load as load_programme
from storage import backups
from storage.migrate import revision

ENV = Path(".env")
PROGRAMME = Path("force.yaml")
FIRST_VERSION = "The first version, as init wrote it"


class BadAnswer(StandEasyError):
    """{option}: {problem}"""


class AlreadyThere(StandEasyError):
    """There is {what} already: expected an empty place to set up."""

    hint = "Nothing was changed. Work in another folder, or go on with what is there."


class WouldBeIgnored(StandEasyError):
    """{names} stand in the environment, which goes before .env: expected them to be unset."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be asked, unless its option answers it."""

    option: str
    text: str
    default: str | None
    check: Callable[[str], str]
    secret: bool = False

    @property
    def name(self) -> str:
        """What the option is called among the arguments."""
        return self.option.removeprefix("--").replace("-", "_")


def _name(answer: str) -> str:
    if not 1 <= len(answer) <= 80 or not answer.isprintable():
        raise ValueError("expected a name of 1 to 80 characters")
    return answer


def _timezone(answer: str) -> str:
    if answer not in available_timezones():
        raise ValueError("expected a time zone such as Europe/London")
    return answer


def _setting(name: str) -> Callable[[str], str]:
    def check(answer: str) -> str:
        try:
            wiring.read_settings({name: answer}, None)
        except StandEasyError as error:
            problem = str(error).removeprefix(f"The setting {name} ").rstrip(".")
            raise ValueError(problem) from None
        return answer

    return check


def _database(answer: str) -> str:
    return "" if answer == "sqlite" else _setting("STANDEASY_DATABASE_URL")(answer)


QUESTIONS = (
    Question("--force-name", "What is the force called?", None, _name),
    Question("--timezone", "In which time zone does it work?", "Europe/London", _timezone),
    Question(
        "--token",
        "The bot's token from BotFather (nothing: later)",
        "",
        _setting("STANDEASY_TELEGRAM_TOKEN"),
        secret=True,
    ),
    Question(
        "--public-url",
        "Under which https address are the pages reached (nothing: on this machine alone)",
        "",
        _setting("STANDEASY_PUBLIC_URL"),
    ),
    Question(
        "--database",
        "Where is the database: sqlite, or postgresql+asyncpg://name:password@host/database",
        "sqlite",
        _database,
    ),
)
_WRITTEN = {
    "--token": "STANDEASY_TELEGRAM_TOKEN",
    "--public-url": "STANDEASY_PUBLIC_URL",
    "--database": "STANDEASY_DATABASE_URL",
}

Ask = Callable[[Question], str]


def ask_here(question: Question) -> str:
    """Ask in this terminal."""
    console = Console(stderr=True)
    if question.default:
        return Prompt.ask(
            question.text, default=question.default, password=question.secret, console=console
        )
    return Prompt.ask(question.text, password=question.secret, console=console)


def answers_to(given: Mapping[str, object], ask: Ask | None) -> dict[str, str]:
    """Return the answer to each question, by its option; raises `BadAnswer`.

    What an option answers is not asked. Where nobody can be asked, what has a default keeps it.
    """
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        said = given.get(question.name)
        if said is None and ask is not None:
            answers[question.option] = _asked(question, ask)
            continue
        said = question.default if said is None else str(said).strip()
        if said is None:
            raise BadAnswer(option=question.option, problem="expected, as nobody can be asked here")
        try:
            answers[question.option] = question.check(said)
        except ValueError as error:
            raise BadAnswer(option=question.option, problem=f"{error}.") from None
    return answers


def _asked(question: Question, ask: Ask) -> str:
    while True:
        try:
            return question.check(ask(question).strip())
        except ValueError as error:
            sys.stderr.write(f"{error}\n")


async def init(settings: Settings, given: Namespace) -> None:
    """Set up an empty place."""
    names = [name for name in _WRITTEN.values() if os.environ.get(name)]
    if names:
        raise WouldBeIgnored(names=", ".join(names))
    _refuse_files()
    answers = answers_to(vars(given), ask_here if sys.stdin.isatty() else None)
    values = {name: answers[option] for option, name in _WRITTEN.items()}
    with ExitStack() as undo:
        env, programme = _drafts(undo, answers, values)
        ours = wiring.read_settings(os.environ, env)
        _check_read_back(env, values)
        first = wiring.read_programme(programme)
        await _refuse_what_is_there(ours)
        _undo_folders(undo, ours)
        await wiring.migrate(ours.database_url.reveal())
        make_officer_keys(ours.keys, secrets.token_bytes)
        await _fill_pool(ours, first)
        for draft, path in ((programme, PROGRAMME), (env, ENV)):
            # A link, not a rename: it fails where a rename would replace a file.
            os.link(draft, path)
            undo.callback(path.unlink)
        undo.pop_all()
        env.unlink()
        programme.unlink()
        env.parent.rmdir()
    _say_what_is_next(ours)


def _check_read_back(env: Path, values: Mapping[str, str]) -> None:
    """Refuse what a `.env` cannot hold: there, ${NAME} stands for another setting."""
    written = wiring.read_settings({}, env)
    meant = wiring.read_settings(values, None)
    for option, name in _WRITTEN.items():
        field = name.removeprefix("STANDEASY_").lower()
        if getattr(written, field) != getattr(meant, field):
            raise BadAnswer(option=option, problem="expected nothing that stands for more: ${…}")


def _refuse_files() -> None:
    for path in (ENV, PROGRAMME):
        if os.path.lexists(path):
            raise AlreadyThere(what=path)


def _drafts(
    undo: ExitStack, answers: Mapping[str, str], values: Mapping[str, str]
) -> tuple[Path, Path]:
    """Write both files where nobody takes them for whole; return them."""
    folder = Path(tempfile.mkdtemp(prefix=".init-", dir=Path.cwd()))
    undo.callback(shutil.rmtree, folder)
    env, programme = folder / "env", folder / "force.yaml"
    today = wiring.utc_now().date()
    text = programme_text(answers["--force-name"], answers["--timezone"], today, str(PROGRAMME))
    for path, content, mode in ((env, env_text(values), 0o600), (programme, text, 0o644)):
        path.touch(mode=mode)
        path.write_text(content, encoding="utf-8")
    return env, programme


async def _refuse_what_is_there(settings: Settings) -> None:
    # Folders without a key may be there: an image brings them along.
    if any(not each.is_dir() for each in settings.keys.rglob("*")):
        raise AlreadyThere(what=f"something in {settings.keys}")
    address = settings.database_url.reveal()
    if backups.engine_of(address) == backups.SQLITE:
        if backups.sqlite_path(address).exists():
            raise AlreadyThere(what=f"a database {backups.sqlite_path(address)}")
    elif await revision(address) is not None:
        raise AlreadyThere(what="a database of this program at that address")


def _undo_folders(undo: ExitStack, settings: Settings) -> None:
    address = settings.database_url.reveal()
    undo.callback(_empty, settings.keys)
    made = [settings.keys]
    if backups.engine_of(address) == backups.SQLITE:
        made.append(backups.sqlite_path(address))
    for path in made:
        outermost = path
        while not outermost.parent.exists():
            outermost = outermost.parent
        if not outermost.exists():
            undo.callback(_remove, outermost)


def _empty(keys: Path) -> None:
    for each in keys.rglob("*"):
        if not each.is_dir():
            each.unlink()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        return
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


async def _fill_pool(settings: Settings, first: Programme) -> None:
    """Make keys for the rounds to come, and put the first programme in force."""
    keys = opening_keys(settings.keys)
    console = Console(stderr=True)
    async with wiring.open_storage(settings) as storage:
        for _ in track(range(SMALLEST_POOL), "Making keys", console=console, transient=True):
            await key_pool.make_keys(storage, keys, 1, wiring.utc_now, secrets.token_bytes, actor())
        await load_programme(storage, first, actor(), FIRST_VERSION, wiring.utc_now)


def _say_what_is_next(settings: Settings) -> None:
    say(f"Settings are in {ENV}, keys in {settings.keys}, a first programme in {PROGRAMME} and in")
    say("force. No officer is let in before the force has said where help is.")
    say("Next:")
    if settings.telegram_token is None:
        say(f"- Put the bot's token from BotFather into {ENV}.")
    say("- Start it, and leave it running:")
    say("    python -m bot serve")
    say("- Set everything up in a browser. In another terminal, this prints the link to open:")
    say('    python -m bot admin invite --name "Your name"')
    say(f"- Or write your teams and your support directory into {PROGRAMME}, and then:")
    say(f"    python -m bot programme check {PROGRAMME}")
    say(f"    python -m bot programme load {PROGRAMME}")
    say("    python -m bot codes issue first-team")
    say("- Take both backups, to two places (docs/operations.md):")
    say("    python -m bot backup FOLDER")
    say("    python -m bot backup FOLDER --keys")
