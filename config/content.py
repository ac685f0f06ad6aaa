"""The content loader: YAML files in, validated documents out, every problem with its line."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bot.core.documents import DocumentProblems, Place
from bot.core.errors import InvalidDocument, StandEasyError
from bot.core.instruments import Instrument
from bot.core.programme import Programme
from bot.core.programme_checks import check_programme, contact_places
from bot.core.support import SupportDirectory, SupportEntry

MOST_LEVELS = 50


_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C where there is one: the program reads its content at every start."""


class FileMissing(StandEasyError):
    """There is no file {file}: expected the path of a YAML file."""

    hint = "Check the path; config/programmes/example.yaml is a pattern to copy."


class FileClosed(StandEasyError):
    """The file {file} may not be read by this account."""

    hint = "Let it be read, or in a container hand its content over: … load /dev/stdin < file."


class BrokenYaml(InvalidDocument):
    """{document}: line {line}, column {column}: {problem}"""

    hint = "Correct it and try again; nothing was changed."


Mark = tuple[int, int]
"""A line and a column, counted from one."""


def read_yaml(path: Path, name: str | None = None) -> tuple[Any, dict[Place, Mark]]:
    """Return the content of a YAML file and where each of its places starts.

    `name` is what messages call it, where the file's own name does not tell it from others.
    """
    name = name or path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise FileMissing(file=path) from None
    except PermissionError:
        raise FileClosed(file=path) from None
    except UnicodeDecodeError:
        raise InvalidDocument(document=name, problem="expected a text in UTF-8") from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> tuple[Any, dict[Place, Mark]]:
    """Return the content of a YAML text and its marks; raises `BrokenYaml`."""
    try:
        _check_shape(text, name)
        node, content = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenYaml(
            document=name,
            line=mark.line + 1 if mark else 1,
            column=mark.column + 1 if mark else 1,
            problem=error.problem or "expected YAML",
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidDocument(
            document=name, problem=f"expected YAML ({type(error).__name__})"
        ) from None
    marks: dict[Place, Mark] = {}
    if node is not None:
        _note_marks(node, (), marks, name)
    return content, marks


def _composed(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the nodes of a text, which know their lines, and the content made of them."""
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _check_shape(text: str, name: str) -> None:
    """Refuse what could mean far more than is written: aliases, and nesting without end."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        problem = None
        if isinstance(event, yaml.AliasEvent):
            problem = f"an alias (*{event.anchor}): expected everything written out"
        elif depth > MOST_LEVELS:
            problem = f"nested too deep: expected at most {MOST_LEVELS} levels"
        if problem:
            mark = event.start_mark
            raise BrokenYaml(
                document=name,
                line=mark.line + 1 if mark else 1,
                column=mark.column + 1 if mark else 1,
                problem=problem,
            )


def _note_marks(node: yaml.Node, place: Place, marks: dict[Place, Mark], name: str) -> None:
    marks[place] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                raise BrokenYaml(
                    document=name,
                    line=key.start_mark.line + 1,
                    column=key.start_mark.column + 1,
                    problem=f"the key {key.value} comes twice",
                )
            seen.add(key.value)
            _note_marks(value, (*place, key.value), marks, name)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _note_marks(value, (*place, position), marks, name)


def with_marks(
    error: DocumentProblems, name: str, marks: dict[Place, Mark], *, columns: bool = False
) -> InvalidDocument:
    """Return what is wrong with a document, each problem with its line."""
    described = []
    for place, text in error.problems:
        known = place
        while known and known not in marks:
            known = known[:-1]
        line, column = marks.get(known, (1, 1))
        at = f"line {line}, column {column}" if columns else f"line {line}"
        where = ".".join(map(str, place))
        described.append(f"{at}{f', {where}' if where else ''}: {text}")
    return InvalidDocument(document=name, problem="; ".join(described))


def load_programme(path: Path, instruments: Sequence[Instrument]) -> Programme:
    """Return the programme in a file, checked as far as it can be without a database."""
    content, marks = read_yaml(path)
    return _checked(content, marks, path.name, instruments, columns=False)


def programme_in(
    text: str, name: str, instruments: Sequence[Instrument], *, columns: bool = False
) -> Programme:
    """Return the programme in a YAML text, checked as a file is."""
    content, marks = parse_yaml(text, name)
    return _checked(content, marks, name, instruments, columns=columns)


def _checked(
    content: object,
    marks: dict[Place, Mark],
    name: str,
    instruments: Sequence[Instrument],
    *,
    columns: bool,
) -> Programme:
    try:
        programme = Programme.from_mapping(content, name=name)
    except DocumentProblems as error:
        raise with_marks(error, name, marks, columns=columns) from None
    check_programme(programme, instruments, name)
    # Of a file alone: a programme that was in force stays readable when numbering changes.
    wrong = contact_places(programme)
    if wrong:
        raise with_marks(DocumentProblems(name, wrong), name, marks, columns=columns)
    return programme


def shipped_files(folder: str) -> list[Path]:
    """Return the YAML files of a folder that comes with the product, by name."""
    with_names = sorted(Path(str(entry)) for entry in files("config").joinpath(folder).iterdir())
    return [path for path in with_names if path.suffix == ".yaml"]


def shipped_instruments() -> list[Instrument]:
    """Return the instruments that come with the product, every version of each."""
    return [load_instrument(path) for path in shipped_files("instruments")]


def load_instrument(path: Path) -> Instrument:
    """Return the instrument in a file."""
    content, marks = read_yaml(path)
    try:
        return Instrument.from_mapping(content, name=path.name)
    except DocumentProblems as error:
        raise with_marks(error, path.name, marks) from None


def national_support() -> list[SupportEntry]:
    """Return the national part of the support directory."""
    entries: list[SupportEntry] = []
    for path in shipped_files("support"):
        content, marks = read_yaml(path)
        try:
            entries += SupportDirectory.from_mapping(content, name=path.name).entries
        except DocumentProblems as error:
            raise with_marks(error, path.name, marks) from None
    return entries


def example_programme_path() -> Path:
    """Return where the invented force's programme lies."""
    return Path(str(files("config").joinpath("programmes", "example.yaml")))
