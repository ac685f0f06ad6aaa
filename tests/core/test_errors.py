"""Every error of the core says a sentence with everything it was given."""

import importlib
import pkgutil
import string
from collections.abc import Iterator

import pytest

import bot.core
from bot.core.documents import DocumentProblems
from bot.core.errors import StandEasyError
from bot.core.support import NeedWithoutEntry
from bot.core.team_rows import Problem, RowsRefused


def _subclasses(of: type[StandEasyError]) -> Iterator[type[StandEasyError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _subclasses(kind)


def _core_errors() -> list[type[StandEasyError]]:
    for module in pkgutil.walk_packages(bot.core.__path__, "bot.core."):
        importlib.import_module(module.name)
    return [kind for kind in _subclasses(StandEasyError) if kind.__module__.startswith("bot.core")]


@pytest.mark.parametrize("kind", _core_errors(), ids=lambda kind: kind.__name__)
def test_every_error_fills_the_blanks_of_its_sentence(kind: type[StandEasyError]) -> None:
    template = " ".join((kind.__doc__ or "").split())
    assert template
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    if kind is DocumentProblems:
        error: StandEasyError = DocumentProblems("file.yaml", [(("a", 0), "is wrong")])
        assert str(error) == "file.yaml: a.0: is wrong"
        return
    if kind is RowsRefused:
        error = RowsRefused("teams.csv", [Problem(2, "team", "a name", "nothing")])
        assert str(error) == (
            "teams.csv: 1 cell to correct, and nothing was changed:\n"
            "  row 2, team: expected a name, got nothing"
        )
        return
    said = str(kind(**{name: f"<{name}>" for name in names}))
    assert "{" not in said
    assert all(f"<{name}>" in said for name in names)


def test_a_missing_detail_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        NeedWithoutEntry()
