"""Histories: an invented force over twelve rounds, people moving, teams coming and going.

Everybody is one person with answers of their own, so that whoever moves takes them along.
Everything comes from a seed; releases come from the real engine.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from bot.core.disclosure.earlier import Earlier, suppressed_lately
from bot.core.disclosure.engine import RoundFacts, protect
from bot.core.disclosure.ledger import Ledger
from bot.core.disclosure.rosters import Roster, roster_at_release
from bot.core.disclosure.rules import DisclosureRules
from bot.core.instruments import Instrument
from bot.core.outsider.told import Told, told_by
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits, form_units
from bot.core.tabulation import ScaleCounts, TeamCounts, UnsafeTable
from bot.workflows import release_distance
from tests.core.builders import an_instrument
from tests.core.outsider.force import Organisation, Person

ROUNDS = 12
SCALES = ("mood", "ease", "supervision")
FIRST_DAY = date(2024, 1, 1)


@cache
def _instrument(level: str) -> Instrument:
    return an_instrument(publication={"level": level})


@dataclass(frozen=True)
class Habits:
    """How a history goes."""

    turnout: float
    """The share of people who answer."""
    turbulence: float
    """How many things happen to teams between two rounds, on average."""
    changing: float
    """The share of people who answer anew in each round."""
    alike: float
    """How much the people of a team lean to one group of answers, all to nobody in particular."""
    days: int = 28
    """Between two rounds."""


class History:
    """A force with a past; `tell` goes on by one round and returns what came out of it."""

    knows_what_was_shown = True
    knows_who_is_not_asked = True

    def __init__(self, seed: int, days: int = 28, habits: Habits | None = None) -> None:
        self.random = chance = random.Random(seed)  # noqa: S311 - invented people
        self.habits = habits or Habits(
            turnout=chance.choice([0.3, 0.5, 0.7, 0.9]),
            turbulence=chance.choice([0.0, 0.5, 1.0, 2.0]),
            changing=chance.choice([0.0, 0.0, 0.1, 1.0]),
            alike=chance.choice([0.0, 0.5, 0.9]),
            days=days,
        )
        self.shy = chance.choice([0.0, 0.0, 0.02, 0.2])
        """The share of people who do not say who they are."""
        self.level = chance.choice(["unit", "unit", "unit", "department"])
        self.organisation = Organisation()
        most = chance.choice([12, 20, 40, 60])
        for number in range(chance.randint(1, 4)):
            department = f"d{number}"
            self.organisation.departments[department] = []
            for _ in range(chance.randint(1, 6)):
                self.organisation.new_team(department, [])
        self._leaning: dict[str, list[float]] = {}
        for team, people in self.organisation.people.items():
            people += [self.somebody(team) for _ in range(chance.randint(3, most))]
            if chance.random() < 0.3:
                self.organisation.high_stress.add(team)
        self._second = chance.choice([None, None, "everyone", "some"])
        self._asked: frozenset[str] = frozenset()
        self._units: dict[str, ReportingUnits] = {}
        self.earlier: list[Earlier] = []
        self.released: list[release_distance.ReleasedAbout] = []
        self.there: list[dict[str, int]] = []
        self.supervisors: list[dict[str, int]] = []
        self.rounds = 0

    # --- People -----------------------------------------------------------------------------

    def somebody(self, team: str) -> Person:
        """Somebody new."""
        chance = self.random
        role = chance.choices((1, 2, 3, 4), (5, 3, 2, 2))[0]
        years = chance.randint(1, 5)
        if self.shy and chance.random() < self.shy:
            role, years = 0, 0
        return role, years, self.answers(team)

    def answers(self, team: str) -> tuple[int, ...] | None:
        """What somebody of a team answers, if they do."""
        chance = self.random
        if chance.random() >= self.habits.turnout:
            return None
        if team not in self._leaning:
            favourite = chance.randrange(3)
            lean = self.habits.alike
            self._leaning[team] = [
                lean * (group == favourite) + (1 - lean) / 3 for group in range(3)
            ]
        weights = self._leaning[team]
        given = chance.choices(range(3), weights, k=len(SCALES))
        return tuple(-1 if chance.random() < 0.03 else group for group in given)

    def answer_anew(self) -> None:
        """Some people change what they answer."""
        for team, people in self.organisation.people.items():
            people[:] = [
                (role, years, self.answers(team))
                if self.random.random() < self.habits.changing
                else (role, years, given)
                for role, years, given in people
            ]

    # --- What happens to teams --------------------------------------------------------------

    def happen(self) -> None:
        """Let something happen to the teams."""
        times = self.habits.turbulence
        while self.random.random() < times:
            times -= 1
            team = self.random.choice(list(self.organisation.people))
            self.random.choice(
                [self.move, self.merge, self.split, self.rename, self.join, self.leave, self.part]
            )(team)

    def move(self, team: str) -> None:
        """A team goes to another department."""
        people = self.organisation.departments
        people[self.organisation.home(team)].remove(team)
        people[self.random.choice(list(people))].append(team)

    def merge(self, team: str) -> None:
        """A team is taken in by another of its department."""
        siblings = self.organisation.departments[self.organisation.home(team)]
        if len(siblings) > 1:
            other = self.random.choice([each for each in siblings if each != team])
            self.organisation.people[other] += self.organisation.drop(team)

    def split(self, team: str) -> None:
        """Some people of a team become one of their own."""
        people = self.organisation.people[team]
        if len(people) > 4:
            cut = self.random.randint(2, len(people) - 2)
            self.organisation.new_team(self.organisation.home(team), people[cut:])
            del people[cut:]

    def rename(self, team: str) -> None:
        """A team gets another name, and perhaps a few people more."""
        department = self.organisation.home(team)
        people = self.organisation.drop(team)
        name = self.organisation.new_team(department, people)
        people += [self.somebody(name) for _ in range(self.random.choice([0, 0, 3, 8]))]

    def join(self, team: str) -> None:
        """A few people join."""
        many = self.random.randint(1, 5)
        self.organisation.people[team] += [self.somebody(team) for _ in range(many)]

    def leave(self, team: str) -> None:
        """A few people leave."""
        people = self.organisation.people[team]
        del people[max(1, len(people) - self.random.randint(1, 5)) :]

    def part(self, team: str) -> None:
        """A team comes into being, or goes with all its people."""
        if self.random.random() < 0.5 or len(self.organisation.people) < 3:
            many = self.random.randint(3, 20)
            new = self.organisation.new_team(self.organisation.home(team), [])
            self.organisation.people[new] += [self.somebody(new) for _ in range(many)]
        else:
            self.organisation.drop(team)

    # --- Rounds -----------------------------------------------------------------------------

    def tell(self) -> Earlier | None:
        """Hold a round; return its release, or None where it must wait."""
        if self.rounds:
            self.happen()
            self.answer_anew()
        number = self.rounds
        self.rounds += 1
        opens = FIRST_DAY + timedelta(days=number * self.habits.days)
        second = self._second is not None and number % 3 == 2
        check_in = "second" if second else "first"
        asked = self.audience(second)
        moment = datetime.combine(opens + timedelta(days=7), time(12), UTC)
        about = release_distance.ReleasedAbout(moment, "invented", asked)
        if not release_distance.may_release(about, self.released, "Europe/London"):
            return None
        self.released.append(about)
        teams = self.organisation.teams()
        self.there.append({name: team.headcount for name, team in teams.items()})
        self.supervisors.append({name: team.supervisors for name, team in teams.items()})
        programme = self.organisation.programme()
        units = self.form(programme, asked, check_in, opens)
        self._units[check_in] = units
        release = protect(
            self.table(team for unit in units.units for team in unit.teams),
            units,
            DisclosureRules(),
            RoundFacts(
                round_id=f"{check_in}-{opens}",
                check_in=check_in,
                title={"en": check_in},
                opens_on=opens,
                closes_on=opens + timedelta(days=6),
                programme_version=number + 1,
            ),
            self.earlier,
            teams=teams
            if self.knows_who_is_not_asked
            else {team: teams[team] for unit in units.units for team in unit.teams},
        )
        there = Roster.of(self.organisation.teams().values())
        self.earlier.append(Earlier(release, units, roster_at_release(units, there, there)))
        return self.earlier[-1]

    def told(self) -> list[Told]:
        """Everything that came out, as an outsider reads it."""
        return [
            told_by(
                each.release,
                each.units,
                released_on=about.moment.date(),
                there=there,
                supervisors=supervisors,
                about_supervisors=["supervision"],
            )
            for each, about, there, supervisors in zip(
                self.earlier, self.released, self.there, self.supervisors, strict=True
            )
        ]

    def form(
        self, programme: Programme, asked: Iterable[str], check_in: str, opens: date
    ) -> ReportingUnits:
        """The units of a round, as the product forms them."""
        if not self.knows_what_was_shown:
            return form_units(programme, asked, self._units.get(check_in))
        return form_units(
            programme,
            asked,
            self._units.get(check_in),
            Ledger.of(self.earlier, opens),
            suppressed_lately(self.earlier, check_in) if self.level == "unit" else (),
        )

    def audience(self, second: bool) -> frozenset[str]:
        """Whom a check-in asks: everybody, or some departments far from everybody."""
        everybody = frozenset(self.organisation.people)
        if not second or self._second == "everyone":
            return everybody
        if not self._asked & everybody:
            chosen: set[str] = set()
            for members in list(self.organisation.departments.values())[:2]:
                chosen.update(members)
            self._asked = frozenset(chosen)
        asked = self._asked & everybody
        apart = sum(len(self.organisation.people[team]) for team in everybody - asked)
        return asked if apart >= 25 and asked else everybody

    def table(self, asked: Iterable[str]) -> UnsafeTable:
        """The exact counts of a round."""
        force: dict[tuple[int, int, int], dict[str, list[int]]] = {}
        cells = {}
        for team in sorted(asked):
            cell = TeamCounts(
                scales={scale: ScaleCounts() for scale in SCALES},
                options={"reasons": [0] * 4},
                answered={"reasons": 0},
            )
            for (role, years, given), many in Counter(self.organisation.people[team]).items():
                if given is not None:
                    _count(cell, force.setdefault((role, years, 0), _nothing()), given, many)
                    key = role << 3 | years
                    for place, group in enumerate(given):
                        key |= (group >= 0) << (6 + place)
                    cell.travelled[key] = cell.travelled.get(key, 0) + many
            if cell.respondents:
                cells[team, 0] = cell
        return UnsafeTable(_instrument(self.level), cells, force)  # type: ignore[arg-type]


def _nothing() -> dict[str, list[int]]:
    return {scale: [0, 0, 0] for scale in SCALES}


def _count(cell: TeamCounts, whose: dict[str, list[int]], given: Sequence[int], many: int) -> None:
    cell.respondents += many
    for scale, group in zip(SCALES, given, strict=True):
        if group >= 0:
            cell.scales[scale].groups[group] += many
            cell.scales[scale].total += 2 * many * (1, 3, 5)[group]
            whose[scale][group] += many
    cell.options["reasons"][given[0] % 4] += many
    cell.answered["reasons"] += many


def history(
    seed: int, days: int = 28, habits: Habits | None = None, rounds: int = ROUNDS
) -> list[Told]:
    """Twelve rounds, or fewer, as an outsider reads them."""
    past = History(seed, days, habits)
    for _ in range(rounds):
        past.tell()
    return past.told()


@cache
def a_past(rounds: int) -> History:
    """The first rounds of one history, for tests that look at it and let nothing happen."""
    past = History(0)
    for _ in range(rounds):
        assert past.tell() is not None
    return past
