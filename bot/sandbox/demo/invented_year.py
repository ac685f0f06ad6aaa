"""An invented year of results, made through real tabulation and real disclosure control.

The demo and the pictures in the documentation need a past: results that moved, groups too
small to be shown, something that got worse and something that an action helped. The same
programme and the same day give the same bytes.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import RoundFacts, protect, rules_of
from bot.core.disclosure.release import Release
from bot.core.instruments import Instrument, Item
from bot.core.programme import CheckIn, Programme, Team
from bot.core.reporting_units import ReportingUnits, nobodys_own, units_for
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.tabulation import Tabulator, UnsafeTable

FOUR_WEEKS: Final = timedelta(weeks=4)
TWELVE_WEEKS: Final = timedelta(weeks=12)
ROUNDS: Final[Mapping[str, tuple[int, timedelta, int]]] = {
    "weekly-pulse": (13, FOUR_WEEKS, 0),
    "monthly-wellbeing": (12, FOUR_WEEKS, 11),
    "quarterly-work": (4, TWELVE_WEEKS, 25),
    "stay": (4, TWELVE_WEEKS, 39),
    "exit": (2, TWELVE_WEEKS, 53),
    "trust": (4, TWELVE_WEEKS, 67),
    "support-taps": (6, FOUR_WEEKS, 5),
}
"""Per check-in: how many rounds, how long each is, and how many days before the last day of
all the newest one closes."""

ANSWERS: Final = 0.72
"""How many of a team answer; of a weekly check-in, at its first prompt."""

COMES_AGAIN: Final = 0.85
BETWEEN_PEOPLE: Final = 0.14
BETWEEN_ITEMS: Final = 0.12

MOODS: Final[Mapping[str, float]] = {
    "harbour-response": 0.52,
    "market-response": 0.44,
    "night-relief": 0.36,
    "roads-policing": 0.62,
    "firearms-support": 0.58,
    "dog-unit": 0.72,
    "control-room": 0.46,
    "child-protection": 0.34,
    "digital-forensics": 0.66,
}
"""Where on the way from the worst answer to the best a team's answers centre."""

SHIFTS: Final[Sequence[tuple[str, str, int, float]]] = (
    ("workload", "harbour-response", 3, -0.34),
    ("workload", "market-response", 3, -0.30),
    ("workload", "night-relief", 3, -0.30),
    ("sleep", "control-room", 4, 0.36),
)
"""What happened: an item of a team moved so far in the newest so many rounds."""


@dataclass(frozen=True, slots=True)
class InventedRound:
    """One round with its release, as it would be stored."""

    id: str
    check_in: str
    opens_on: date
    closes_on: date
    units: ReportingUnits
    release: Release


@dataclass(frozen=True, slots=True)
class _Plan:
    check_in: CheckIn
    instrument: Instrument
    opens_on: date
    closes_on: date
    ago: int
    """How many rounds before the newest of its check-in."""


def invented_year(
    programme: Programme,
    instruments: Mapping[tuple[str, int], Instrument],
    until: date,
    version: int = 1,
) -> list[InventedRound]:
    """Return a year of rounds that closed on `until` or before, in the order of their releases."""
    teams = {team.id: team for team in programme.force.teams}
    rules = rules_of(programme)
    done: list[InventedRound] = []
    earlier: list[Earlier] = []
    units: dict[str, ReportingUnits] = {}
    for plan in sorted(_plans(programme, instruments, until), key=_closing):
        check_in = plan.check_in
        units[check_in.id] = units_for(programme, check_in, plan.instrument, units.get(check_in.id))
        round_id = f"{check_in.id}-{plan.opens_on.isoformat()}"
        release = protect(
            _table(plan, programme.force.teams, units[check_in.id]),
            units[check_in.id],
            rules,
            RoundFacts(
                round_id=round_id,
                check_in=check_in.id,
                title=check_in.title,
                opens_on=plan.opens_on,
                closes_on=plan.closes_on,
                programme_version=version,
            ),
            earlier,
            teams=teams,
        )
        earlier.append(Earlier(release, units[check_in.id]))
        done.append(
            InventedRound(
                round_id, check_in.id, plan.opens_on, plan.closes_on, units[check_in.id], release
            )
        )
    return done


def _plans(
    programme: Programme, instruments: Mapping[tuple[str, int], Instrument], until: date
) -> Iterator[_Plan]:
    for check_in in programme.check_ins:
        if check_in.id not in ROUNDS:
            continue
        instrument = instruments[check_in.instrument, check_in.instrument_version]
        number, lasts, before = ROUNDS[check_in.id]
        for ago in range(number):
            closes_on = until - timedelta(days=before) - ago * lasts
            yield _Plan(check_in, instrument, closes_on - lasts, closes_on, ago)


def _closing(plan: _Plan) -> tuple[date, str]:
    return (plan.closes_on, plan.check_in.id)


def _table(plan: _Plan, teams: Sequence[Team], units: ReportingUnits) -> UnsafeTable:
    tabulator = Tabulator(plan.instrument)
    for team in teams:
        for person in range(team.headcount):
            for response in _answers(plan, team, person):
                sealed = Response(
                    plan.instrument.key,
                    response[0],
                    nobodys_own(units) if units.is_whole_force else team.id,
                    *_who(team, person),
                    response[1],
                )
                tabulator.add(encode(sealed, plan.instrument))
    return tabulator.table()


def _who(team: Team, person: int) -> tuple[RoleType, LengthOfService]:
    own = random.Random(f"{team.id} {person}")  # noqa: S311 - invented people
    role = own.choices(list(RoleType), weights=(0, 44, 28, 14, 14))[0]
    service = own.choices(list(LengthOfService), weights=(0, 12, 24, 22, 26, 16))[0]
    return role, service


def _answers(
    plan: _Plan, team: Team, person: int
) -> Iterator[tuple[int, tuple[tuple[int, ...], ...]]]:
    """Yield (prompt, answers) of one person in one round."""
    own = random.Random(f"{plan.check_in.id} {plan.ago} {team.id} {person}")  # noqa: S311
    if own.random() > ANSWERS:
        return
    always = random.Random(f"{team.id} {person} mood")  # noqa: S311 - invented people
    mood = always.gauss(MOODS.get(team.id, 0.5), BETWEEN_PEOPLE)
    for prompt in range(plan.check_in.prompts_per_round):
        if prompt and own.random() > COMES_AGAIN:
            continue
        yield (
            prompt,
            tuple(
                _answer(item, mood + _shift(plan, item, team), own)
                for item in plan.instrument.items
            ),
        )


def _shift(plan: _Plan, item: Item, team: Team) -> float:
    return sum(
        by
        for theme, where, rounds, by in SHIFTS
        if item.id == theme and where == team.id and plan.ago < rounds
    )


def _answer(item: Item, mood: float, own: random.Random) -> tuple[int, ...]:
    if item.kind == "choices":
        # The first reasons of a list are named most, as in every force.
        weights = [1 / (2 + place) for place in range(len(item.options))]
        named = own.choices(range(len(item.options) - 1), weights[:-1], k=item.at_most or 1)
        return tuple(sorted(set(named)))
    scored = [place for place, option in enumerate(item.options) if option.score is not None]
    if not scored:
        return (own.choices(range(len(item.options)), range(len(item.options), 0, -1))[0],)
    good = sorted(scored, key=lambda place: item.options[place].score or 0, reverse=item.reverse)
    where = min(1.0, max(0.0, own.gauss(mood, BETWEEN_ITEMS)))
    return (good[round(where * (len(good) - 1))],)
