"""What commands are made of: a parser that answers in one line, and the kinds of arguments."""

import argparse
import re
import sys
from datetime import date
from typing import NoReturn, TypeAlias


class Parser(argparse.ArgumentParser):
    """A parser that answers a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what was expected, and leave with 2."""
        sys.stderr.write(f"{self.prog}: {message} (see {self.prog} --help)\n")
        raise SystemExit(2)


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def add(commands: Commands, name: str, text: str, example: str, command: str = "") -> Parser:
    """Add a command with its help and an example; return its parser."""
    added = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"example:\n  python -m bot {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(command=command or name)
    return added


def group(commands: Commands, name: str, text: str) -> Commands:
    """Add a word that commands follow; return where they go."""
    added: Parser = commands.add_parser(name, help=text, description=text)
    return added.add_subparsers(metavar="COMMAND", required=True)


def port(text: str) -> int:
    """Return a port."""
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("expected a port from 0 (any free one) to 65535")


def count(text: str) -> int:
    """Return how many."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000:
        return int(text)
    raise argparse.ArgumentTypeError("expected a number from 1 to 100000")


def day(text: str) -> date:
    """Return a day."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("expected a day such as 2027-05-31")
