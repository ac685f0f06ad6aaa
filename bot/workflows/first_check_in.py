"""The first check-in: whoever has just joined may answer what is open instead of waiting for it.

That they were asked is noted as for everybody else, so it counts once and is reminded of once.
Where somebody of their unit who had been asked erased everything, they wait for the next
prompt: it may have been them (docs/decisions/0006). And where the team has more enrolments than
it had heads when the round opened, they wait for the next round.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.calendar import local_day
from bot.core.profiles import Profile
from bot.core.rounds import RoundState
from bot.sealing.address import AddressKeys
from bot.workflows.catalogue import RoundInView
from bot.workflows.contact import Contact, profile_or_nobody
from bot.workflows.enrol import JOINING
from bot.workflows.moment import Now, RandomBytes
from storage import deliveries, departures, enrolments, participation, rounds
from storage.deliveries import Delivery
from storage.engine import Storage, WriteTransaction
from storage.enrolments import Enrolment
from storage.states import DeliveryKind, DeliveryState, EnrolmentState

_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    """A prompt that can be answered now; `unit` is where the answers count."""

    view: RoundInView
    prompt: int
    unit: int

    @property
    def last_day(self) -> date:
        """The last local day on which it can be answered."""
        end = self.view.expires_at(self.prompt) - timedelta(microseconds=1)
        return local_day(end, self.view.timezone)


def open_prompts(views: Iterable[RoundInView], now: datetime) -> list[tuple[RoundInView, int]]:
    """Return the prompts officers are invited to that can be answered now.

    What the programme lists first comes first.
    """
    found = [
        (view, prompt)
        for view in views
        if view.check_in.invites
        for prompt in range(len(view.plan.prompts))
        if view.takes_answers(prompt, now)
    ]
    return sorted(found, key=lambda each: each[0].programme.check_ins.index(each[0].check_in))


async def offer_open_prompt(
    storage: Storage,
    keys: AddressKeys,
    telegram_id: int,
    views: Iterable[RoundInView],
    now: Now,
    random: RandomBytes,
) -> OpenPrompt | None:
    """Return a prompt somebody may answer at once, noted as sent; None when there is none."""
    prompts = open_prompts(views, now())
    if not prompts:
        return None
    async with storage.transaction("offer open prompt") as tx:
        # One after the other with those who erase: see `enrol.erase_enrolment`.
        await tx.queue_apart(keys.queue(JOINING))
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        if known is None or known.state is not EnrolmentState.ACTIVE:
            return None
        for view, prompt in prompts:
            unit = view.units.position_of_team(known.team)
            if unit is None or await participation.answered(tx, view.id, prompt, [known.id]):
                continue
            offer = OpenPrompt(view, prompt, unit)
            if await deliveries.exists_for(tx, view.id, prompt, known.id):
                return offer
            if await _may_be_asked(tx, offer, known.team):
                profile = profile_or_nobody(keys, known.profile, known.id)
                await deliveries.add_many(tx, _deliveries(offer, known, profile, now(), random))
                return offer
    return None


async def _may_be_asked(tx: WriteTransaction, offer: OpenPrompt, team: str) -> bool:
    row = await rounds.lock_shared(tx, offer.view.id)
    if row.state is not RoundState.OPEN or row.is_paused:
        return False
    # A team that grew on paper takes more enrolments at once: whoever is more than it had when
    # the round opened counts from the next round on, as every change of teams does.
    if await enrolments.number_in(tx, team) > offer.view.programme.team(team).headcount:
        return False
    return not await departures.exists(tx, row.id, offer.prompt, offer.unit)


def _deliveries(
    offer: OpenPrompt, known: Enrolment, profile: Profile, now: datetime, random: RandomBytes
) -> list[Delivery]:
    view, prompt = offer.view, offer.prompt
    # As what was sent to everybody, and not this moment: when somebody joined is not kept.
    opened = view.begins_at(prompt)
    made = [
        Delivery(
            random(_ID_SIZE),
            view.id,
            prompt,
            known.id,
            DeliveryKind.INVITATION,
            opened,
            DeliveryState.SENT,
            attempts=1,
        )
    ]
    if view.check_in.remind_after_hours is not None:
        contact = Contact.of(profile, view.programme, view.check_in.window)
        after = timedelta(hours=view.check_in.remind_after_hours)
        reminder = contact.reminder(now, after, view.expires_at(prompt), random)
        if reminder is not None:
            made.append(
                Delivery(
                    random(_ID_SIZE), view.id, prompt, known.id, DeliveryKind.REMINDER, reminder
                )
            )
    return made
