"""Forces that change from round to round: teams move, merge, split, come, go and are renamed."""

import random
from dataclasses import dataclass, field
from datetime import date

from bot.core.disclosure.earlier import suppressed_lately
from bot.core.disclosure.ledger import Ledger
from bot.core.disclosure.release import Release
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits, form_units
from tests.core.builders import a_programme
from tests.core.disclosure.over_time import History

SIZES = (4, 8, 11, 16, 22, 27, 33, 48)


@dataclass
class Changing:
    """A force, its history, and what happens to it. `dice` decide everything."""

    dice: random.Random
    plans_ahead: bool = True
    """Whether units are formed with the ledger."""
    force: dict[str, dict[str, int]] = field(default_factory=dict)
    """Heads of teams by department."""
    history: History = field(default_factory=History)
    units: ReportingUnits | None = None
    teams_made: int = 0

    def __post_init__(self) -> None:
        for number in range(self.dice.randint(2, 4)):
            self.force[f"d{number}"] = {
                self.name(): self.dice.choice(SIZES) for _ in range(self.dice.randint(2, 6))
            }

    def name(self) -> str:
        """A new team id."""
        self.teams_made += 1
        return f"t{self.teams_made}"

    def programme(self) -> Programme:
        """The force as it is."""
        return a_programme({name: list(teams.items()) for name, teams in self.force.items()})

    def changes(self) -> None:
        """Let one thing happen."""
        departments = list(self.force)
        here = self.dice.choice(departments)
        teams = self.force[here]
        team = self.dice.choice(list(teams))
        what = self.dice.randrange(7)
        if what == 0:
            self.force[self.dice.choice(departments)][self.name()] = self.dice.choice(SIZES)
        elif what == 1:
            teams[team] += self.dice.randint(1, 9)
        elif len(teams) == 1:
            return
        elif what == 2:
            heads = teams.pop(team)
            self.force[self.dice.choice(departments)][team] = heads
        elif what == 3:
            del teams[team]
        elif what == 4:
            teams[self.name()] = teams.pop(team) + self.dice.choice([0, 0, 1, 5])
        elif what == 5:
            heads = teams.pop(team)
            teams[self.dice.choice(list(teams))] += heads
        elif teams[team] > 1:
            part = self.dice.randrange(1, teams[team])
            teams[team] -= part
            teams[self.name()] = part

    def release(self) -> Release:
        """Form units, let people answer, and release."""
        programme = self.programme()
        asked = [team.id for team in programme.force.teams]
        earlier = self.history.earlier
        if self.plans_ahead:
            today = earlier[-1].closes_on if earlier else date(2024, 1, 1)
            self.units = form_units(
                programme,
                asked,
                self.units,
                Ledger.of(earlier, today),
                suppressed_lately(earlier, "weekly"),
            )
        else:
            self.units = form_units(programme, asked, self.units)
        silent = [team for team in asked if self.dice.random() < 0.1]
        return self.history.release_of(self.units, programme, silent)
