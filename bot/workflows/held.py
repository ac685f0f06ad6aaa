"""Held: everything that is held about one chat, opened, for that chat alone to read.

What is sealed without a name, and group results, cannot be here: nothing leads to them.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.profiles import FollowUpAddress, Profile
from bot.core.responses import round_reference
from bot.core.rounds import RoundState
from bot.sealing.address import AddressKeys, CannotOpenAddress
from bot.sealing.errors import CannotOpenProfile
from bot.workflows.catalogue import Catalogue, RoundInView
from bot.workflows.follow_up_lookups import of_chat
from storage import (
    alert_chats,
    deliveries,
    enrolments,
    follow_up_marks,
    lead_chats,
    participation,
    rounds,
)
from storage.deliveries import Delivery
from storage.engine import ReadTransaction, Storage
from storage.follow_ups import FollowUp
from storage.states import DeliveryKind as DeliveryKind
from storage.states import DeliveryState as DeliveryState
from storage.states import EnrolmentState
from storage.states import FollowUpKind as FollowUpKind
from storage.states import FollowUpState as FollowUpState


@dataclass(frozen=True, slots=True)
class HeldEnrolment:
    """That a chat joined, and with which team. `repr` shows nothing of the profile."""

    team: str
    """The team's name."""
    is_stopped: bool
    profile: Profile | None
    """None where the seal does not open any more."""


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """One message that was or is to be sent."""

    kind: DeliveryKind
    state: DeliveryState
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class HeldPrompt:
    """What is held of one time a check-in asks."""

    title: Mapping[str, str]
    """The check-in's title by language."""
    day: date | None
    """The day it asks on; None where the round cannot be read any more."""
    messages: tuple[HeldMessage, ...]
    took_part: bool


@dataclass(frozen=True, slots=True)
class HeldFollowUp:
    """One message that was asked for."""

    kind: FollowUpKind
    state: FollowUpState
    due_at: datetime
    attempts: int
    address: FollowUpAddress | None
    """None where the seal does not open any more."""


@dataclass(frozen=True, slots=True)
class HeldMark:
    """That a chat answered in one round that invites nobody."""

    title: Mapping[str, str]
    """The check-in's title by language."""


@dataclass(frozen=True, slots=True)
class Held:
    """Everything about one chat."""

    telegram_id: int
    timezone: str
    enrolment: HeldEnrolment | None
    prompts: tuple[HeldPrompt, ...] = ()
    follow_ups: tuple[HeldFollowUp, ...] = ()
    marks: tuple[HeldMark, ...] = ()
    is_lead: bool = False
    """Whether the chat is linked to ask for results."""
    is_told: bool = False
    """Whether the chat is told what needs somebody; its address is sealed for that."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing about the chat at all."""
        nothing_asked = not self.follow_ups and not self.marks
        nothing_linked = not self.is_lead and not self.is_told
        return self.enrolment is None and nothing_asked and nothing_linked

    def __repr__(self) -> str:
        return "Held(<about one chat>)"


async def everything_held(
    storage: Storage, keys: AddressKeys, catalogue: Catalogue, telegram_id: int
) -> Held:
    """Return everything that is held about a chat."""
    async with storage.read("everything held") as tx:
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        asked_for = await of_chat(tx, keys, telegram_id)
        answered = await _answered(tx, keys, telegram_id)
        is_lead = await lead_chats.is_linked(tx, keys.lead_lookup(telegram_id))
        is_told = await alert_chats.is_linked(tx, keys.alert_lookup(telegram_id))
        messages = await deliveries.of_enrolment(tx, known.id) if known else []
        took_part = await participation.of_enrolment(tx, known.id) if known else []
    timezone = catalogue.programme.force.timezone if catalogue.programme else "UTC"
    rows = tuple(_follow_up(keys, row) for row in asked_for)
    marks = tuple(HeldMark(_title(catalogue, round_id)) for round_id in answered)
    if known is None:
        return Held(telegram_id, timezone, None, (), rows, marks, is_lead, is_told)
    try:
        profile = Profile.from_bytes(keys.open_profile(known.profile, known.id))
    except CannotOpenProfile:
        profile = None
    enrolment = HeldEnrolment(
        _team_name(catalogue, known.team), known.state is EnrolmentState.STOPPED, profile
    )
    prompts = _prompts(catalogue, messages, took_part)
    return Held(telegram_id, timezone, enrolment, prompts, rows, marks, is_lead, is_told)


async def _answered(tx: ReadTransaction, keys: AddressKeys, telegram_id: int) -> list[str]:
    """Return the rounds that invite nobody in which a chat answered."""
    return [
        row.id
        for row in await rounds.in_state(tx, RoundState.OPEN)
        if await follow_up_marks.exists(tx, row.id, keys.follow_up_mark(row.id, telegram_id))
    ]


def _follow_up(keys: AddressKeys, row: FollowUp) -> HeldFollowUp:
    address = None
    with suppress(CannotOpenAddress):
        address = FollowUpAddress.from_bytes(keys.open_address(row.address, row.id))
    return HeldFollowUp(row.kind, row.state, row.due_at, row.attempts, address)


def _team_name(catalogue: Catalogue, team: str) -> str:
    teams = catalogue.programme.force.teams if catalogue.programme else []
    return next((each.name for each in teams if each.id == team), team)


def _prompts(
    catalogue: Catalogue, messages: list[Delivery], marks: list[tuple[str, int]]
) -> tuple[HeldPrompt, ...]:
    """Return what is held, prompt by prompt, in the order they ask."""
    places = {(each.round, each.prompt) for each in messages} | set(marks)
    found = []
    for round_id, prompt in sorted(places):
        view = catalogue.round_of(round_reference(round_id))
        of_prompt = tuple(
            HeldMessage(each.kind, each.state, each.due_at, each.attempts)
            for each in messages
            if (each.round, each.prompt) == (round_id, prompt)
        )
        day = _day(view, prompt)
        title = _title(catalogue, round_id)
        found.append(HeldPrompt(title, day, of_prompt, (round_id, prompt) in marks))
    return tuple(sorted(found, key=lambda each: each.day or date.max))


def _title(catalogue: Catalogue, round_id: str) -> Mapping[str, str]:
    view = catalogue.round_of(round_reference(round_id))
    return view.check_in.title if view else {"en": round_id}


def _day(view: RoundInView | None, prompt: int) -> date | None:
    if view is None or prompt >= len(view.plan.prompts):
        return None
    return view.plan.prompts[prompt]
