"""The programme: one force, its departments and teams, its check-ins, and where help is.

A programme is one document. Every version that was ever in force stays readable, and a
round keeps to the version it opened with.
"""

import math
from datetime import date, timedelta
from itertools import combinations
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from bot.core.contact_times.duty_patterns import ShiftTimes
from bot.core.documents import Document, Identifier, LanguageMap, Name, WallTime, unique
from bot.core.recurrences import kept_rule
from bot.core.recurring_days import comes_at_all
from bot.core.support import SupportEntry

SMALLEST_THRESHOLD = 10
SMALLEST_HEADS = 15
SMALLEST_UNIT = 25
MOST_RECOUNT_DAYS = 30
DAYS_BETWEEN_RELEASES = 28
MAX_PROMPTS = 16
MOST_CHECK_INS = 50
MOST_TEAMS = 20_000
"""Twice what a table of teams may hold: more are no force, and take everybody's time."""
FIRST_START, LAST_START = date(2000, 1, 1), date(2079, 12, 31)
"""Whoever writes past the program sets no day from which counting on ends nowhere."""
SMALLEST_EPSILON = 0.01
LARGEST_EPSILON = 10.0
"""Beyond it, noise protects nobody worth the name."""


class Team(Document):
    """The smallest part of a force. `headcount` is everybody who could answer."""

    id: Identifier
    name: Name
    headcount: Annotated[int, Field(ge=1, le=100_000)]
    supervisors: Annotated[int, Field(ge=0)] = 0
    high_stress: bool = False

    @model_validator(mode="after")
    def _supervisors_are_heads(self) -> Self:
        if self.supervisors > self.headcount:
            raise ValueError("expected no more supervisors than heads")
        return self


class Department(Document):
    """Teams that report together."""

    id: Identifier
    name: Name
    teams: list[Team] = Field(min_length=1, max_length=MOST_TEAMS)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected the name of a time zone, such as Europe/London") from None
    return value


class Force(Document):
    """The organisation."""

    id: Identifier
    name: Name
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = Field(
        default_factory=lambda: ["en"], min_length=1
    )
    departments: list[Department] = Field(min_length=1, max_length=MOST_TEAMS)
    shift_times: ShiftTimes = ShiftTimes()
    """When shifts begin and end here; an officer's pattern is read with these."""
    bank_holidays: list[date] = Field(default_factory=list)
    """Days on which nobody on the office pattern is written to."""
    blackout_dates: list[date] = Field(default_factory=list)
    """Days on which nobody is asked anything: what falls on one comes later, or not at all."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        if len(self.teams) > MOST_TEAMS:
            raise ValueError(f"expected at most {MOST_TEAMS} teams")
        unique(self.bank_holidays, "the bank holiday")
        unique(self.blackout_dates, "the blackout date")
        unique([department.id for department in self.departments], "the department")
        unique([team.id for team in self.teams], "the team")
        unique([team.name for team in self.teams], "the team name")
        return self

    @property
    def teams(self) -> list[Team]:
        """All teams, in the order of the document."""
        return [team for department in self.departments for team in department.teams]


class Window(Document):
    """The local times of day between which messages are sent."""

    opens: WallTime
    closes: WallTime

    @model_validator(mode="after")
    def _is_long_enough(self) -> Self:
        opens = timedelta(hours=self.opens.hour, minutes=self.opens.minute)
        closes = timedelta(hours=self.closes.hour, minutes=self.closes.minute)
        if closes - opens < timedelta(hours=1):
            raise ValueError("expected the window to stay open for at least an hour")
        return self


class CheckIn(Document):
    """An instrument with an audience and a recurrence."""

    id: Identifier
    title: LanguageMap
    instrument: Identifier
    instrument_version: Annotated[int, Field(ge=1)] = 1
    """A round keeps to the wording it opened with; a new wording is a new programme version."""
    audience: Literal["everyone"] | list[Identifier] = "everyone"
    """Everyone, or a list of team ids."""
    starts_on: Annotated[date, Field(ge=FIRST_START, le=LAST_START)]
    recurrence: Annotated[str, AfterValidator(kept_rule)]
    """An iCalendar RRULE on local days, or plain words for one; each day is one prompt."""
    prompts_per_round: Annotated[int, Field(ge=1, le=MAX_PROMPTS)] = 1
    window: Window
    remind_after_hours: Annotated[int, Field(ge=48, le=72)] | None = 48
    """Says nothing where nobody is invited."""
    invites: bool = True
    """False: started by the officer; rounds open and close by the recurrence and nobody is
    written to."""

    @field_validator("recurrence")
    @classmethod
    def _comes_at_all(cls, value: str, info: ValidationInfo) -> str:
        # Of stored ones too: where no day comes, everybody would wait while it is looked for.
        starts_on = info.data.get("starts_on")
        if starts_on is not None and not comes_at_all(value, starts_on):
            raise ValueError("it never asks: expected a recurrence with at least one day")
        return value

    @model_validator(mode="after")
    def _is_for_whoever_starts_it(self) -> Self:
        if self.invites:
            return self
        if self.prompts_per_round != 1:
            raise ValueError("a check-in without invites has one prompt a round")
        if self.audience != "everyone":
            raise ValueError("expected a check-in without invites to be for everyone")
        return self


def _thousandths(value: float) -> float:
    if not math.isclose(value * 1000, round(value * 1000), abs_tol=1e-6):
        raise ValueError("expected at most three decimals")
    return value


Epsilon = Annotated[
    float, Field(ge=SMALLEST_EPSILON, le=LARGEST_EPSILON), AfterValidator(_thousandths)
]


class PublicFigureSettings(Document):
    """How much privacy loss public figures may cost, in a calendar year and in one release."""

    epsilon_per_year: Epsilon
    epsilon_per_release: Epsilon

    @model_validator(mode="after")
    def _a_release_fits_into_a_year(self) -> Self:
        if self.per_release > self.per_year:
            raise ValueError("expected epsilon_per_release to be at most epsilon_per_year")
        return self

    @property
    def per_year(self) -> int:
        """The year's budget in thousandths."""
        return round(self.epsilon_per_year * 1000)

    @property
    def per_release(self) -> int:
        """What one release uses of it, in thousandths."""
        return round(self.epsilon_per_release * 1000)


class DisclosureSettings(Document):
    """What a force may make stricter; the floors themselves are constants."""

    threshold: Annotated[int, Field(ge=SMALLEST_THRESHOLD)] = SMALLEST_THRESHOLD
    heads: Annotated[int, Field(ge=SMALLEST_HEADS)] = SMALLEST_HEADS
    unit_heads: Annotated[int, Field(ge=SMALLEST_UNIT)] = SMALLEST_UNIT
    public_figures: PublicFigureSettings | None = None
    """None: no figures are made to leave the force."""


class Programme(Document):
    """Everything a force has set up."""

    format: Literal[1]
    force: Force
    check_ins: list[CheckIn] = Field(min_length=1, max_length=MOST_CHECK_INS)
    disclosure: DisclosureSettings = DisclosureSettings()
    recount_days: Annotated[int, Field(ge=1, le=MOST_RECOUNT_DAYS)] = MOST_RECOUNT_DAYS
    support: list[SupportEntry] = Field(default_factory=list)
    """The force's own entries; the national ones come with the product."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        unique([check_in.id for check_in in self.check_ins], "the check-in")
        unique([entry.id for entry in self.support], "the support entry")
        self._check_audiences()
        teams = {team.id for team in self.force.teams}
        for check_in in self.check_ins:
            if check_in.audience == "everyone":
                continue
            unknown = sorted(set(check_in.audience) - teams)
            if unknown or not check_in.audience:
                raise ValueError(
                    f"the check-in {check_in.id} expects teams of the force,"
                    f" and these are not: {', '.join(unknown) or 'an empty list'}"
                )
        return self

    def _check_audiences(self) -> None:
        """Refuse two check-ins that ask the same of audiences a few heads apart.

        Their results could be subtracted from each other, and what is left are those heads.
        """
        heads = {team.id: team.headcount for team in self.force.teams}
        everyone = frozenset(heads)
        asked = [
            everyone if each.audience == "everyone" else frozenset(each.audience)
            for each in self.check_ins
        ]
        pairs = combinations(zip(self.check_ins, asked, strict=True), 2)
        for (one, first), (other, second) in pairs:
            if one.instrument != other.instrument or first is second:
                continue
            for rest in (first - second, second - first):
                apart = sum(heads.get(team, 0) for team in rest)
                if 0 < apart < SMALLEST_UNIT and first & second:
                    raise ValueError(
                        f"the check-ins {one.id} and {other.id} ask the same of audiences"
                        f" that are {apart} heads apart: expected none or {SMALLEST_UNIT}"
                    )

    def check_in(self, check_in_id: str) -> CheckIn:
        """Return the check-in with this id; `KeyError` if there is none."""
        return {check_in.id: check_in for check_in in self.check_ins}[check_in_id]

    def team(self, team_id: str) -> Team:
        """Return the team with this id; `KeyError` if there is none."""
        return {team.id: team for team in self.force.teams}[team_id]

    def audience_of(self, check_in: CheckIn) -> frozenset[str]:
        """Return the ids of the teams that a check-in asks."""
        if check_in.audience == "everyone":
            return frozenset(team.id for team in self.force.teams)
        return frozenset(check_in.audience)
