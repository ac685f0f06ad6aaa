"""The command that imports teams: what would change is shown first, then saved whole."""

import os
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot import wiring
from bot.admin.listing import columns, counted
from bot.admin.team_table import LARGEST_FILE, TableRefused, read_table
from bot.admin.terminal import say
from bot.commands.chosen import Chosen, choose
from bot.commands.programme import by_command, outcome_as_text
from bot.core.errors import StandEasyError
from bot.core.programme_checks import check_programme
from bot.core.reporting_units import form_units
from bot.core.team_changes import TeamsImport, import_teams
from bot.core.team_rows import read_rows
from bot.wiring import Settings
from bot.workflows import programme_changes
from config.programme_text import with_departments


class NoTable(StandEasyError):
    """There is no table {file} that can be read: expected the path of a CSV or XLSX file."""


class FileMoved(StandEasyError):
    """{file} was changed by somebody else meanwhile: nothing was written."""

    hint = "Import again, and look at the changes again."


class CannotWrite(StandEasyError):
    """{file} cannot be written: {problem}."""

    hint = "Nothing was changed."


async def import_(settings: Settings, given: Namespace) -> None:
    """Import teams from a table."""
    path = Path(given.file)
    content = _content(path)
    # Before the programme is read: what it was made from is what may be written over.
    before = _programme_text(given.programme)
    chosen = await choose(settings, given.programme)
    with _reading() as progress:
        table = read_table(path.name, content, given.sheet, progress)
    rows = read_rows(path.name, table.heading, table.rows)
    change = import_teams(chosen.programme, rows, path.name, whole_list=given.whole_list)
    packs = wiring.read_packs(settings)
    check_programme(change.programme, list(wiring.instruments_by_key(packs).values()), path.name)
    say(preview_as_text(change, f"{counted(rows, 'team')} in {path.name} ({table.read_as})"))
    if given.dry_run:
        say("Nothing was saved: this was a dry run.")
    elif not change.changes:
        say("Nothing was saved: there is nothing to change.")
    elif chosen.path is not None:
        _write(chosen, change, before)
        say(f"{chosen.path} is written. It counts once it is loaded.")
    else:
        async with wiring.open_storage(settings) as storage:
            assert chosen.version is not None  # noqa: S101 - no file, so it has a version
            outcome = await programme_changes.save(
                storage,
                change.programme,
                chosen.version,
                by_command(),
                given.reason,
                wiring.utc_now,
                wiring.instruments_by_key(packs),
                alone=given.alone,
            )
        say(outcome_as_text(outcome))


def preview_as_text(change: TeamsImport, title: str) -> str:
    """Return what an import changes, a line for each team."""
    lines = [f"{title}: {change.in_short()}."]
    if change.changes:
        rows = [("CHANGE", "ID", "NAME", "WHAT")]
        rows += [(each.kind.value, each.team, each.name, each.what) for each in change.changes]
        lines.append(columns(rows))
    all_teams = change.programme.force.teams
    units = form_units(change.programme, [team.id for team in all_teams]).units
    together = sum(len(unit.teams) for unit in units if len(unit.teams) > 1)
    lines.append(
        f"The force then has {counted(all_teams, 'team')} and"
        f" {sum(team.headcount for team in all_teams)} heads, reported in"
        f" {counted(units, 'group')}; {together} of the teams are shown together with others."
    )
    return "\n".join(lines)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            got = f"{path.stat().st_size // 1_000_000} MB"
            raise TableRefused(table=path.name, expected="at most 10 MB", got=got)
        return path.read_bytes()
    except (OSError, ValueError):
        raise NoTable(file=path) from None


def _programme_text(named: str) -> bytes | None:
    try:
        return Path(named).read_bytes() if named != "current" else None
    except (OSError, ValueError):
        return None  # whoever reads it as a programme says what is wrong


def _write(chosen: Chosen, change: TeamsImport, before: bytes | None) -> None:
    """Put the teams into the programme's file, all at once and with its comments."""
    path = chosen.path
    assert path is not None  # noqa: S101 - asked by the only caller
    if before is None or path.read_bytes() != before:
        raise FileMoved(file=path)
    text = with_departments(before.decode("utf-8-sig"), change.programme, path.name)
    target = path.resolve()
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".teams-", delete=False) as new:
            new.write(text.encode())
        try:
            Path(new.name).chmod(target.stat().st_mode & 0o777)
            os.replace(new.name, target)  # noqa: PTH105 - the name is a text
        except OSError:
            Path(new.name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotWrite(file=path, problem=error.strerror or "no reason given") from None


@contextmanager
def _reading() -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading rows", total=None)
        yield lambda: progress.advance(task)


COMMANDS = {"teams import": import_}
