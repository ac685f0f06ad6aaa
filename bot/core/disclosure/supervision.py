"""Supervision over time: no result of a theme about supervisors may ever be one sergeant's.

What adding and subtracting releases gives must hold three supervisors as well as the heads that
any part needs. Where it would not, the theme is withheld, and nothing else of the group.
"""

from dataclasses import replace

from bot.core.disclosure import ledger as over_time
from bot.core.disclosure.earlier import teams_in
from bot.core.disclosure.ledger import Candidate, Ledger
from bot.core.disclosure.reading import Reading
from bot.core.disclosure.rosters import Roster
from bot.core.disclosure.rules import SENSITIVITY_RULES
from bot.core.disclosure.scales import Scales
from bot.core.instruments import Scale
from bot.core.reporting_units import ReportingUnits


def reading_over_time(
    scales: Scales, scale: Scale, before: Ledger, units: ReportingUnits, today: Roster, least: int
) -> Reading:
    """Return what is shown of a scale beside all that was shown of it before.

    `least` are the heads that a part needs. Themes that point at nobody have no rule of their
    own: where their groups may be shown, they may.
    """
    needed = SENSITIVITY_RULES[scales.instrument.sensitivity_of(scale)].supervisors
    reading = scales.reading(scale)
    if not needed:
        return reading
    of_theme = before.of_theme(scales.instrument.id, scale.id, needed, today.supervisors)
    while True:
        candidates = [
            Candidate(group.id, teams_in(group, units))
            for group in scales.groups
            if group.id in reading.cells
        ]
        # Looked up in its module when it is needed, so that a test can do without it.
        found = over_time.withheld_over_time(of_theme, candidates, today.heads, least)
        if not found:
            return reading
        scales = replace(scales, answered=scales.answered - found, withheld=scales.withheld | found)
        reading = scales.reading(scale)
