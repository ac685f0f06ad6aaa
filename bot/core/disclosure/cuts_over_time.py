"""Cuts over time: which of them stay away for what earlier releases showed."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.core.disclosure.earlier import HIGH_STRESS, Teams, sides_of
from bot.core.disclosure.ledger import Candidate, Ledger, small_parts
from bot.core.disclosure.new_names import left_over, withheld_for_new_names
from bot.core.disclosure.rosters import HEADS_REMEMBERED
from bot.core.reporting_units import ReportingUnits


def cuts_withheld(
    ledger: Ledger,
    shown: Sequence[Candidate],
    units: ReportingUnits,
    today: Mapping[str, int],
    least: int,
) -> frozenset[str]:
    """Return high stress, if its two sides would make a part under `least` heads, or may be
    shown groups under new names: they are two groups like any other."""
    sides = list(sides_of(units).values())
    if small_parts(ledger, [*(each.teams for each in shown), *sides], today, least):
        return frozenset({HIGH_STRESS})
    new = frozenset(team for side in sides for team in side) - ledger.last_heads.keys()
    sets = [*(each.teams for each in shown), *(rest for _, rest in left_over(shown, new))]
    atoms = dict.fromkeys(side & each for side in sides for each in (side, *sets) if each & new)
    candidates = [Candidate(HIGH_STRESS, teams) for teams in atoms if teams]
    return withheld_for_new_names(ledger, candidates, today, least)


def cells_withheld(
    ledger: Ledger,
    instrument: str,
    asked: Teams,
    today: Mapping[str, int],
    least: int,
    day: date,
) -> frozenset[str]:
    """Return the cuts by role and service that were shown, in the year before a day, of a force
    that was 1 to `least` - 1 heads larger or smaller: those few would be the difference.

    Teams that are gone count with the heads they had: a cell may be one of theirs.
    """
    found: set[str] = set()
    for each in ledger.earlier:
        if each.instrument != instrument or each.closes_on <= day - HEADS_REMEMBERED:
            continue
        for more, fewer in ((asked, each.asked), (each.asked, asked)):
            gone = {team: ledger.last_heads[team] for team in each.asked - today.keys()}
            if 0 < ledger.heads(more - fewer, {**gone, **today}) < least:
                found |= each.cuts - {HIGH_STRESS}
    return frozenset(found)
