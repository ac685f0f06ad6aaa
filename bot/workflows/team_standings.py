"""Standings: once an hour the officers' process notes whether enough joined each reported group.

For the dashboard, which may not read enrolments. It learns what `codes list` says and by the same
rule: of a group and never of a team in it, no number, and no moment finer than the hour.
"""

from datetime import timedelta
from typing import Final

from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnit
from bot.workflows.catalogue import NoProgramme
from bot.workflows.codes import current_programme
from bot.workflows.moment import Now
from bot.workflows.team_codes import groups_by_team, is_enough
from storage import enrolments, team_standings
from storage.engine import ReadTransaction, Storage

BETWEEN_LOOKS: Final = timedelta(hours=1)


async def look(storage: Storage, now: Now) -> bool:
    """Note how every group stands, unless somebody did within the hour; return whether noted."""
    async with storage.read("standings") as tx:
        if not await _is_time(tx, now):
            return False
        try:
            programme = await current_programme(tx)
        except NoProgramme:
            return False
        standings = await _standings(tx, programme)
    async with storage.transaction("note standings") as write:
        # Several workers look at the same hour: one of them writes.
        await write.queue_for("standings")
        if not await _is_time(write, now):
            return False
        await team_standings.replace(write, standings, now())
    return True


async def _is_time(tx: ReadTransaction, now: Now) -> bool:
    at = await team_standings.looked_at(tx)
    return at is None or now() - at >= BETWEEN_LOOKS


async def _standings(tx: ReadTransaction, programme: Programme) -> dict[str, bool]:
    joined = await enrolments.numbers(tx)
    groups: set[ReportingUnit] = set((await groups_by_team(tx, programme)).values())
    return {group.id: is_enough(group, joined) for group in groups}
