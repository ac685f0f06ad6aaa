"""A programme's text with other teams in it keeps everything else as it was written."""

import pytest

from bot import wiring
from bot.core.programme import Programme, Team
from config.content import parse_yaml
from config.programme_text import NotWritable, with_departments

PATH = wiring.example_programme_path()
TEXT = PATH.read_text(encoding="utf-8")


def with_team(programme: Programme, name: str) -> Programme:
    """Return a programme with one more team in its last department."""
    *others, last = programme.force.departments
    team = Team(id="new-team", name=name, headcount=30)
    last = last.model_copy(update={"teams": [*last.teams, team]})
    force = programme.force.model_copy(update={"departments": [*others, last]})
    return programme.model_copy(update={"force": force})


def read(text: str) -> Programme:
    content, _ = parse_yaml(text, "text")
    return Programme.from_mapping(content, name="text")


@pytest.mark.parametrize("name", ["Quay Unit", "No", "A: b, {c} # d", "Tŷ “Cŵn”", "123", "\\ ' \""])
def test_teams_are_written_and_comments_stay(name: str) -> None:
    wanted = with_team(read(TEXT), name)
    made = with_departments(TEXT, wanted, "example.yaml")
    assert read(made) == wanted
    before, _, after = TEXT.partition("check_ins:")
    assert made.endswith("check_ins:" + after)
    assert made.startswith(before[: before.index("    - id: response")])


def test_writing_what_is_there_changes_nothing() -> None:
    assert with_departments(TEXT, read(TEXT), "example.yaml") == TEXT


def test_what_is_written_on_one_line_is_left_alone() -> None:
    flow = "{format: 1, force: {departments: []}}"
    with pytest.raises(NotWritable):
        with_departments(flow, read(TEXT), "flow.yaml")
    with pytest.raises(NotWritable):
        with_departments("[]", read(TEXT), "list.yaml")


def test_another_programme_than_the_text_holds_is_not_written() -> None:
    other = read(TEXT).model_copy(update={"recount_days": 7})
    with pytest.raises(NotWritable, match=r"example\.yaml"):
        with_departments(TEXT, other, "example.yaml")
