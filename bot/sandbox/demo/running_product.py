"""The running product, as the demo page moves it: its tick, its next prompt, where things stand.

It follows the programme in force and the rounds as they are, so what is changed in the console
of the demo counts here as it does everywhere.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.calendar import instant, local_day, next_prompt_day
from bot.core.contact_times.moments import JITTER
from bot.core.programme import CheckIn, Programme
from bot.core.rounds import RoundState
from bot.sandbox.demo.clock import MovableClock
from bot.sandbox.demo.words import DemoStatus
from bot.wiring import Assembly
from bot.workflows import report
from bot.workflows.catalogue import RoundInView

ERRANDS: Final = "errands"
_ONE_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)


@dataclass
class RunningProduct:
    """The assembled product, as the demo page moves it.

    The page's address must be known before the bot is assembled, and the page needs the
    product: so it is made first, and the rest is set once the server listens.
    """

    clock: MovableClock
    begun_with: Programme
    assembly: Assembly = field(init=False)
    look: Callable[[], Awaitable[None]] = field(init=False)
    """Tells chats for alerts what is new."""
    _ticking: bool = False

    @property
    def force(self) -> Programme:
        """Return the programme in force, as far as this process knows."""
        return self.assembly.desk.catalogue.programme or self.begun_with

    async def tick(self) -> None:
        """Do everything that is due now, after whatever the clock has under way."""
        self._ticking = True
        try:
            await self.assembly.ticker.run_all()
        finally:
            self._ticking = False
        # What holds at two looks in a row is told. The clock jumps, so both come here.
        for _ in range(2):
            await self.look()

    async def finish(self) -> None:
        """Do what was asked for in the console."""
        for job in self.assembly.ticker.jobs:
            if job.name == ERRANDS:
                await job.once()

    async def watch(self) -> None:
        """Look as time goes by, but not while the clock jumps: then everything seems stopped."""
        if not self._ticking:
            await self.look()

    # -- where things stand ------------------------------------------------------------

    async def next_prompt_at(self) -> datetime | None:
        """Return a moment by which everybody has been written to about the next prompt."""
        await self.assembly.desk.refresh()
        invited = [check_in for check_in in self.force.check_ins if check_in.invites]
        moments = [self._next_prompt_of(check_in) for check_in in invited]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_prompt_of(self, check_in: CheckIn) -> datetime | None:
        """Return when the next prompt of a check-in is out, in its open round or a later one."""
        today = local_day(self.clock.now(), self._zone)
        after = today - _ONE_DAY
        for view in self._rounds():
            if view.row.state is not RoundState.OPEN or view.check_in.id != check_in.id:
                continue
            # An open round goes on as it was when it opened.
            for day in view.plan.prompts:
                if self._is_ahead(view.check_in, day):
                    return self._all_written_by(view.check_in, day)
            after = max(after, local_day(view.row.closes_at, self._zone) - _ONE_DAY)
        following = next_prompt_day(check_in, after)
        if following is not None and not self._is_ahead(check_in, following):
            following = next_prompt_day(check_in, following)
        return None if following is None else self._all_written_by(check_in, following)

    def _is_ahead(self, check_in: CheckIn, day: date) -> bool:
        return self._all_written_by(check_in, day) > self.clock.now()

    def _all_written_by(self, check_in: CheckIn, day: date) -> datetime:
        window = check_in.window
        opens = instant(day, window.opens, self._zone)
        closes = instant(day, window.closes, self._zone)
        middle = opens + (closes - opens) / 2
        return min(middle + JITTER + _A_MINUTE, closes)

    @property
    def _zone(self) -> str:
        return self.force.force.timezone

    async def round_closes_at(self) -> datetime | None:
        """Return when the open round closes."""
        view = self._open_round()
        return None if view is None else view.row.closes_at + _A_MINUTE

    def _open_round(self) -> RoundInView | None:
        open_ones = [view for view in self._rounds() if view.row.state is RoundState.OPEN]
        return max(open_ones, key=lambda view: view.row.opens_on, default=None)

    def _rounds(self) -> list[RoundInView]:
        """Return the rounds that officers are written to about: the story of the demo."""
        views = self.assembly.desk.catalogue.rounds.values()
        return [view for view in views if view.check_in.invites]

    async def status(self) -> DemoStatus:
        """Return where things stand."""
        results = await report.results(self.assembly.storage, self.clock.now)
        force = self.force
        invited = {check_in.id for check_in in force.check_ins if check_in.invites}
        told = sum(each.document["check_in"] in invited for each in results.releases)
        newest = max(self._rounds(), key=lambda view: view.row.opens_on, default=None)
        if newest is None:
            return DemoStatus(force.force.name, self._zone, releases=told)
        return DemoStatus(
            force.force.name,
            self._zone,
            state=newest.row.state,
            prompt=newest.row.prompts_opened,
            prompts=len(newest.plan.prompts),
            # As it closes now: it may have been extended.
            closes_on=local_day(newest.row.closes_at, self._zone),
            releases=told,
            paused=newest.row.is_paused,
        )
