"""How far apart releases are: 28 days between two that may be about the same people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.calendar import local_day
from bot.core.programme import DAYS_BETWEEN_RELEASES
from bot.core.reporting_units import ReportingUnits
from bot.workflows.catalogue import NoProgramme, parse_programme
from storage import programmes, rounds
from storage.engine import ReadTransaction
from storage.rounds import Round


@dataclass(frozen=True, slots=True)
class ReleasedAbout:
    """When a release came, or would come, what it asked, and about which teams."""

    moment: datetime
    instrument: str
    teams: frozenset[str]
    existing: frozenset[str] = frozenset()
    """All teams there were when its round opened, asked or not."""


def may_release(about: ReleasedAbout, earlier: Sequence[ReleasedAbout], timezone: str) -> bool:
    """Whether enough days have passed since the last release about any of the same people.

    The instrument counts, not the name of the check-in: a check-in under a new name asks the
    same people the same things. Nor do names of teams: those that are new here may be the people
    of those that are gone.
    """
    return all(
        (local_day(about.moment, timezone) - local_day(other.moment, timezone)).days
        >= DAYS_BETWEEN_RELEASES
        for other in earlier
        if other.instrument == about.instrument and _may_be_the_same(about, other)
    )


def _may_be_the_same(one: ReleasedAbout, other: ReleasedAbout) -> bool:
    if one.teams & other.teams:
        return True
    gone, new = other.teams - one.existing, one.teams - other.existing
    return bool(one.existing and other.existing and gone and new)


async def told_by_releases(tx: ReadTransaction) -> list[ReleasedAbout]:
    """Return what every release there is was about, oldest round first."""
    return [await _told_by(tx, row) for row in await rounds.all(tx) if row.released_at]


async def _told_by(tx: ReadTransaction, row: Round) -> ReleasedAbout:
    stored = await programmes.at_version(tx, row.programme_version)
    if stored is None or row.released_at is None:
        raise NoProgramme
    programme = parse_programme(stored.content)
    instrument = programme.check_in(row.check_in).instrument
    existing = frozenset(team.id for team in programme.force.teams)
    return ReleasedAbout(row.released_at, instrument, teams_of(row), existing)


def teams_of(row: Round) -> frozenset[str]:
    """Return the teams that a round asked."""
    units = ReportingUnits.from_json(row.units).units
    return frozenset(team for unit in units for team in unit.teams)
