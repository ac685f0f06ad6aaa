"""Answering: the one transaction in which finished answers become a sealed response.

It adds the sealed response and takes what entitled to it, or neither: the mark that this chat
took part is made, or the message that was asked for is gone. That is what makes each answer
count once, whatever is tapped twice or sent again.
"""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from bot.core.drafts import Draft
from bot.core.profiles import Profile, travelling
from bot.core.reporting_units import nobodys_own
from bot.core.responses import LengthOfService, RoleType, encode, finish
from bot.core.rounds import RoundState
from bot.sealing.address import AddressKeys
from bot.sealing.errors import CannotOpenProfile
from bot.sealing.keys import SealingKey
from bot.sealing.seal import seal
from bot.workflows.catalogue import RoundInView
from bot.workflows.follow_up_kinds import KIND_OF
from bot.workflows.moment import Now, RandomBytes
from storage import (
    deliveries,
    enrolments,
    follow_ups,
    participation,
    rounds,
    sealed_responses,
    sealing_keys,
)
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.enrolments import Enrolment
from storage.states import EnrolmentState, FollowUpKind

_ID_SIZE = 16


class Answered(Enum):
    """What became of finished answers."""

    SEALED = "sealed"
    ALREADY_SEALED = "already sealed"
    CLOSED = "closed"
    NOT_ASKED = "not asked"
    ANSWERED_OR_OVER = "answered or over"
    """The message that asked is gone: nothing is kept that would say which of the two it was."""


@dataclass(frozen=True, slots=True)
class _Sender:
    """What travels inside the seal beside the answers."""

    team: str
    role_type: RoleType = RoleType.NOT_SAID
    service: LengthOfService = LengthOfService.NOT_SAID


async def seal_answers(
    storage: Storage,
    keys: AddressKeys,
    telegram_id: int,
    draft: Draft,
    view: RoundInView,
    now: Now,
    random: RandomBytes,
) -> Answered:
    """Seal finished answers; once this returns `SEALED`, they survive a power cut."""
    if view.instrument.counts_taps:
        # Nobody is asked these: see `bot.workflows.support_taps`.
        return Answered.NOT_ASKED
    kind = None if view.check_in.invites else KIND_OF.get(view.instrument.id)
    async with storage.transaction("seal answers", leaves_trail=False) as tx:
        enrolment = None
        if kind is None:
            enrolment = await _who_may_answer(tx, keys, telegram_id, view)
            if enrolment is None:
                return Answered.NOT_ASKED
        # Shared lock: the round cannot close between this look at it and the commit.
        row = await rounds.lock_shared(tx, view.id)
        if row.state is not RoundState.OPEN or not view.takes_answers(draft.prompt, now()):
            return Answered.CLOSED
        refused = await _take_entitlement(tx, keys, telegram_id, draft, view, enrolment, kind)
        if refused is not None:
            return refused
        sender = _Sender(nobodys_own(view.units))
        if enrolment is not None and not view.units.is_whole_force:
            sender = await _sender(tx, keys, enrolment)
        response = finish(
            draft,
            view.instrument,
            team=sender.team,
            role_type=sender.role_type,
            service=sender.service,
        )
        stored = await sealing_keys.get(tx, row.sealing_key)
        assert stored is not None  # noqa: S101 - a foreign key holds it
        ciphertext = seal(
            encode(response, view.instrument), SealingKey(stored.id, stored.public), view.id
        )
        await sealed_responses.add(tx, random(_ID_SIZE), view.id, ciphertext)
    return Answered.SEALED


async def _who_may_answer(
    tx: ReadTransaction, keys: AddressKeys, telegram_id: int, view: RoundInView
) -> Enrolment | None:
    """Return the enrolment behind an answer; None when there is none that may give it."""
    enrolment = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
    if enrolment is None or view.units.position_of_team(enrolment.team) is None:
        return None
    # Who wants no more messages can still say why they leave: nobody writes to them for it.
    if enrolment.state is not EnrolmentState.ACTIVE and view.check_in.invites:
        return None
    return enrolment


async def _take_entitlement(
    tx: WriteTransaction,
    keys: AddressKeys,
    telegram_id: int,
    draft: Draft,
    view: RoundInView,
    enrolment: Enrolment | None,
    kind: FollowUpKind | None,
) -> Answered | None:
    """Take what entitles to one answer; return why there is nothing to take."""
    if enrolment is None:
        assert kind is not None  # noqa: S101 - one of the two is there
        # No mark: nothing on the people's side says that somebody had a tough job.
        lookup = keys.follow_up_lookup(telegram_id)
        taken = await follow_ups.take_sent(tx, lookup, kind)
        return None if taken else Answered.ANSWERED_OR_OVER
    # Only who was asked may answer: erasing everything and joining again gives no second vote
    # in the same prompt.
    if view.check_in.invites and not await deliveries.exists_for(
        tx, view.id, draft.prompt, enrolment.id
    ):
        return Answered.NOT_ASKED
    marked = await participation.mark(tx, view.id, draft.prompt, enrolment.id)
    return None if marked else Answered.ALREADY_SEALED


async def _sender(tx: WriteTransaction, keys: AddressKeys, enrolment: Enrolment) -> _Sender:
    """Return what of an officer travels with an answer that is reported by team."""
    team = enrolment.team
    profile = Profile.from_bytes(keys.open_profile(enrolment.profile, enrolment.id))
    if (profile.role_type, profile.service) == (RoleType.NOT_SAID, LengthOfService.NOT_SAID):
        return _Sender(team)
    colleagues = []
    for each in await enrolments.active_ids_of_teams(tx, [team]):
        # One damaged profile must not keep a whole team from answering; it hides nobody.
        with suppress(CannotOpenProfile):
            colleagues.append(Profile.from_bytes(keys.open_profile(each.profile, each.id)))
    return _Sender(team, *travelling(profile, colleagues))
