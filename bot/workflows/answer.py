"""Answering: the one transaction in which finished answers become a sealed response.

It adds the sealed response, takes what entitled to it and marks that this chat took part, or
does nothing of it. That is what makes each answer count once, whatever is tapped twice, sent
again or asked for again. The mark stands beside an enrolment only where officers were invited;
of what they start themselves it is a keyed hash, with no team and no enrolment.
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
from bot.sealing.seal import seal
from bot.workflows import known_keys
from bot.workflows.catalogue import RoundInView
from bot.workflows.enrol import JOINING
from bot.workflows.follow_up_kinds import KIND_OF
from bot.workflows.follow_up_lookups import lookup_for
from bot.workflows.moment import Now, RandomBytes
from storage import (
    deliveries,
    enrolments,
    follow_up_marks,
    follow_ups,
    participation,
    rounds,
    sealed_responses,
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
    """The message that asked is gone, and nothing is there that says which of the two it was."""


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
        if kind is None and not view.check_in.invites:
            # Behind whoever erases, or a mark could be made that outlives it: no row of the
            # enrolment is locked or pointed at, and none may be.
            await tx.queue_apart(keys.queue(JOINING))
        enrolment = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        if enrolment is None or not may_answer(enrolment, view):
            return Answered.NOT_ASKED
        # Shared lock: the round cannot close between this look at it and the commit.
        row = await rounds.lock_shared(tx, view.id)
        if row.state is not RoundState.OPEN or not view.takes_answers(draft.prompt, now()):
            return Answered.CLOSED
        if view.check_in.invites:
            refused = await _take_part(tx, draft, view, enrolment)
        elif kind is None:
            refused = await _mark(tx, keys, telegram_id, view)
        else:
            refused = await _take_follow_up(tx, keys, telegram_id, view, kind)
        if refused is not None:
            return refused
        sender = _Sender(nobodys_own(view.units))
        if kind is None and not view.units.is_whole_force:
            sender = await _sender(tx, keys, enrolment)
        response = finish(
            draft,
            view.instrument,
            team=sender.team,
            role_type=sender.role_type,
            service=sender.service,
        )
        key = await known_keys.sealing_key(tx, row.sealing_key)
        assert key is not None  # noqa: S101 - a foreign key holds it
        ciphertext = seal(encode(response, view.instrument), key, view.id)
        await sealed_responses.add(tx, random(_ID_SIZE), view.id, ciphertext)
    return Answered.SEALED


def may_answer(enrolment: Enrolment, view: RoundInView) -> bool:
    """Whether somebody who joined may answer a round at all."""
    if view.units.position_of_team(enrolment.team) is None:
        return False
    # Who wants no more messages can still say why they leave: nobody writes to them for it.
    asks_by_itself = view.check_in.invites or view.instrument.id in KIND_OF
    return enrolment.state is EnrolmentState.ACTIVE or not asks_by_itself


async def is_asked(
    tx: ReadTransaction, keys: AddressKeys, telegram_id: int, view: RoundInView
) -> bool:
    """Whether a round that invites nobody has questions for a chat: joined, not answered yet."""
    enrolment = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
    if enrolment is None or not may_answer(enrolment, view):
        return False
    mark = keys.follow_up_mark(view.id, telegram_id)
    return not await follow_up_marks.exists(tx, view.id, mark)


async def _take_part(
    tx: WriteTransaction, draft: Draft, view: RoundInView, enrolment: Enrolment
) -> Answered | None:
    """Mark that somebody takes part; return why not."""
    # Only who was asked may answer: erasing everything and joining again gives no second vote
    # in the same prompt.
    if not await deliveries.exists_for(tx, view.id, draft.prompt, enrolment.id):
        return Answered.NOT_ASKED
    marked = await participation.mark(tx, view.id, draft.prompt, enrolment.id)
    return None if marked else Answered.ALREADY_SEALED


async def _mark(
    tx: WriteTransaction, keys: AddressKeys, telegram_id: int, view: RoundInView
) -> Answered | None:
    """Mark that a chat answered what it started itself; return why not."""
    # No participation: a copy of the database would tell how many of which team say why they
    # leave.
    mark = keys.follow_up_mark(view.id, telegram_id)
    marked = await follow_up_marks.mark(tx, view.id, mark)
    return None if marked else Answered.ALREADY_SEALED


async def _take_follow_up(
    tx: WriteTransaction,
    keys: AddressKeys,
    telegram_id: int,
    view: RoundInView,
    kind: FollowUpKind,
) -> Answered | None:
    """Take the message that asked, and mark that the chat answered; return why not."""
    # No participation: nothing beside an enrolment says that somebody had a tough job. And the
    # message before the mark: `enrol.forget` goes the same way, so none is left behind it.
    taken = await follow_ups.take_sent(tx, lookup_for(keys, telegram_id, kind), kind)
    mark = keys.follow_up_mark(view.id, telegram_id)
    if taken and await follow_up_marks.mark(tx, view.id, mark):
        return None
    # Asked for again in the same round, it brings the message and is not counted again.
    marked = taken or await follow_up_marks.exists(tx, view.id, mark)
    return Answered.ALREADY_SEALED if marked else Answered.ANSWERED_OR_OVER


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
