"""The year ahead of the programme in force, with the groups that its rounds would report on."""

import asyncio
from collections.abc import Sequence
from datetime import date

from bot.core.disclosure.earlier import Teams, suppressed_lately
from bot.core.disclosure.ledger import Ledger
from bot.core.instruments import Instrument
from bot.core.programme import CheckIn, Programme
from bot.core.reporting_units import ReportingUnits, units_for
from bot.workflows.catalogue import Instruments, NoInstrument
from bot.workflows.released import shown_so_far
from storage import rounds
from storage.engine import Storage

Units = dict[str, ReportingUnits]
"""The groups of each check-in that shows single units, by its id."""


async def units_ahead(
    storage: Storage, programme: Programme, instruments: Instruments, today: date
) -> Units:
    """Return the groups of rounds to come, as they would be formed if they opened today."""
    asking = _asking_of_units(programme, instruments)
    if not asking:
        return {}
    async with storage.read("units ahead") as tx:
        # What was shown is the same for all of them; only what was suppressed is their own.
        shown, earlier = await shown_so_far(tx, programme, today)
        newest = {each.id: await rounds.latest_for(tx, each.id) for each, _ in asking}
    known = [
        (None if row is None else row.units, suppressed_lately(earlier, check_in.id))
        for check_in, _ in asking
        for row in (newest[check_in.id],)
    ]
    return await asyncio.to_thread(_units, programme, asking, shown, known)


def units_of_a_first_year(programme: Programme, instruments: Instruments) -> Units:
    """Return the groups of a programme under which nothing was shown yet."""
    asking = _asking_of_units(programme, instruments)
    return _units(programme, asking, None, [(None, ())] * len(asking))


def _asking_of_units(
    programme: Programme, instruments: Instruments
) -> list[tuple[CheckIn, Instrument]]:
    found = []
    for check_in in programme.check_ins:
        key = (check_in.instrument, check_in.instrument_version)
        if key not in instruments:
            raise NoInstrument(instrument=key[0], version=key[1])
        # Of whatever officers start themselves, nobody can say how many will.
        if check_in.invites and instruments[key].publication.level == "unit":
            found.append((check_in, instruments[key]))
    return found


Known = tuple[str | None, tuple[Teams, ...]]
"""The groups of a check-in's round before, as they are stored, and those suppressed lately."""


def _units(
    programme: Programme,
    asking: Sequence[tuple[CheckIn, Instrument]],
    shown: Ledger | None,
    known: Sequence[Known],
) -> Units:
    made: dict[tuple[frozenset[str], Known], ReportingUnits] = {}
    units = {}
    for (check_in, instrument), (stored, suppressed) in zip(asking, known, strict=True):
        # Most check-ins ask everyone and know of nothing: their groups are formed once.
        same = (programme.audience_of(check_in), (stored, suppressed))
        if same not in made:
            before = None if stored is None else ReportingUnits.from_json(stored)
            made[same] = units_for(programme, check_in, instrument, before, shown, suppressed)
        units[check_in.id] = made[same]
    return units
