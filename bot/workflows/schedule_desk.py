"""The year ahead for pages: of the programme in force, and of one that somebody is typing.

Whatever a page shows first takes milliseconds. Groups and duty patterns take longer, so they
are worked out beside the pages, once for each schedule and day, and kept; of the programme in
force before anybody asks. What is kept is found by everything it comes from, and by nothing else.
"""

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.core.access import Visitor
from bot.core.calendar import RoundPlan, local_day
from bot.core.instruments import Instrument
from bot.core.programme import CheckIn, Programme
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import RoundState
from bot.core.year_ahead.ahead import YearAhead, year_ahead
from bot.core.year_ahead.cautions import Caution
from bot.core.year_ahead.patterns import PatternAhead, patterns_ahead
from bot.workflows.catalogue import Instruments
from bot.workflows.moment import Now
from bot.workflows.programme import ProgrammeVersion
from bot.workflows.programme_changes import ChangedMeanwhile, Proposed, Saved
from bot.workflows.programme_desk import Meanwhile, ProgrammeDesk
from bot.workflows.schedule import Units, units_ahead
from bot.workflows.under_way import UnderWay
from storage import rounds
from storage.engine import Storage

_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Later:
    """What takes a moment: what to think about, and what each duty pattern gets."""

    cautions: tuple[Caution, ...]
    patterns: tuple[PatternAhead, ...]


class ScheduleDesk:
    """What the pages about check-ins work with."""

    def __init__(
        self,
        storage: Storage,
        now: Now,
        instruments: Instruments,
        programmes: ProgrammeDesk,
    ) -> None:
        self._storage, self._now, self._programmes = storage, now, programmes
        self.instruments = instruments
        self._units: dict[Hashable, Units] = {}
        self._later: tuple[Hashable, Later] | None = None
        self._one_by_one = asyncio.Lock()
        self._under_way = UnderWay(storage)

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now()

    def today(self, programme: Programme) -> date:
        """Return the force's present day."""
        return local_day(self._now(), programme.force.timezone)

    def known_instruments(self) -> list[Instrument]:
        """Return every wording that can be asked, in the order of their ids."""
        return [self.instruments[key] for key in sorted(self.instruments)]

    async def current(self) -> ProgrammeVersion | None:
        """Return the version in force; None where there is none yet."""
        return await self._programmes.current()

    async def save(
        self, changed: Programme, based_on: int, by: Visitor, reason: str
    ) -> Saved | Proposed:
        """Put a changed programme in force, or propose it."""
        return await self._programmes.save(changed, based_on, by, reason)

    async def meanwhile(self, error: ChangedMeanwhile, based_on: int) -> Meanwhile:
        """Return who saved what since the version that somebody started from."""
        return await self._programmes.meanwhile(error, based_on)

    async def year(self, programme: Programme) -> YearAhead:
        """Return the coming year, without what groups there will be."""
        today = self.today(programme)
        under_way = await self._under_way.plans(programme, today)
        return year_ahead(programme, today, {}, under_way=under_way)

    async def open_until(self, check_in: CheckIn, programme: Programme) -> date | None:
        """Return the day on which a check-in's open round closes; None where none is open."""
        async with self._storage.read("open rounds") as tx:
            closes = await rounds.last_closes(tx, RoundState.OPEN)
        at = closes.get(check_in.id)
        return None if at is None else local_day(at, programme.force.timezone)

    async def make_ready(self) -> None:
        """Work out what takes a moment about the programme in force, before anybody asks."""
        version = await self.current()
        if version is not None:
            await self.later_in_force(version)

    async def later(self, programme: Programme) -> Later:
        """Return what takes a moment about the coming year of a programme."""
        # One after the other: whoever asks for the same finds it worked out.
        async with self._one_by_one:
            return await self._worked_out(programme, self.today(programme), await self._so_far())

    async def later_in_force(self, version: ProgrammeVersion) -> Later:
        """Return the same of a version that was saved, which is kept for whoever asks again."""
        async with self._one_by_one:
            today, so_far = self.today(version.programme), await self._so_far()
            # Versions never change, and every step of a round changes how many are where.
            key = (version.version, today, so_far)
            if self._later is None or self._later[0] != key:
                later = await self._worked_out(version.programme, today, so_far)
                self._later = key, later
            return self._later[1]

    async def _so_far(self) -> Hashable:
        async with self._storage.read("newest rounds") as tx:
            # An extension moves an end and no number.
            closes = await rounds.last_closes(tx, RoundState.OPEN)
            numbers = await rounds.number_by_state(tx)
        return tuple(sorted(numbers.items())), tuple(sorted(closes.items()))

    async def _worked_out(self, programme: Programme, today: date, so_far: Hashable) -> Later:
        units = await self._units_of(programme, today, so_far)
        under_way = await self._under_way.plans(programme, today)
        return await asyncio.to_thread(_later, programme, today, units, under_way)

    async def _units_of(
        self, programme: Programme, today: date, so_far: Hashable
    ) -> Mapping[str, ReportingUnits]:
        key = (today, so_far, _what_forms_groups(programme))
        if key not in self._units:
            while len(self._units) >= _KEPT:
                self._units.pop(next(iter(self._units)))
            self._units[key] = await units_ahead(self._storage, programme, self.instruments, today)
        return self._units[key]


def _later(
    programme: Programme,
    today: date,
    units: Mapping[str, ReportingUnits],
    under_way: Mapping[str, RoundPlan],
) -> Later:
    year = year_ahead(programme, today, units, under_way=under_way)
    return Later(year.cautions, patterns_ahead(programme, today, under_way))


def _what_forms_groups(programme: Programme) -> Hashable:
    """Return everything of a programme that decides which groups its rounds report on."""
    asked = tuple(
        (
            each.id,
            each.instrument,
            each.instrument_version,
            each.invites,
            each.audience if each.audience == "everyone" else tuple(each.audience),
        )
        for each in programme.check_ins
    )
    return asked, programme.disclosure.model_dump_json(), programme.force.model_dump_json()
