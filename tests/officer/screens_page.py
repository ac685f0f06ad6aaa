"""docs/screens.md: every screen and every path between them, made from the program.

    python -m tests.officer.screens_page        writes the page

Where a button leads is read from the code of its handler: which screens it can return.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from types import ModuleType

from bot import officer
from bot.core.drafts import AskItem, Finished, Opening, Review, advance
from bot.officer import buttons, texts
from bot.officer.buttons import InCheckIn, Named, read_press
from bot.officer.screen import Screen
from tests.officer.every_screen import ENGLISH, TONGUES, Shown, every_screen
from tests.officer.topics import the_topics
from tests.officer.views import BUTTONS, OFFICER, a_catalogue, a_view

PAGE = Path(__file__).resolve().parents[2] / "docs" / "screens.md"
EVERYWHERE = {buttons.CRISIS, buttons.MENU, buttons.SPEAK}
"""Help, the support menu and the other language: on nearly every screen, so not drawn."""

STEPS = {
    AskItem: "question",
    Review: "review",
    Opening: "opening",
    Finished: "after_sealing",
}


def node_of(shown: Shown) -> str:
    """Return the kind of screen: the function that makes it, or the text it says."""
    return shown.name.split(",")[0] if shown.name.startswith("plain ") else _first_word(shown)


def _first_word(shown: Shown) -> str:
    return re.split(r"[ ,]", shown.name)[0]


# --- From a handler to its screens ----------------------------------------------------------


@cache
def _tree(function: object) -> ast.AST:
    source = textwrap.dedent(inspect.getsource(function))  # type: ignore[arg-type]
    return ast.parse(source)


def leads_to(handler: object) -> set[str]:
    """Return the kinds of screen that a handler's code can return."""
    method = getattr(handler, "__func__", handler)
    owner = getattr(handler, "__self__", None)
    found: set[str] = set()
    _walk(method, type(owner) if owner is not None else None, found, set())
    return found


def _walk(function: object, owner: type | None, found: set[str], seen: set[object]) -> None:
    if function in seen or not inspect.isfunction(function):
        return
    seen.add(function)
    module = sys.modules[function.__module__]
    for node in ast.walk(_tree(function)):
        match node:
            case ast.Call(func=ast.Name(id="plain"), args=[_, said, *_]):
                found |= {f"plain {name}" for name in _constants(said, module)}
            case ast.Name(id=name, ctx=ast.Load()):
                _named(name, module, owner, found, seen)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if owner is not None:
                _walk(getattr(owner, name, None), owner, found, seen)
            case ast.Attribute(value=ast.Name(id=room), attr=name):
                other = getattr(module, room, None)
                if isinstance(other, ModuleType):
                    _named(name, other, owner, found, seen)


def _named(
    name: str, module: ModuleType, owner: type | None, found: set[str], seen: set[object]
) -> None:
    value = getattr(module, name, None)
    if not inspect.isfunction(value) or name == "plain":
        return
    returned = str(inspect.signature(value).return_annotation)
    if "Screen" in returned:
        if value.__annotations__.get("return") is Screen and not name.startswith("_"):
            found.add(name)
        else:
            _walk(value, owner, found, seen)


def _constants(said: ast.expr, module: ModuleType) -> Iterator[str]:
    """Yield the names of the texts that an expression can be."""
    for node in ast.walk(said):
        match node:
            case ast.Attribute(value=ast.Name(id=_), attr=name) if name.isupper():
                yield name
            case ast.Subscript(value=ast.Name(id=table)):
                given = getattr(module, table, {})
                if isinstance(given, dict):
                    yield from _names_of(set(given.values()), module)


def _names_of(values: set[object], module: ModuleType) -> Iterator[str]:
    for room in vars(module).values():
        if isinstance(room, ModuleType) and ".texts." in room.__name__:
            yield from (name for name, text in vars(room).items() if _is(text, values))


def _is(text: object, values: set[object]) -> bool:
    return isinstance(text, str) and text in values


# --- From a screen to what its buttons do ---------------------------------------------------


@cache
def paths() -> dict[str, dict[str, set[str]]]:
    """Return, for each kind of screen, where each of its buttons leads: label → screens."""
    handlers = {name: each for topic in the_topics() for name, each in topic.buttons.items()}
    drawn: dict[str, dict[str, set[str]]] = {}
    for shown in every_screen(ENGLISH):
        ways = drawn.setdefault(node_of(shown), {})
        for button in (button for row in shown.screen.rows for button in row):
            press = read_press(button.data, OFFICER, a_catalogue(a_view()), BUTTONS)
            match press:
                case InCheckIn(view=view, draft=draft, tap=tap):
                    step = advance(draft, tap, view.instrument)
                    ways.setdefault("…", set()).add(STEPS.get(type(step), "opening"))
                case Named(name=name) if name not in EVERYWHERE:
                    found = leads_to(handlers[name]) if name in handlers else set()
                    ways.setdefault(button.label, set()).update(found)
    return drawn


@cache
def commands() -> dict[str, set[str]]:
    """Return where each command leads."""
    return {name: leads_to(each) for topic in the_topics() for name, each in topic.commands.items()}


# --- The page -------------------------------------------------------------------------------


def page() -> str:
    """Return the whole page."""
    parts = [
        "# Every screen and every path",
        "Made from the program by `make texts`; a test fails when it is out of date. Each screen"
        " also has **Help**, which shows the crisis card from memory, and nearly every one **See"
        " support**; they and the other language are not drawn. Anything typed that is no"
        " command and no code brings the crisis card. Welsh awaits review by a qualified"
        " translator.",
    ]
    by_topic: dict[str, list[Shown]] = {}
    for shown in every_screen(ENGLISH):
        by_topic.setdefault(_topic_of(node_of(shown)), []).append(shown)
    for topic, shown_there in by_topic.items():
        parts += [f"## {topic}", _diagram({node_of(shown) for shown in shown_there})]
        parts += [_described(shown) for shown in shown_there]
    return "\n\n".join(parts) + "\n"


@cache
def _topic_of(node: str) -> str:
    """Return the file that makes a kind of screen, or that holds its text, as a heading."""
    for room in _rooms(texts if node.startswith("plain ") else officer):
        made = vars(room).get(node.removeprefix("plain "))
        made_here = getattr(made, "__module__", room.__name__) == room.__name__
        if isinstance(made, str) or (inspect.isfunction(made) and made_here):
            return room.__name__.rpartition(".")[2].replace("_", " ").capitalize()
    raise KeyError(node)


@cache
def _rooms(package: ModuleType) -> tuple[ModuleType, ...]:
    names = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return tuple(importlib.import_module(each.name) for each in names)


def _diagram(nodes: set[str]) -> str:
    drawn = {name: ways for name, ways in paths().items() if name in nodes}
    typed = {name: found & nodes for name, found in commands().items() if found & nodes}
    targets = {to for ways in drawn.values() for found in ways.values() for to in found}
    ids = {name: f"s{number}" for number, name in enumerate(sorted(nodes | targets))}
    lines = ["```mermaid", "flowchart LR"]
    # What belongs to another topic is round.
    lines += [
        f'  {each}["{_plainly(name)}"]' if name in nodes else f'  {each}("{_plainly(name)}")'
        for name, each in ids.items()
    ]
    for command, found in sorted(typed.items()):
        lines.append(f'  c_{command}(["/{command}"])')
        lines += [f"  c_{command} --> {ids[to]}" for to in sorted(found)]
    for name, ways in sorted(drawn.items()):
        labels: dict[str, list[str]] = {}
        for label, found in ways.items():
            for to in found:
                labels.setdefault(to, []).append(label)
        for to, given in sorted(labels.items()):
            said = " / ".join(given[:2]) + (" / …" if len(given) > 2 else "")
            lines.append(f'  {ids[name]} -- "{_quoted(said)}" --> {ids[to]}')
    return "\n".join([*lines, "```"])


def _plainly(name: str) -> str:
    return name.removeprefix("plain ").lower().replace("_", " ")


def _quoted(label: str) -> str:
    return label.replace('"', "'")


def _described(shown: Shown) -> str:
    tongues = (ENGLISH, TONGUES.of("cy"))
    heading = f"### {shown.name.removeprefix('plain ').replace('_', ' ')}"
    said = [_said(_in(tongue.language)[shown.name]) for tongue in tongues]
    welsh = f"<details><summary>{tongues[1].name}</summary>\n\n{said[1]}\n\n</details>"
    return f"{heading}\n\n{said[0]}\n\n{welsh}"


@cache
def _in(language: str) -> dict[str, Screen]:
    return {shown.name: shown.screen for shown in every_screen(TONGUES.of(language))}


def _said(screen: Screen) -> str:
    text = re.sub(r"</?b>", "**", re.sub(r"</?i>", "_", screen.text))
    quoted = "\n".join(f"> {line}".rstrip() for line in unescape(text).split("\n"))
    rows = "\n".join("- " + " · ".join(f"[{each.label}]" for each in row) for row in screen.rows)
    return f"{quoted}\n\n{rows}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
