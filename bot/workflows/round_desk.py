"""Rounds for the page about them: when each opens, asks, closes and may be released.

Everything comes from the programme and the rounds' own rows. Nothing of who was asked or who
answered is read, and the dashboard's process could not read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.access import Visitor
from bot.core.calendar import RoundPlan, local_day, plan_on, plan_opening, plans_until
from bot.core.documents import in_language
from bot.core.extensions import closes_early_from, last_days, latest_close, rounds_after
from bot.core.programme import DAYS_BETWEEN_RELEASES, Programme
from bot.core.rounds import RoundState, Steering, may_be_steered
from bot.core.support import lacking
from bot.workflows import errands
from bot.workflows.catalogue import NoProgramme, parse_programme, version_in_force
from bot.workflows.errands import Errand, Kind, Outcome
from bot.workflows.moment import Now
from bot.workflows.rounds import round_id_of
from storage import programmes, rounds
from storage.engine import ReadTransaction, Storage
from storage.rounds import ListedRound

KINDS: Final = frozenset(
    {
        *(Kind.OPEN_ROUND, Kind.PAUSE_ROUND, Kind.RESUME_ROUND),
        *(Kind.EXTEND_ROUND, Kind.CLOSE_ROUND),
    }
)
AT_ONCE: Final = 200
"""More rounds than this are never under way."""

ON_A_PAGE: Final = 20
_A_YEAR: Final = timedelta(days=366)
_KEPT: Final = 16
_PAST: Final = (RoundState.RELEASED, RoundState.SHREDDED, RoundState.ABANDONED)


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """A round that is open, or closed and without a result."""

    id: str
    title: str
    state: RoundState
    invites: bool
    opens_on: date
    closes_on: date
    """The day at whose beginning it closes, or would have closed."""
    closed_early: bool
    is_over: bool
    """Its time is over, and the next tick closes it."""
    paused_on: date | None
    prompts: tuple[date, ...]
    asked: int
    """How many prompts have had their day."""
    result_from: date | None
    """The day from which a result may be made; None where it may be now."""
    acts: frozenset[Steering]
    extension: tuple[date, date] | None
    """The days that may be its new last one."""
    no_extension: str
    """Why there are none."""
    asked_on: date
    """The day of its newest prompt."""
    closes_early_from: date
    too_soon_to_close: bool


@dataclass(frozen=True, slots=True)
class ComingRound:
    """The next round of a check-in that has none open; `is_due` when today is one of its days."""

    check_in: str
    title: str
    opens_on: date
    is_due: bool


@dataclass(frozen=True, slots=True)
class PastRound:
    """A round with a result, or one that was abandoned and has none."""

    id: str
    title: str
    opens_on: date
    released_on: date | None
    is_shredded: bool


@dataclass(frozen=True, slots=True)
class Rounds:
    """Everything the page shows."""

    under_way: tuple[RoundStanding, ...]
    coming: tuple[ComingRound, ...]
    past: tuple[PastRound, ...]
    skipped: int
    has_more: bool
    needs_help: bool = False
    """Whether none opens before the force has said where help is."""


class RoundDesk:
    """What an admin sees of rounds and may ask for."""

    def __init__(self, storage: Storage, now: Now, patience: float = errands.PATIENCE) -> None:
        self._storage, self._now, self._patience = storage, now, patience
        self._versions: dict[int, Programme] = {}

    async def overview(self, skip: int = 0) -> Rounds:
        """Return all rounds under way, those to come, and some that are past."""
        async with self._storage.read("rounds") as tx:
            newest = await version_in_force(tx)
            if not newest:
                return Rounds((), (), (), 0, False)
            in_force = await self._version(tx, newest)
            open_ = await rounds.listed(tx, RoundState.OPEN, RoundState.CLOSED, most=AT_ONCE)
            past = await rounds.listed(tx, *_PAST, most=ON_A_PAGE + 1, skip=skip)
            released = await rounds.last_releases(tx)
            under_way = [await self._standing(tx, row, in_force, released) for row in open_]
            free_from = await self._free_from(tx, in_force)
            today = local_day(self._now(), in_force.force.timezone)
            due = {
                each.id: round_id_of(each, plan)
                for each in in_force.check_ins
                if (plan := plan_on(each, today)) is not None
                and plan.opens_on >= free_from[each.id]
            }
            known = await rounds.known(tx, due.values())
        waiting = {check_in for check_in, round_id in due.items() if round_id not in known}
        return Rounds(
            tuple(under_way),
            tuple(_coming(in_force, today, waiting, free_from)),
            tuple(_past(each, in_force) for each in past[:ON_A_PAGE]),
            skip,
            len(past) > ON_A_PAGE,
            bool(lacking(in_force.support)),
        )

    async def standing(self, round_id: str) -> RoundStanding | None:
        """Return where one round stands; None when none of those under way has this id."""
        found = await self.overview()
        return next((each for each in found.under_way if each.id == round_id), None)

    async def ask(self, kind: Kind, subject: str, detail: Mapping[str, str], by: Visitor) -> int:
        """Ask the officers' process to do something with a round; return the errand's number."""
        return await errands.ask(self._storage, kind, subject, detail, by, self._now)

    async def came_of(self, number: int) -> Outcome | None:
        """Wait a moment for what comes of an errand, and return it; None where it is not known."""
        return await errands.outcome_within(self._storage, number, self._now, self._patience)

    async def asked_lately(self) -> list[tuple[Errand, Outcome | None]]:
        """Return what was asked for last about rounds, the newest first."""
        return await errands.lately(self._storage, KINDS, self._now)

    async def _standing(
        self,
        tx: ReadTransaction,
        row: ListedRound,
        in_force: Programme,
        released: Mapping[str, datetime],
    ) -> RoundStanding:
        programme = await self._version(tx, row.programme_version)
        check_in, zone = programme.check_in(row.check_in), programme.force.timezone
        plan = plan_opening(check_in, row.opens_on)
        assert plan is not None  # noqa: S101 - it opened by this very plan
        today, closes_on = local_day(self._now(), zone), local_day(row.closes_at, zone)
        is_over = row.state is RoundState.OPEN and row.closes_at <= self._now()
        following = list(rounds_after(check_in, plan, closes_on))
        for each in in_force.check_ins:
            following += rounds_after(each, plan, closes_on) if each.id == check_in.id else ()
        latest, reason = latest_close(plan, following)
        asked_on, early_from = closes_early_from(plan, today)
        paused = row.paused_at is not None
        is_open = row.state is RoundState.OPEN
        result_from = _result_from(
            closes_on if is_open else today, released.get(row.check_in), zone
        )
        acts = {act for act in Steering if may_be_steered(row.state, act, paused=paused)}
        acts -= set(Steering) if is_over else set()
        acts -= set() if check_in.invites else {Steering.PAUSE, Steering.EXTEND}
        return RoundStanding(
            id=row.id,
            title=in_language(check_in.title, "en"),
            state=row.state,
            invites=check_in.invites,
            opens_on=row.opens_on,
            closes_on=closes_on,
            closed_early=not is_open and row.closes_at > self._now(),
            is_over=is_over,
            paused_on=local_day(row.paused_at, zone) if row.paused_at else None,
            prompts=plan.prompts,
            asked=sum(day <= today for day in plan.prompts),
            result_from=result_from if is_open or result_from > today else None,
            acts=frozenset(acts),
            extension=last_days(closes_on, latest),
            no_extension=reason,
            asked_on=asked_on,
            closes_early_from=early_from,
            too_soon_to_close=today < early_from,
        )

    async def _free_from(self, tx: ReadTransaction, in_force: Programme) -> dict[str, date]:
        """Return the day from which another round of each check-in may open.

        Under a new schedule, one that would begin beside the last is left out.
        """
        zone = in_force.force.timezone
        last = await rounds.last_closes(tx, *RoundState)
        still_open = await rounds.last_closes(tx, RoundState.OPEN)
        return {
            each.id: local_day(found[each.id], zone) if each.id in found else each.starts_on
            for each in in_force.check_ins
            for found in (last if each.invites else still_open,)
        }

    async def _version(self, tx: ReadTransaction, version: int) -> Programme:
        if version not in self._versions:
            stored = await programmes.at_version(tx, version)
            if stored is None:
                raise NoProgramme
            while len(self._versions) >= _KEPT:
                self._versions.pop(min(self._versions))
            self._versions[version] = parse_programme(stored.content)
        return self._versions[version]


def _result_from(closes_on: date, last_release: datetime | None, zone: str) -> date:
    if last_release is None:
        return closes_on
    return max(closes_on, local_day(last_release, zone) + timedelta(days=DAYS_BETWEEN_RELEASES))


def _coming(
    programme: Programme, today: date, waiting: set[str], free_from: Mapping[str, date]
) -> list[ComingRound]:
    found = []
    for check_in in programme.check_ins:
        title = in_language(check_in.title, "en")
        plan: RoundPlan | None
        if check_in.id in waiting:
            plan = plan_on(check_in, today)
        else:
            plans = plans_until(check_in, max(today, check_in.starts_on) + _A_YEAR)
            after = max(today, free_from[check_in.id] - timedelta(days=1))
            plan = next((each for each in plans if each.opens_on > after), None)
        if plan is not None:
            found.append(ComingRound(check_in.id, title, plan.opens_on, check_in.id in waiting))
    return sorted(found, key=lambda each: (each.opens_on, each.check_in))


def _past(row: ListedRound, in_force: Programme) -> PastRound:
    titles = {each.id: in_language(each.title, "en") for each in in_force.check_ins}
    released_on = None
    if row.state is not RoundState.ABANDONED:
        released_on = local_day(row.released_at or row.closes_at, in_force.force.timezone)
    return PastRound(
        row.id,
        titles.get(row.check_in, row.check_in),
        row.opens_on,
        released_on,
        row.state is RoundState.SHREDDED,
    )
