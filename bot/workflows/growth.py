"""Sudden growth: many joined one group within a day. It is noted in the audit trail, and no more.

A poster on its first morning looks like this, and so do invented people. Nobody is named and
nothing is stopped: a team takes no more enrolments than heads in any case. When somebody joined
is stored nowhere, so the numbers of the last day are kept in memory alone and a restart begins
anew.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bot.core.audit import AuditEntry
from bot.core.programme import SMALLEST_THRESHOLD
from bot.core.reporting_units import ReportingUnit
from bot.workflows.catalogue import NoProgramme
from bot.workflows.codes import current_programme
from bot.workflows.moment import TICKER, Now
from bot.workflows.team_codes import groups_by_team
from storage import audit, enrolments
from storage.engine import Storage

ACT: Final = "note sudden growth"
WINDOW: Final = timedelta(days=1)
BETWEEN_LOOKS: Final = timedelta(hours=1)
DETAIL: Final = "at least ten people, and as many as half of its heads, joined within a day"


class Growth:
    """Looks once an hour at how many have joined each group, and compares with the day before."""

    def __init__(self, storage: Storage, now: Now) -> None:
        self._storage, self._now = storage, now
        self._looks: deque[tuple[datetime, dict[str, int]]] = deque()
        """Enrolments by team at each look of the last day, the oldest first."""

    async def look(self) -> list[str]:
        """Note every group that grew suddenly; return their ids. Between looks it does nothing."""
        at = self._now()
        if self._looks and at - self._looks[-1][0] < BETWEEN_LOOKS:
            return []
        while self._looks and at - self._looks[0][0] > WINDOW:
            self._looks.popleft()
        async with self._storage.read("growth") as tx:
            try:
                programme = await current_programme(tx)
            except NoProgramme:
                return []
            joined = await enrolments.numbers(tx)
            groups = await groups_by_team(tx, programme)
        grown = [
            group for group in dict.fromkeys(groups.values()) if self._has_grown(group, joined)
        ]
        self._looks.append((at, joined))
        return await self._note(grown, at) if grown else []

    def _has_grown(self, group: ReportingUnit, joined: dict[str, int]) -> bool:
        def number(counted: dict[str, int]) -> int:
            return sum(counted.get(team, 0) for team in group.teams)

        least = min((number(counted) for _, counted in self._looks), default=number(joined))
        return number(joined) - least >= max(SMALLEST_THRESHOLD, group.heads / 2)

    async def _note(self, grown: list[ReportingUnit], at: datetime) -> list[str]:
        async with self._storage.transaction("note growth") as tx:
            # Several workers look at the same numbers: one of them writes.
            await tx.queue_for("growth")
            subjects = [f"group {group.id}" for group in grown]
            noted = await audit.told_of(tx, ACT, subjects, at - WINDOW)
            new = [group.id for group in grown if f"group {group.id}" not in noted]
            for group in new:
                await audit.append(tx, AuditEntry(TICKER, ACT, f"group {group}", DETAIL), at)
        return new
