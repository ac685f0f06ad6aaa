"""Planning: each officer's own moment for a prompt becomes a delivery, a few hundred at a time.

A tick plans a thousand and the next one goes on, so a large force holds up nobody who
taps meanwhile. Whoever has no moment left gets a delivery that has expired: the prompt does
not come, and nobody looks for a moment again. A prompt asks at most as many of a unit as it had
heads when the round opened: whoever is more waits for the next round.
"""

import asyncio
from datetime import datetime

from bot.core.calendar import instant, local_day
from bot.core.rounds import RoundState
from bot.sealing.address import AddressKeys
from bot.workflows.catalogue import (
    MIDNIGHT,
    Instruments,
    RoundInView,
    prompts_opened,
    views_of,
)
from bot.workflows.contact import Contact, profile_or_nobody
from bot.workflows.in_turn import each_by_itself
from bot.workflows.moment import Now, RandomBytes
from storage import deliveries, enrolments, rounds
from storage.deliveries import Delivery
from storage.engine import ReadTransaction, Storage
from storage.enrolments import ActiveEnrolment
from storage.states import DeliveryKind, DeliveryState

AT_ONCE = 500
"""So many are planned in one transaction."""

IN_A_TICK = 1_000
SLICE = 25
"""As many as are planned in a few milliseconds."""

_ID_SIZE = 16


async def open_prompts(
    storage: Storage, keys: AddressKeys, instruments: Instruments, now: Now, random: RandomBytes
) -> int:
    """Make deliveries for prompts whose day has come; return how many people were planned.

    At most `IN_A_TICK` and one transaction more; the rest is found by the next call.
    """
    async with storage.read("prompts due") as tx:
        views = await views_of(tx, await rounds.in_state(tx, RoundState.OPEN), instruments)
    planner = _Planner(storage, keys, now, random)
    planned = 0
    for view in views:
        if not view.check_in.invites or view.row.is_paused:
            continue
        today = local_day(now(), view.timezone)
        due = sum(day <= today for day in view.plan.prompts)
        if due > view.row.prompts_opened and planned < IN_A_TICK:
            with each_by_itself("planned", f"round {view.id}"):
                planned += await planner.plan(view, due, IN_A_TICK - planned)
    return planned


class _Planner:
    """Plans prompts of one round after the other."""

    def __init__(self, storage: Storage, keys: AddressKeys, now: Now, random: RandomBytes) -> None:
        self._storage, self._keys = storage, keys
        self._now, self._random = now, random

    async def plan(self, view: RoundInView, due: int, at_most: int) -> int:
        """Plan the newest prompt due; return for how many people."""
        planned, after = 0, b""
        while planned < at_most:
            met, asked = await self._plan_some(view, due, after)
            planned += asked
            if len(met) < AT_ONCE:
                break
            after = met[-1].id
        return planned

    async def _plan_some(
        self, view: RoundInView, due: int, after: bytes
    ) -> tuple[list[ActiveEnrolment], int]:
        """Plan the next few; return whom it came across, and how many of them are asked."""
        async with self._storage.transaction("open prompts") as tx:
            row = await rounds.lock(tx, view.id)
            if row.state is not RoundState.OPEN or row.is_paused:
                return [], 0
            if prompts_opened(row, view.plan) >= due:
                return [], 0
            # After a standstill only the newest prompt is asked: no catching up.
            prompt = due - 1
            met, asked = [], 0
            if view.takes_answers(prompt, self._now()):
                teams = {team for unit in view.units.units for team in unit.teams}
                met = await enrolments.without_delivery(
                    tx, teams, view.id, prompt, DeliveryKind.INVITATION, AT_ONCE, after
                )
                beyond = await _beyond_the_heads(tx, view)
                people = [person for person in met if person.id not in beyond]
                asked = len(people)
                waiting = await deliveries.waiting_of(tx, [person.id for person in people])
                made = await self._deliveries(view, prompt, people, waiting)
                await deliveries.add_many(tx, made)
            if len(met) < AT_ONCE:
                await rounds.set_prompts_opened(tx, view.id, due)
        return met, asked

    async def _deliveries(
        self,
        view: RoundInView,
        prompt: int,
        people: list[ActiveEnrolment],
        waiting: list[tuple[bytes, datetime]],
    ) -> list[Delivery]:
        planned: dict[bytes, list[datetime]] = {}
        for enrolment, moment in waiting:
            planned.setdefault(enrolment, []).append(moment)
        made = []
        for number, person in enumerate(people, 1):
            found = self._moment(view, prompt, person, planned.get(person.id, []))
            made.append(
                Delivery(
                    id=self._random(_ID_SIZE),
                    round=view.id,
                    prompt=prompt,
                    enrolment=person.id,
                    kind=DeliveryKind.INVITATION,
                    due_at=found or view.begins_at(prompt),
                    state=DeliveryState.DUE if found else DeliveryState.EXPIRED,
                    attempts=0 if found else 1,
                )
            )
            if number % SLICE == 0:
                await asyncio.sleep(0)
        return made

    def _moment(
        self, view: RoundInView, prompt: int, person: ActiveEnrolment, planned: list[datetime]
    ) -> datetime | None:
        # Who cannot be read is planned like somebody who said nothing; the sender tries again.
        profile = profile_or_nobody(self._keys, person.profile, person.id)
        opens = instant(view.plan.prompts[prompt], MIDNIGHT, view.timezone)
        for others in (planned, []) if planned else ([],):
            contact = Contact.of(profile, view.programme, view.check_in.window, others)
            latest = view.expires_at(prompt)
            moment = contact.invitation(opens, latest, self._now(), self._random)
            if moment is not None:
                return moment
        return None


async def _beyond_the_heads(tx: ReadTransaction, view: RoundInView) -> set[bytes]:
    """Return who is more in a unit than the round's results can be about."""
    # A team that grew on paper takes more enrolments at once.
    beyond: set[bytes] = set()
    numbers = await enrolments.numbers(tx)
    for unit in view.units.units:
        if sum(numbers.get(team, 0) for team in unit.teams) > unit.heads:
            beyond |= await enrolments.without_a_place(tx, unit.teams, view.id, unit.heads)
    return beyond


async def expire_prompts(storage: Storage, instruments: Instruments, now: Now) -> int:
    """End deliveries of prompts that can no longer be answered; return how many."""
    ended = 0
    async with storage.read("prompts to expire") as tx:
        views = await views_of(tx, await rounds.in_state(tx, RoundState.OPEN), instruments)
    for view in views:
        over = [
            prompt for prompt in range(view.row.prompts_opened) if now() >= view.expires_at(prompt)
        ]
        if over:
            with each_by_itself("rid of old prompts", f"round {view.id}"):
                async with storage.transaction("expire prompts") as tx:
                    for prompt in over:
                        begins_at = view.begins_at(prompt)
                        ended += await deliveries.expire(tx, view.id, prompt, begins_at)
    return ended
