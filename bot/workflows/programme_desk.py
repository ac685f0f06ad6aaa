"""What the pages about the programme work with: reading it, changing it, deciding on changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.access import Visitor
from bot.core.calendar import local_day, plans_until
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.programme_differences import Difference, needs_second
from bot.core.rounds import RoundState
from bot.core.support import (
    Age,
    SupportEntry,
    age_of,
    check_directory,
)
from bot.workflows import programme_changes, programme_proposals, programme_versions
from bot.workflows.catalogue import Instruments, version_in_force
from bot.workflows.moment import Now
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile, Proposed, Saved
from bot.workflows.programme_proposals import ProposalLine, Review
from bot.workflows.programme_versions import Compared, Listed, VersionLine, WayBack
from storage import listed_codes, programmes, rounds, staff
from storage.engine import Storage
from storage.rounds import ListedRound

_A_YEAR = timedelta(days=366)
MOST_OPEN = 100
"""How many open rounds an overview looks at: one of each check-in, and then some."""


@dataclass(frozen=True, slots=True)
class NextRound:
    """What a check-in does next: the round that is open, or the next one to open."""

    check_in: str
    title: str
    is_open: bool
    day: date
    """Opens on, or where it is open, closes on."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others saved while somebody was changing the programme."""

    newest: int
    lines: tuple[VersionLine, ...]
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Where a force stands: what is set up and what waits."""

    version: ProgrammeVersion
    saved_at: datetime
    waiting: int
    two_admins: bool
    due: int
    """How many support entries want verifying."""
    too_old: int
    directory_problem: StandEasyError | None
    """Why officers cannot be let in yet; the program does not start with it."""
    next_rounds: tuple[NextRound, ...]
    teams_with_codes: int
    rounds_so_far: int


class ProgrammeDesk:
    """The programme of one force, for pages."""

    def __init__(
        self,
        storage: Storage,
        now: Now,
        instruments: Instruments,
        national: Sequence[SupportEntry],
    ) -> None:
        self._storage, self._now = storage, now
        self.instruments, self._national = instruments, tuple(national)

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now()

    async def current(self) -> ProgrammeVersion | None:
        """Return the version in force; None where there is none yet."""
        return await programme_changes.current_or_none(self._storage)

    async def save(
        self, changed: Programme, based_on: int, by: Visitor, reason: str
    ) -> Saved | Proposed:
        """Put a changed programme in force, or propose it."""
        return await programme_changes.save(
            self._storage, changed, based_on, by, reason, self._now, self.instruments
        )

    async def meanwhile(self, error: ChangedMeanwhile, based_on: int) -> Meanwhile:
        """Return who saved what since the version that somebody started from."""
        newest = int(str(error.details["version"]))
        if not 0 < based_on < newest:
            return Meanwhile(newest, (), ())
        lines = await programme_versions.saved_since(self._storage, based_on)
        compared = await programme_versions.compare(self._storage, based_on, newest)
        return Meanwhile(newest, tuple(lines), compared.changes)

    async def waits_for_second(
        self, before: Programme | None, after: Programme, by: Visitor
    ) -> bool:
        """Whether a change of somebody would have to wait for a second admin now."""
        today = local_day(self._now(), after.force.timezone)
        if not needs_second(before, after, by.name, today):
            return False
        async with self._storage.read("admins") as tx:
            return await staff.admins(tx) >= programme_changes.ENOUGH_ADMINS

    # --- Versions -----------------------------------------------------------------------

    async def versions(self, before: int | None = None) -> Listed:
        """Return a page of versions, the newest first."""
        return await programme_versions.listed(self._storage, before)

    async def at(self, version: int) -> ProgrammeVersion:
        """Return one version; raises `NoSuchVersion`."""
        return await programme_versions.at(self._storage, version)

    async def newest_version(self) -> int:
        """Return the number of the version in force; 0 where there is none."""
        async with self._storage.read("version") as tx:
            return await version_in_force(tx)

    async def introduced(self, version: int) -> Compared:
        """Return what a version changed in the one before; raises `NoSuchVersion`."""
        return await programme_versions.introduced(self._storage, version)

    async def compare(self, first: int, second: int) -> Compared:
        """Return what differs between two versions; raises `NoSuchVersion`."""
        return await programme_versions.compare(self._storage, first, second)

    async def way_back(self, version: int) -> WayBack:
        """Return what going back to a version would do; raises `NoSuchVersion`."""
        return await programme_versions.way_back(
            self._storage, version, self.instruments, self._now
        )

    async def restore(
        self, version: int, based_on: int, by: Visitor, reason: str
    ) -> Saved | Proposed:
        """Go back to a version, or propose that."""
        return await programme_versions.restore(
            self._storage, version, based_on, by, reason, self._now, self.instruments
        )

    # --- Changes that wait --------------------------------------------------------------

    async def waiting(self) -> list[ProposalLine]:
        """Return the changes that nobody has decided."""
        return await programme_proposals.waiting(self._storage)

    async def decided_lately(self) -> list[ProposalLine]:
        """Return the changes decided last."""
        return await programme_proposals.decided_lately(self._storage)

    async def review(self, number: int) -> Review:
        """Return a proposed change; raises `NoSuchProposal`."""
        return await programme_proposals.review(self._storage, number, self.instruments, self._now)

    async def approve(self, number: int, seen: int, by: Visitor) -> int:
        """Put a proposed change in force; return its version."""
        return await programme_proposals.approve(
            self._storage, number, seen, by, self._now, self.instruments
        )

    async def refuse(self, number: int, by: Visitor, reason: str) -> None:
        """Refuse a proposed change."""
        await programme_proposals.refuse(self._storage, number, by, reason, self._now)

    async def withdraw(self, number: int, by: Visitor, reason: str) -> None:
        """Withdraw one's own proposed change."""
        await programme_proposals.withdraw(self._storage, number, by, reason, self._now)

    # --- Overview -----------------------------------------------------------------------

    async def overview(self) -> Overview | None:
        """Return where the force stands; None where there is no programme yet."""
        version = await self.current()
        if version is None:
            return None
        programme = version.programme
        today = local_day(self._now(), programme.force.timezone)
        waits = await programme_proposals.how_many_wait(self._storage)
        async with self._storage.read("overview") as tx:
            line = await programmes.line_of(tx, version.version)
            admins = await staff.admins(tx)
            coded = await listed_codes.teams_with_codes(tx, today)
            opened = await rounds.listed(tx, RoundState.OPEN, most=MOST_OPEN)
            states = await rounds.number_by_state(tx)
        assert line is not None  # noqa: S101 - versions are never removed
        ages = [age_of(entry, today) for entry in (*programme.support, *self._national)]
        return Overview(
            version=version,
            saved_at=line.saved_at,
            waiting=waits,
            two_admins=admins >= programme_changes.ENOUGH_ADMINS,
            due=ages.count(Age.DUE),
            too_old=ages.count(Age.TOO_OLD),
            directory_problem=self._problem(programme, today),
            next_rounds=tuple(_next_rounds(programme, today, opened)),
            teams_with_codes=len(coded & {team.id for team in programme.force.teams}),
            rounds_so_far=sum(states.values()),
        )

    def _problem(self, programme: Programme, today: date) -> StandEasyError | None:
        try:
            check_directory([*programme.support, *self._national], today)
        except StandEasyError as error:
            return error
        return None


def _next_rounds(
    programme: Programme, today: date, opened: Sequence[ListedRound]
) -> list[NextRound]:
    zone = programme.force.timezone
    # As the round opened, whatever its check-in's schedule says by now.
    closes = {row.check_in: local_day(row.closes_at, zone) for row in opened}
    found = []
    for check_in in programme.check_ins:
        title = check_in.title["en"]
        if check_in.id in closes:
            found.append(NextRound(check_in.id, title, True, closes[check_in.id]))
            continue
        plans = plans_until(check_in, max(today, check_in.starts_on) + _A_YEAR)
        following = next((each for each in plans if each.opens_on >= today), None)
        if following is not None:
            found.append(NextRound(check_in.id, title, False, following.opens_on))
    return sorted(found, key=lambda each: (each.day, each.check_in))
