"""The invented year of results, made once for all tests of a process."""

from datetime import date
from functools import cache

from bot.core.disclosure.release import Release
from bot.sandbox.demo.invented_year import InventedRound, invented_year
from bot.wiring import example_programme_path, instruments_by_key, read_programme
from tests.lead.results import NEXT, InventedReports

UNTIL = date(2026, 12, 14)


@cache
def rounds_of_a_year() -> tuple[InventedRound, ...]:
    """Every round, in the order of their releases."""
    force = read_programme(example_programme_path())
    return tuple(invented_year(force, instruments_by_key(), UNTIL))


def releases_of_a_year() -> tuple[Release, ...]:
    """Every release, newest first, as a lead's pages are given them."""
    return tuple(each.release for each in reversed(rounds_of_a_year()))


def a_year() -> InventedReports:
    """A year's results."""
    return InventedReports(releases_of_a_year(), (NEXT,))
