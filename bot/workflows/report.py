"""Reports: stored releases, and when the next one comes. The one road to every page.

Nothing here can reach a person, a sealed response or a key; an import contract holds it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.calendar import local_day, plan_on, plans_until
from bot.core.disclosure.release import Release, read_release
from bot.core.errors import StandEasyError
from bot.core.rounds import NoSuchRound, RoundState
from bot.workflows.catalogue import parse_programme
from bot.workflows.moment import Now
from storage import programmes, releases, rounds
from storage.engine import Storage

_FIRST_YEAR = timedelta(days=400)


class NotReleasedYet(StandEasyError):
    """The round {round} has no result yet: expected one that has closed and was released."""


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


async def results(storage: Storage, now: Now) -> Results:
    """Return all releases and what comes next."""
    async with storage.read("results") as tx:
        newest = await programmes.newest(tx)
        stored = await releases.all(tx)
        waiting = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)
    found = tuple(read_release(each.content, each.hash, each.round) for each in reversed(stored))
    if newest is None:
        return Results("", (), found)
    programme = parse_programme(newest.content)
    zone = programme.force.timezone
    today = local_day(now(), zone)
    titles = {check_in.id: check_in.title["en"] for check_in in programme.check_ins}
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
    for check_in in programme.check_ins:
        if check_in.id in busy:
            continue
        plan = plan_on(check_in, today)
        if plan is None and today < check_in.starts_on:
            plan = next(iter(plans_until(check_in, check_in.starts_on + _FIRST_YEAR)), None)
        if plan is not None:
            upcoming.append(UpcomingResult(check_in.id, check_in.title["en"], None, plan.closes_on))
    return Results(programme.force.name, tuple(upcoming), found)


async def release_of(storage: Storage, round_id: str) -> Release:
    """Return the release of a round; raises `NoSuchRound` or `NotReleasedYet`."""
    async with storage.read("release") as tx:
        stored = await releases.of_round(tx, round_id)
        known = await rounds.get(tx, round_id)
    if stored is None:
        raise NoSuchRound(round=round_id) if known is None else NotReleasedYet(round=round_id)
    return read_release(stored.content, stored.hash, stored.round)


@dataclass(frozen=True, slots=True)
class Reports:
    """What the pages for leads can ask for: releases, and nothing else."""

    storage: Storage
    now: Now

    async def results(self) -> Results:
        """See `results`."""
        return await results(self.storage, self.now)

    async def release_of(self, round_id: str) -> Release:
        """See `release_of`."""
        return await release_of(self.storage, round_id)
