"""What there is, is documented; and what is documented, there is."""

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from starlette.routing import BaseRoute, Route

from bot import wiring
from bot.admin.arguments.command_line import build_parser, parse
from bot.admin.health_pages import health_routes, probe_routes
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.pages import Content, dashboard_routes
from bot.web.application import web_application
from bot.web.sign_in.oidc import Client, Provider
from bot.web.sign_in.site import Site
from bot.web.sign_in.staff_door import StaffDoor
from bot.wiring import WEBHOOK_PATH
from bot.workflows.health import Oversight
from bot.workflows.own_access import OwnAccounts
from bot.workflows.report import Reports
from bot.workflows.sign_in import SignIn
from config.settings import PREFIX, setting_names
from storage.engine import Storage

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "pages.md"


def documents() -> list[Path]:
    """Return README and everything under docs."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if path.is_file()]


def documentation() -> str:
    """Return all of it as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in documents())


# --- Settings ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", documentation())


def test_no_other_setting_is_documented() -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", documentation()))
    assert named <= set(setting_names())


# --- Commands ---------------------------------------------------------------------------


def commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield the full name and the parser of every command."""
    groups = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    for group in groups:
        for word, inner in group.choices.items():
            yield from commands(inner, f"{name} {word}".strip())
    if not groups:
        yield name, parser


COMMANDS = dict(commands(build_parser()))


def row_of(command: str) -> str:
    """Return how docs/commands.md shows a command."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| `(python -m bot {command}\b[^`]*)` \|", text, re.MULTILINE)
    assert found, f"docs/commands.md has no row for: {command}"
    return found[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_with_its_arguments(command: str) -> None:
    row = row_of(command)
    for action in COMMANDS[command]._actions:
        if action.dest == "help":
            continue
        written = action.option_strings[0] if action.option_strings else str(action.metavar)
        assert written in row
        for choice in action.choices or ():
            assert choice in documentation()


def test_every_command_in_an_example_is_one_that_there_is() -> None:
    for given in re.findall(r"python -m bot ((?:[a-z]+ ?)+)", documentation()):
        words = given.split()
        assert any(" ".join(words[:length]) in COMMANDS for length in (1, 2, 3)), given


# --- Pages ------------------------------------------------------------------------------


def routes() -> list[BaseRoute]:
    """Return every route that `serve` has."""
    # Nothing is asked of it: routes are only listed.
    storage = cast(Storage, None)
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    provider = Provider(Client("https://id.example", "id", "secret"), lambda: moment)
    door = StaffDoor(
        SignIn(storage, lambda: moment, bytes),
        OwnAccounts(storage, lambda: moment),
        Site(None),
        provider,
    )
    reports = Reports(storage, lambda: moment)
    pages = dashboard_routes(
        storage,
        lambda: moment,
        bytes,
        reports,
        door,
        Tongues(),
        lambda: None,
        Content({}, [], lambda text: cast(Programme, None)),
    )
    oversight = Oversight(storage, lambda: moment, [], "serve")
    pages += [*probe_routes(oversight), *health_routes(oversight, door)]
    return web_application(pages, allowed_hosts=["localhost"], on_loopback=True).routes


def paths() -> set[str]:
    """Return the paths of all pages, with their parameters' names."""
    found = {re.sub(r":\w+}", "}", each.path) for each in routes() if isinstance(each, Route)}
    return {re.sub("^/static/.*", "/static/…", path) for path in found} | {WEBHOOK_PATH}


def test_every_page_is_documented() -> None:
    text = PAGES.read_text(encoding="utf-8")
    missing = {path for path in paths() if f"| `{path}` |" not in text}
    assert not missing


def test_no_other_page_is_documented() -> None:
    named = set(re.findall(r"^\| `(/[^`]*)` \|", PAGES.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == paths()


# --- Links ------------------------------------------------------------------------------


def test_every_link_between_documents_leads_somewhere() -> None:
    for path in documents():
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not re.match(r"[a-z]+:", target):
                assert (path.parent / target).exists(), f"{path.relative_to(ROOT)}: {target}"


def test_the_example_programme_is_where_the_documents_say() -> None:
    assert wiring.example_programme_path() == ROOT / "config" / "programmes" / "example.yaml"
    assert parse(["programme", "check", "config/programmes/example.yaml"]).file
