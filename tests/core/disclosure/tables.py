"""Rounds with known answers: every answer is encoded, tabulated and released like a real one."""

from collections.abc import Mapping, Sequence

from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import RoundFacts, protect
from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import DisclosureRules
from bot.core.instruments import Instrument
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnits
from bot.core.responses import Response, encode
from bot.core.tabulation import Tabulator
from tests.core.builders import a_response, an_instrument, teams_of
from tests.core.disclosure.organisations import ABOUT

INVENTED = an_instrument()

Answers = tuple[tuple[int, ...], ...]
LOW: Answers = ((0,), (0,), (4,), (0,), (0,))
MIDDLE: Answers = ((2,), (2,), (2,), (1,), (1,))
HIGH: Answers = ((4,), (4,), (0,), (2,), (0, 1))


def answered(
    team: str, low: int = 0, middle: int = 0, high: int = 0, prompt: int = 0
) -> list[Response]:
    """So many responses of a team, alike within each group of answers."""
    each = [LOW] * low + [MIDDLE] * middle + [HIGH] * high
    return [a_response(INVENTED, team, answers, prompt) for answers in each]


def released(
    units: ReportingUnits,
    responses: Sequence[Response],
    *,
    instrument: Instrument = INVENTED,
    about: RoundFacts = ABOUT,
    earlier: Sequence[Earlier] = (),
    teams: Mapping[str, Team] | None = None,
) -> Release:
    """The release of these responses."""
    tabulator = Tabulator(instrument)
    for response in responses:
        tabulator.add(encode(response, instrument))
    return protect(
        tabulator.table(),
        units,
        DisclosureRules(),
        about,
        earlier,
        teams=teams or teams_of(units),
    )


def group(release: Release, group_id: str) -> ReleasedGroup:
    """The released group with this id."""
    return {found.id: found for found in release.groups}[group_id]


def shown(release: Release) -> set[str]:
    """The ids of the groups of which anything is shown."""
    return {found.id for found in release.groups if found.shown}
