"""A programme's text with other departments in it; everything else stays as somebody wrote it."""

import json
import re
from collections.abc import Sequence

import yaml

from bot.core.errors import StandEasyError
from bot.core.programme import Department, Programme
from config.content import parse_yaml


class NotWritable(StandEasyError):
    """{document}: the teams could not be put into the file as it is written."""

    hint = "Expected the list under departments on lines of its own; nothing was changed."


def with_departments(text: str, programme: Programme, name: str) -> str:
    """Return a programme's text with the departments of `programme`, whose text it was else."""
    node = _departments_of(yaml.compose(text, Loader=yaml.SafeLoader))
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise NotWritable(document=name)
    start, end = node.start_mark, node.end_mark
    rest = text[end.index :]
    # A list ends where the next thing begins: the blanks before that belong to the next thing.
    written = _written(programme.force.departments, start.column)
    after = text[start.index : end.index].rstrip()
    tail = text[start.index + len(after) : end.index]
    made = text[: start.index] + written + (tail or "\n") + rest
    content, _ = parse_yaml(made, name)
    # What was written is read again: a text that only looks right must not replace one that is.
    if Programme.from_mapping(content, name=name) != programme:
        raise NotWritable(document=name)
    return made


def _departments_of(top: yaml.Node | None) -> yaml.Node | None:
    found = top
    for key in ("force", "departments"):
        if not isinstance(found, yaml.MappingNode):
            return None
        found = next((value for name, value in found.value if name.value == key), None)
    return found


def _written(departments: Sequence[Department], column: int) -> str:
    lines = []
    for department in departments:
        lines += [
            f"- id: {department.id}",
            f"  name: {_quoted(department.name)}",
            "  teams:",
        ]
        for team in department.teams:
            parts = [
                f"id: {team.id}",
                f"name: {_quoted(team.name)}",
                f"headcount: {team.headcount}",
            ]
            parts += [f"supervisors: {team.supervisors}"] if team.supervisors else []
            parts += ["high_stress: true"] if team.high_stress else []
            lines.append(f"    - {{{', '.join(parts)}}}")
    return f"\n{' ' * column}".join(lines)


def _quoted(text: str) -> str:
    # Most names need no quotes; a name such as “No” would be read as something else without.
    if re.fullmatch(r"\w[\w ()/-]*", text) and yaml.safe_load(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
