"""Rounds that are under way, as the year ahead knows them: as they began, whatever was changed.

A round keeps the programme it opened with. Until it closes, no other of its check-in opens.
"""

from dataclasses import replace
from datetime import date

from bot.core.calendar import RoundPlan, local_day, plan_opening
from bot.core.programme import Programme
from bot.core.rounds import RoundState
from bot.workflows.catalogue import parse_programme
from storage import programmes, rounds
from storage.engine import ReadTransaction, Storage
from storage.rounds import ListedRound

_AT_MOST = 200
_KEPT = 200
_MAY_END_LATER = [each for each in RoundState if each is not RoundState.SHREDDED]
"""The states of rounds whose time may not be over, though they closed early."""


class UnderWay:
    """The plans of rounds under way; what each began with is read once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._plans: dict[str, RoundPlan | None] = {}

    async def plans(self, programme: Programme, today: date) -> dict[str, RoundPlan]:
        """Return by check-in the round that keeps others from opening today."""
        invites = {each.id: each.invites for each in programme.check_ins}
        found: dict[str, RoundPlan] = {}
        async with self._storage.read("rounds under way") as tx:
            for row in await rounds.listed(tx, *_MAY_END_LATER, most=_AT_MOST):
                # What officers start themselves may open again as soon as it is closed.
                holds = row.state is RoundState.OPEN or invites.get(row.check_in, False)
                closes_on = local_day(row.closes_at, programme.force.timezone)
                if row.check_in not in invites or not holds or closes_on <= today:
                    continue
                plan = await self._began_as(tx, row)
                if plan is not None:
                    found.setdefault(row.check_in, replace(plan, closes_on=closes_on))
        return found

    async def _began_as(self, tx: ReadTransaction, row: ListedRound) -> RoundPlan | None:
        if row.id not in self._plans:
            while len(self._plans) >= _KEPT:
                self._plans.pop(next(iter(self._plans)))
            stored = await programmes.at_version(tx, row.programme_version)
            self._plans[row.id] = (
                None
                if stored is None
                else plan_opening(
                    parse_programme(stored.content).check_in(row.check_in), row.opens_on
                )
            )
        return self._plans[row.id]
