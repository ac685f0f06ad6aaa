"""The layout of the repository, as rules: rooms, imports, names, and what may not be written.

Import directions are import-linter contracts in pyproject.toml; here are the rules that a
graph of modules cannot say, and proof that the contracts bite.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "storage", "config")
FOLDERS = {"bot", "storage", "config", "tests", "docs", ".ci"}
LONGEST_FILE = 350

# Each room and the rooms that it may import directly, besides itself.
EVERYTHING = {"bot", "storage", "config"}
ROOMS = {
    "bot.core": set[str](),
    "bot.sealing": {"bot.core"},
    "storage": {"bot.core"},
    "config": {"bot.core"},
    "bot.workflows": {"bot.core", "bot.sealing", "storage"},
    "bot.officer": {"bot.core", "bot.workflows"},
    "bot.web": {"bot.core", "bot.workflows"},
    "bot.lead": {"bot.core", "bot.workflows", "bot.web"},
    "bot.admin": {"bot.core", "bot.workflows", "bot.web"},
    "bot.ticker": {"bot.core", "bot.workflows"},
    "bot.pages": {
        *("bot.core", "bot.workflows", "bot.officer", "bot.lead", "bot.admin", "bot.web"),
        "storage",
    },
    "bot.wiring": EVERYTHING,
    "bot.looking": EVERYTHING,
    "bot.running": EVERYTHING,
    "bot.keeping": EVERYTHING,
    "bot.beginning": EVERYTHING,
    "bot.sandbox": {"bot.core", "bot.web"},
    "bot.commands": EVERYTHING,
    "bot.every_command": EVERYTHING,
    "bot.__main__": EVERYTHING,
}
# The demo command puts the whole program beside the loopback Telegram, with a door of its own
# before the console, and an invented year into a database of its own; its pages do neither.
WHOLE_PROGRAM = {
    *("bot.sandbox.demo.run", "bot.sandbox.demo.running_product", "bot.sandbox.demo.console"),
    *("bot.sandbox.demo.remembering", "bot.sandbox.demo.year_pages"),
}

BANNED = ("user", "manager", "service", "helper", "util", "data", "process", "processe", "survey")
BANNED_NAMES = {name + plural for name in (*BANNED, "form", "submission") for plural in ("", "s")}


def listed() -> list[str]:
    """Return the files that git holds or would hold, relative to the top."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: there is no list of the repository's files")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in answer.stdout.splitlines() if (ROOT / name).is_file()]


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the dotted name and the path of each module of the program."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@cache
def statements(path: Path) -> tuple[ast.AST, ...]:
    """Return what a file of the program says: every import, class and function in it."""
    wanted = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, wanted))


def imported(path: Path) -> Iterator[str]:
    """Yield every dotted name that a file imports, wherever in the file it does."""
    for node in statements(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def room_of(module: str) -> str | None:
    return next((room for room in ROOMS if inside(module, room)), None)


def test_the_bot_package_itself_is_empty() -> None:
    assert (ROOT / "bot" / "__init__.py").read_bytes() == b""


def test_only_the_agreed_folders_stand_at_the_top() -> None:
    assert {name.split("/")[0] for name in listed() if "/" in name} <= FOLDERS


def test_every_module_lies_in_a_room() -> None:
    assert [name for name, _ in modules() if name != "bot" and room_of(name) is None] == []


def test_a_room_imports_only_what_its_row_allows() -> None:
    strangers = []
    for name, path in modules():
        room = room_of(name)
        if room is None:
            continue
        allowed = {room} | (EVERYTHING if name in WHOLE_PROGRAM else ROOMS[room])
        strangers += [
            f"{name} imports {target}"
            for target in imported(path)
            if target.split(".")[0] in PACKAGES and not any(inside(target, a) for a in allowed)
        ]
    assert strangers == []


def test_only_the_tally_imports_unseal() -> None:
    importers = {
        name
        for name, path in modules()
        for target in imported(path)
        if inside(target, "bot.sealing.unseal")
    }
    assert importers <= {"bot.workflows.tally", "bot.workflows.tally_worker"}


def test_only_the_demo_has_a_door_that_is_open() -> None:
    importers = {
        name
        for name, path in modules()
        for target in imported(path)
        if target.rpartition(".")[2] in ("OpenDoor", "DemoDoor", "EVERYBODY")
        and target.startswith(("bot.web", "bot.sandbox"))
    }
    assert {name for name in importers if not inside(name, "bot.sandbox")} == {"bot.web.sign_in"}


def test_nobody_imports_the_worker_of_the_tally() -> None:
    # It is started as a process of its own; imported, it would be a second way to unseal.
    importers = {
        name
        for name, path in modules()
        for target in imported(path)
        if inside(target, "bot.workflows.tally_worker") and name.split(".")[0] in PACKAGES
    }
    assert importers == set()


def test_no_import_is_hidden_from_the_contracts() -> None:
    # A name built at run time is an import that no graph shows.
    hidden = re.compile(r"\bimport_module\b|\b__import__\b|(?<![.\w])(?:exec|eval)\(")
    found = [name for name, path in modules() if hidden.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_python_file_is_longer_than_two_heads_can_hold() -> None:
    long = {
        name: lines
        for name in listed()
        if name.endswith(".py")
        and (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_the_tests_mirror_the_packages() -> None:
    rooms = {path.name for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()}
    mirrors = rooms | {"storage", "config"}
    folders = {
        path.parent.relative_to(ROOT / "tests").parts[0]
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.parent != ROOT / "tests"
    }
    assert folders <= mirrors | {"journeys"}


def test_every_test_folder_is_a_package() -> None:
    # Two files of one name in folders that are no packages hide each other's tests.
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_nothing_is_named_after_what_it_could_be_anywhere() -> None:
    found = []
    for name, path in modules():
        found += [name for part in name.split(".") if part in BANNED_NAMES]
        for node in statements(path):
            if isinstance(node, ast.ClassDef):
                # Length of service is a length: what comes before "Of" names the thing.
                words = re.findall(r"[A-Z][a-z]*", node.name.split("Of")[0])
                noun = words[-1].lower() if words else ""
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                noun = node.name.strip("_")
            else:
                continue
            if noun in BANNED_NAMES:
                found.append(f"{name}.{node.name}")
    assert found == []


def test_no_machine_path_or_registry_host_is_written_down() -> None:
    # In pieces, or this file would find itself.
    hosts = [("python", "hosted.org"), ("py", "pi.org"), ("registry.npm", "js.org")]
    hosts.append(("deb.deb", "ian.org"))
    places = "|".join(("tmp", "work", "farm", "root", "home"))
    wanted = re.compile(
        "|".join(re.escape(first + second) for first, second in hosts)
        + rf"|(?:^|[^a-z])/(?:{places})/[a-z0-9._/-]+",
        re.IGNORECASE | re.MULTILINE,
    )
    found = {}
    for name in listed():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if match := wanted.search(text):
            found[name] = match.group().strip()
    assert found == {}


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def test_the_program_keeps_its_contracts() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


PLANTS = {
    "the core looks at the clock": (
        {"bot/core/planted_clock.py": "import time"},
        "The core is pure",
    ),
    "the core opens a database": (
        {"bot/core/planted_database.py": "import storage.engine"},
        "Imports point down",
    ),
    "officer code asks a lead's page": (
        {"bot/officer/planted_lead.py": "import bot.lead"},
        "Imports point down",
    ),
    "an enrolment opens a response": (
        {"bot/workflows/planted_opened.py": "from bot.sealing import unseal"},
        "Only the tally imports unseal",
    ),
    "officer code reaches unseal through the tally": (
        {
            "bot/workflows/tally.py": "import bot.sealing.unseal",
            "bot/officer/planted_tally.py": "def later() -> None:\n    import bot.workflows.tally",
        },
        "Officer code cannot reach unseal",
    ),
    "a lead's page reaches enrolments through a workflow": (
        {
            "bot/workflows/planted_enrolments.py": "from storage import enrolments",
            "bot/lead/planted_enrolments.py": "import bot.workflows.planted_enrolments",
        },
        "Lead pages cannot reach",
    ),
    "the console reads sealed responses": (
        {
            "bot/workflows/planted_responses.py": "from storage import sealed_responses",
            "bot/admin/planted_responses.py": "import bot.workflows.planted_responses",
        },
        "Admin code cannot reach",
    ),
    "a page writes SQL": ({"bot/web/planted_sql.py": "import sqlalchemy"}, "SQLAlchemy only"),
    "a page writes to Telegram": (
        {"bot/web/planted_telegram.py": "from telegram.ext import Application"},
        "python-telegram-bot only",
    ),
    "a workflow encrypts by itself": (
        {"bot/workflows/planted_encrypts.py": "from cryptography.fernet import Fernet"},
        "cryptography only",
    ),
    "a page asks another server": (
        {"bot/lead/planted_asks.py": "import httpx"},
        "What signs people in",
    ),
    "a workflow reads settings": (
        {"bot/workflows/planted_settings.py": "import config"},
        "Settings only",
    ),
    "the wiring loads the sandbox": (
        {"bot/wiring.py": "import bot.sandbox.loopback"},
        "Only the commands load the sandbox",
    ),
    "the outsider asks the engine": (
        {"bot/core/outsider/planted_engine.py": "import bot.core.disclosure.suppression"},
        "The outsider knows nothing",
    ),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Plant every import in a copy of the program; return what is said of each broken contract."""
    tree = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.yaml", "static", "templates")
        shutil.copytree(ROOT / package, tree / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tree)
    for plants, _ in PLANTS.values():
        for name, code in plants.items():
            (tree / name).write_text(code + "\n", encoding="utf-8")
    answer = lint_imports(tree)
    assert answer.returncode != 0
    _, _, account = answer.stdout.partition("Broken contracts")
    # A contract's name is underlined.
    parts = re.split(r"^(.+)\n-{9,}$", account, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("story", PLANTS)
def test_a_planted_import_breaks_its_contract(broken: dict[str, str], story: str) -> None:
    plants, contract = PLANTS[story]
    (said,) = (text for name, text in broken.items() if name.startswith(contract))
    for name in plants:
        importer = name.removesuffix(".py").replace("/", ".")
        assert f" {importer} -> " in said, said


def test_every_contract_has_a_plant() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]
    planted = {contract for _, contract in PLANTS.values()}
    assert [name for name in names if not name.startswith(tuple(planted))] == []
