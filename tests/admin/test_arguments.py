"""The command line: help with an example for every command, and mistakes in one line."""

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from bot.admin.arguments.command_line import build_parser, parse
from bot.every_command import COMMANDS


def leaves(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Yield the words and the parser of every command."""
    groups = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    for group in groups:
        for word, inner in group.choices.items():
            yield from leaves(inner, (*words, word))
    if not groups:
        yield words, parser


LEAVES = dict(leaves(build_parser()))
IDS = [" ".join(words) for words in LEAVES]


def test_every_command_of_the_command_line_does_something() -> None:
    assert {" ".join(words) for words in LEAVES} == set(COMMANDS)


@pytest.mark.parametrize("words", LEAVES, ids=IDS)
def test_every_command_has_help_with_an_example_that_works(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parse([*words, "--help"])
    assert left.value.code == 0
    shown, other = capsys.readouterr()
    assert other == ""
    example = re.search(r"example:\n  python -m bot (.*)\n", shown)
    assert example
    assert parse(shlex.split(example[1])).command == " ".join(words)


def test_the_help_of_everything_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["programme"], ["codes"], ["rounds"], ["keys"]):
        with pytest.raises(SystemExit) as left:
            parse([*words, "--help"])
        assert left.value.code == 0
        shown, _ = capsys.readouterr()
        inner = {each[len(words)] for each in LEAVES if list(each[: len(words)]) == words}
        assert all(re.search(rf"^ +{word}\b", shown, re.MULTILINE) for word in inner)
    assert "does not diagnose" in re.sub(r"\s+", " ", build_parser().format_help())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["programme"], "COMMAND"),
        (["programme", "fly"], "invalid choice: 'fly'"),
        (["programme", "check"], "FILE"),
        (["codes", "issue"], "TEAM"),
        (["codes", "issue", "x", "--uses", "0"], "expected a number from 1 to 100000"),
        (["codes", "issue", "x", "--uses", "-1"], "expected"),
        (["codes", "issue", "x", "--uses", "many"], "expected a number from 1 to 100000"),
        (["codes", "issue", "x", "--uses", "100001"], "expected a number from 1 to 100000"),
        (["keys", "new", "--count", "0"], "expected a number from 1 to 100000"),
        (["demo", "--port", "65536"], "expected a port from 0 (any free one) to 65535"),
        (["demo", "--port", "http"], "expected a port from 0 (any free one) to 65535"),
        (["sandbox", "--port", "²"], "expected a port from 0 (any free one) to 65535"),
        (["report"], "ROUND"),
        (["report", "x", "--format", "xml"], "invalid choice: 'xml'"),
        (["health", "--process", "cat"], "invalid choice: 'cat'"),
        (["serve", "now"], "unrecognized arguments: now"),
        (["migrate", "--force"], "unrecognized arguments: --force"),
    ],
)
def test_a_mistake_is_answered_in_one_line(
    given: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parse(given)
    assert left.value.code == 2
    shown, other = capsys.readouterr()
    assert shown == ""
    assert expected in other
    assert other.count("\n") == 1
    assert other.endswith("--help)\n")


def test_what_is_not_said_has_a_default() -> None:
    assert parse(["demo"]).port == 8080
    assert parse(["sandbox"]).port == 8081
    assert parse(["keys", "new"]).count == 8
    assert parse(["codes", "issue", "x"]).uses is None
    assert parse(["report", "x"]).format == "text"
    assert parse(["demo"]).keep is None
    assert not parse(["demo"]).no_browser
