"""Reports: stored releases, and when the next one comes. The one road to every page.

Nothing here can reach a person, a sealed response or a key; an import contract holds it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.calendar import local_day, plan_on, plans_until
from bot.core.disclosure.extract import departments_asked
from bot.core.disclosure.release import Release
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import NoSuchRound, RoundState
from bot.workflows.catalogue import in_force, parse_programme
from bot.workflows.kept_releases import KeptReleases, whole_release
from bot.workflows.moment import Now
from storage import programmes, releases, rounds
from storage.engine import Storage
from storage.rounds import ListedRound, Round

_FIRST_YEAR = timedelta(days=400)
_AT_MOST = 50


class NotReleasedYet(StandEasyError):
    """The round {round} has no result yet: expected one that has closed and was released."""


class NeverReleased(StandEasyError):
    """The round {round} has no result and never will: it was abandoned."""


@dataclass(frozen=True, slots=True)
class WithoutResult:
    """A round that was abandoned, behind which its check-in has no newer result."""

    check_in: str
    title: str
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class UpcomingResult:
    """A round that has no release yet, and the day its result is expected."""

    check_in: str
    title: str
    round_id: str | None
    expected_on: date


@dataclass(frozen=True, slots=True)
class Results:
    """What a lead sees first."""

    force: str
    upcoming: tuple[UpcomingResult, ...]
    releases: tuple[Release, ...]
    """Newest first."""
    without_result: tuple[WithoutResult, ...] = ()
    """Newest first."""


async def results(storage: Storage, now: Now) -> Results:
    """Return all releases and what comes next."""
    return await Reports(storage, now).results()


async def release_of(storage: Storage, round_id: str) -> Release:
    """Return the release of a round; raises `NoSuchRound`, `NotReleasedYet`, `NeverReleased`."""
    async with storage.read("release") as tx:
        stored = await releases.of_round(tx, round_id)
        known = await rounds.get(tx, round_id)
    if stored is None:
        if known is None:
            raise NoSuchRound(round=round_id)
        abandoned = known.state is RoundState.ABANDONED
        raise NeverReleased(round=round_id) if abandoned else NotReleasedYet(round=round_id)
    return whole_release(stored)


class Reports:
    """What the pages for leads can ask for: releases, and nothing else."""

    def __init__(self, storage: Storage, now: Now, kept: KeptReleases | None = None) -> None:
        self._storage, self._now = storage, now
        self._kept = kept or KeptReleases()

    async def releases(self) -> tuple[Release, ...]:
        """Return every release, oldest first; raises when one is damaged or the chain broken."""
        return await self._kept.all(self._storage)

    async def results(self) -> Results:
        """Return all releases and what comes next."""
        found = tuple(reversed(await self.releases()))
        async with self._storage.read("results") as tx:
            newest = await in_force(tx)
            waiting = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)
            abandoned = await rounds.listed(tx, RoundState.ABANDONED, most=_AT_MOST)
        programme = None if newest is None else parse_programme(newest.content)
        if programme is None:
            return Results("", (), found)
        coming = _upcoming(programme, waiting, abandoned, self._now)
        missing = tuple(_without_result(programme, abandoned, found))
        return Results(programme.force.name, coming, found, missing)

    async def release_of(self, round_id: str) -> Release:
        """Return the release of a round; raises `NoSuchRound` or `NotReleasedYet`."""
        for release in await self.releases():
            if release.round_id == round_id:
                return release
        return await release_of(self._storage, round_id)

    async def departments_asked(self, round_id: str) -> tuple[str, ...]:
        """Return the department of every team that a round asked, in the order of its release.

        As it was when the round opened: where a team is today says nothing of what was answered.
        """
        async with self._storage.read("departments asked") as tx:
            row = await rounds.get(tx, round_id)
            if row is None:
                return ()
            units = ReportingUnits.from_json(row.units)
            stored = None
            if units.is_whole_force:
                stored = await programmes.at_version(tx, row.programme_version)
        when_it_opened = {} if stored is None else _departments_in(stored.content)
        return departments_asked(units, when_it_opened)


def _departments_in(content: str) -> dict[str, str]:
    """Return the department of each team, by ids, from a programme that a round opened with."""
    # Its teams alone: a whole programme takes a hundred times as long to read.
    return {
        team["id"]: department["id"]
        for department in json.loads(content)["force"]["departments"]
        for team in department["teams"]
    }


def _without_result(
    programme: Programme, abandoned: list[ListedRound], releases: Sequence[Release]
) -> Iterator[WithoutResult]:
    """Yield the rounds of which a lead may still expect a result, for no newer one is there."""
    newest = {each.document["check_in"]: each.document["opens_on"] for each in reversed(releases)}
    titles, zone = _titles(programme), programme.force.timezone
    for row in abandoned:
        if row.opens_on.isoformat() > newest.get(row.check_in, ""):
            title = titles.get(row.check_in, row.check_in)
            yield WithoutResult(row.check_in, title, row.opens_on, local_day(row.closes_at, zone))


def _titles(programme: Programme) -> dict[str, str]:
    return {check_in.id: check_in.title["en"] for check_in in programme.check_ins}


def _upcoming(
    programme: Programme, waiting: list[Round], abandoned: list[ListedRound], now: Now
) -> tuple[UpcomingResult, ...]:
    zone = programme.force.timezone
    today = local_day(now(), zone)
    titles = _titles(programme)
    upcoming = [
        UpcomingResult(
            row.check_in,
            titles.get(row.check_in, row.check_in),
            row.id,
            max(today, local_day(row.closes_at, zone)),
        )
        for row in waiting
    ]
    busy = {row.check_in for row in waiting}
    never = {(row.check_in, row.opens_on) for row in abandoned}
    for check_in in programme.check_ins:
        if check_in.id in busy:
            continue
        plan = plan_on(check_in, today)
        if plan is None and today < check_in.starts_on:
            plan = next(iter(plans_until(check_in, check_in.starts_on + _FIRST_YEAR)), None)
        if plan is not None and (check_in.id, plan.opens_on) not in never:
            upcoming.append(UpcomingResult(check_in.id, check_in.title["en"], None, plan.closes_on))
    return tuple(upcoming)
