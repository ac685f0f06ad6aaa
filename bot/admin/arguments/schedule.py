"""The arguments of commands about the year ahead."""

import argparse
import re

from bot.admin.arguments.parts import Commands, Parser, add, day, group

_WHICH = "a programme file, or the word current for the one in force"


def add_schedule(commands: Commands) -> None:
    """Add the commands that show the year ahead."""
    schedule = group(commands, "schedule", "See the year ahead of a programme.")
    show = add(
        schedule,
        "show",
        "Print a year: what is asked when, how many messages that is, and what to think about.",
        "schedule show --year 2027 --answering 40",
        "schedule show",
    )
    _add_which(show)
    show.add_argument(
        "--answering",
        type=_per_cent,
        default=50,
        metavar="PER_CENT",
        help="how many are taken to answer (default 50)",
    )
    ical = add(
        schedule,
        "ical",
        "Write a year's rounds and prompts to a file that calendars read.",
        "schedule ical --output check-ins.ics",
        "schedule ical",
    )
    _add_which(ical)
    ical.add_argument("--output", metavar="FILE", required=True, help="where to write it")
    recurrence = add(
        schedule,
        "recurrence",
        "Turn plain words into the RRULE that a programme keeps, and back; print the next days.",
        'schedule recurrence "every four weeks on Thursday" --starts-on 2027-01-07',
        "schedule recurrence",
    )
    recurrence.add_argument("words", metavar="WORDS", help="how often, in quotes; or an RRULE")
    recurrence.add_argument(
        "--starts-on", type=day, metavar="DATE", help="the check-in's first day (default: today)"
    )


def _add_which(command: Parser) -> None:
    command.add_argument("--programme", metavar="PROGRAMME", default="current", help=_WHICH)
    command.add_argument(
        "--year", type=_year, metavar="YEAR", help="a calendar year (default: a year from today)"
    )


def _year(text: str) -> int:
    if re.fullmatch(r"20[2-9][0-9]", text, re.ASCII):
        return int(text)
    raise argparse.ArgumentTypeError("expected a year from 2020 to 2099")


def _per_cent(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) and 1 <= int(text) <= 100:
        return int(text)
    raise argparse.ArgumentTypeError("expected a number from 1 to 100")
