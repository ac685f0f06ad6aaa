"""Invented results, made through real tabulation and real disclosure control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import RoundFacts, protect, rules_of
from bot.core.disclosure.release import Release
from bot.core.instruments import Instrument
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.core.responses import encode
from bot.core.rounds import NoSuchRound
from bot.core.tabulation import Tabulator
from bot.workflows.report import NotReleasedYet, Results, UpcomingResult, WithoutResult
from config.content import shipped_instruments
from tests.core.builders import a_response, an_instrument, item, option, scale
from tests.programmes import pulse_alone

OPENED = date(2026, 11, 16)
CLOSED = date(2026, 12, 14)
FEW = {"control-room": 9, "digital-forensics": 2}
"""Respondents of teams in which too few answered."""


def pulse() -> Instrument:
    """The weekly pulse as it is shipped."""
    return next(each for each in shipped_instruments() if each.id == "weekly-pulse")


def example_programme() -> Programme:
    """The invented force."""
    return pulse_alone()


def a_release(
    round_id: str = "weekly-pulse-2026-11-16",
    instrument: Instrument | None = None,
    respondents: Mapping[str, int] = FEW,
    earlier: Sequence[Release] = (),
    opens_on: date = OPENED,
) -> Release:
    """Two prompts; seven in ten of a team answer, unless `respondents` says how many."""
    asked = instrument or pulse()
    programme = example_programme()
    teams = programme.force.teams
    tabulator = Tabulator(asked)
    for place, team in enumerate(teams):
        people = respondents.get(team.id, team.headcount * 7 // 10)
        for prompt in range(2):
            for person in range(people - prompt * (people // 4)):
                answers = [
                    ((3 * person + place * position + prompt + person // 3) % len(each.options),)
                    for position, each in enumerate(asked.items)
                ]
                tabulator.add(encode(a_response(asked, team.id, answers, prompt), asked))
    units = form_units(programme, [team.id for team in teams])
    return protect(
        tabulator.table(),
        units,
        rules_of(programme),
        RoundFacts(
            round_id=round_id,
            check_in="weekly-pulse",
            title={"en": "Weekly pulse"},
            opens_on=opens_on,
            closes_on=opens_on + timedelta(days=28),
            programme_version=3,
        ),
        [Earlier(each, units) for each in earlier],
        teams={team.id: team for team in teams},
    )


def an_empty_release() -> Release:
    """A round that nobody answered."""
    return a_release(
        "weekly-pulse-2026-10-19",
        respondents={team.id: 0 for team in example_programme().force.teams},
        opens_on=date(2026, 10, 19),
    )


def a_wide_release() -> Release:
    """Eight themes, one of them with a name that would be markup, and one counted item."""
    themes = [f"theme-{number}" for number in range(8)]
    counted = [option(f"reason <b>{letter}</b>") for letter in "abc"]
    instrument = an_instrument(
        items=[*map(item, themes), item("reasons", counted, kind="choices", at_most=1)],
        scales=[scale(theme, [theme], title={"en": f"<b>{theme}</b>"}) for theme in themes],
    )
    return a_release("wide-2026-11-16", instrument)


def a_taps_release() -> Release:
    """Taps on the support menu; each person of a team made one, or as many as are said."""
    taps = next(each for each in shipped_instruments() if each.id == "support-taps")
    return a_release("support-taps-2026-11-16", taps, {"harbour-response": 40, "dog-unit": 0})


@dataclass
class InventedReports:
    """Stands where wiring binds the reports of the database."""

    releases: tuple[Release, ...] = ()
    upcoming: tuple[UpcomingResult, ...] = ()
    waiting: tuple[str, ...] = ()
    without_result: tuple[WithoutResult, ...] = ()
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The departments of the teams that rounds asked; of those not here nothing is known."""

    async def results(self) -> Results:
        """Return what a lead sees first."""
        force = "Fenmarch Constabulary (invented)"
        return Results(force, self.upcoming, self.releases, self.without_result)

    async def release_of(self, round_id: str) -> Release:
        """Return one release."""
        for release in self.releases:
            if release.round_id == round_id:
                return release
        if round_id in self.waiting:
            raise NotReleasedYet(round=round_id)
        raise NoSuchRound(round=round_id)

    async def departments_asked(self, round_id: str) -> Sequence[str]:
        """Return the departments of the teams that a round asked."""
        return self.asked.get(round_id, ())


NEXT = UpcomingResult("weekly-pulse", "Weekly pulse", "weekly-pulse-2026-11-16", CLOSED)


def all_releases() -> InventedReports:
    """Three rounds, newest first, and the next."""
    first = an_empty_release()
    second = a_release(earlier=[first])
    return InventedReports((a_wide_release(), second, first), (NEXT,))
