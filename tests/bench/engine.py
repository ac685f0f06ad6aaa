"""Disclosure control of one release: 3,000 teams, twelve themes, and cuts of the force."""

import random
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from time import process_time

from bot.core.disclosure.engine import RoundFacts, protect
from bot.core.disclosure.rules import DisclosureRules
from bot.core.instruments import Instrument
from bot.core.reporting_units import form_units
from bot.core.responses import LengthOfService, RoleType
from bot.core.tabulation import ScaleCounts, TeamCounts, UnsafeTable
from tests.bench.report import Line
from tests.core.builders import an_instrument, item, option, scale
from tests.core.outsider.force import Organisation

TEAMS = 3_000
THEMES = tuple(f"theme-{number}" for number in range(12))
POINTS = (1, 3, 5)
GOAL = 5.0
Whole = dict[tuple[RoleType, LengthOfService, int], dict[str, list[int]]]
"""By role type, length of service and prompt: answers of the force in each group of a theme."""

CASES = (
    ("three in five answer", 40, 0.6, 0.05),
    ("large departments", 12, 0.6, 0.05),
    ("three in ten answer, many teams of one mind", 40, 0.3, 0.3),
    ("half answer, every team of one mind", 40, 0.5, 1.0),
)
"""Each with its departments, the share that answers, and how often a team is of one mind."""


async def measure(folder: Path) -> list[Line]:
    """Protect the table of each case; nothing is read or written."""
    # A process loads it once, when a round first needs it: 0.4 s that are not the engine's.
    import_module("scipy.optimize")
    return list(_lines())


def _lines() -> Iterator[Line]:
    for what, departments, turnout, of_one_mind in CASES:
        force, table = _asked(departments, turnout, of_one_mind)
        programme = force.programme()
        units = form_units(programme, frozenset(force.people), None)
        about = RoundFacts("round", "bench", {"en": "Bench"}, date(2026, 1, 5), date(2026, 2, 2), 1)
        begin = process_time()
        release = protect(table, units, DisclosureRules(), about, [], teams=force.teams())
        seconds = process_time() - begin
        shown = sum(group.shown for group in release.groups)
        detail = f"{TEAMS:,} teams, {shown} of {len(release.groups)} groups shown, {len(THEMES)}"
        yield Line(
            f"disclosure control, {what}",
            f"{seconds:.1f} s",
            f"{GOAL:.0f} s",
            seconds < GOAL,
            f"{detail} themes, processor time, libraries loaded",
        )


def _instrument() -> Instrument:
    return an_instrument(
        publication={"level": "unit"},
        items=[item(each, [option(f"{number}", number) for number in range(5)]) for each in THEMES],
        scales=[scale(each, [each]) for each in THEMES],
    )


def _asked(
    departments: int, turnout: float, of_one_mind: float
) -> tuple[Organisation, UnsafeTable]:
    """Return a force and what it answered, the same in every run."""
    dice = random.Random(departments)  # noqa: S311 - nothing secret
    force = Organisation()
    for number in range(departments):
        force.departments[f"d{number}"] = []
    for _ in range(TEAMS):
        team = force.new_team(f"d{dice.randrange(departments)}", [])
        force.people[team] = [(1, 1, None)] * dice.randint(4, 40)
        if dice.random() < 0.3:
            force.high_stress.add(team)
    cells: dict[tuple[str, int], TeamCounts] = {}
    whole: Whole = {}
    for team, people in force.people.items():
        counts = TeamCounts(scales={each: ScaleCounts() for each in THEMES})
        mind = {each: dice.randrange(3) for each in THEMES if dice.random() < of_one_mind}
        for _ in people:
            if dice.random() < turnout:
                _answer(dice, counts, whole, mind)
        if counts.respondents:
            cells[team, 0] = counts
    return force, UnsafeTable(_instrument(), cells, whole)


def _answer(
    dice: random.Random,
    counts: TeamCounts,
    whole: Whole,
    mind: dict[str, int],
) -> None:
    """Count one person's answers; one in fifty does not say role and length of service."""
    role, years = RoleType(dice.choices((1, 2, 3, 4), (5, 3, 2, 2))[0]), dice.randint(1, 5)
    if dice.random() < 0.02:
        role, years = RoleType.NOT_SAID, 0
    counts.respondents += 1
    travelled = role << 3 | years
    cell = whole.setdefault((role, LengthOfService(years), 0), {each: [0, 0, 0] for each in THEMES})
    for place, theme in enumerate(THEMES):
        if dice.random() < 0.03:
            continue
        group = mind.get(theme, dice.randrange(3))
        counts.scales[theme].groups[group] += 1
        counts.scales[theme].total += 2 * POINTS[group]
        cell[theme][group] += 1
        travelled |= 1 << (6 + place)
    counts.travelled[travelled] = counts.travelled.get(travelled, 0) + 1
