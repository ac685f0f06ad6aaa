"""Answering: the one transaction in which finished answers become a sealed response.

It adds the sealed response and the mark that this chat took part, or neither. The mark is
what makes each answer count once, whatever is tapped twice or sent again.
"""

from contextlib import suppress
from enum import Enum

from bot.core.drafts import Draft
from bot.core.profiles import Profile, travelling
from bot.core.responses import LengthOfService, RoleType, encode, finish
from bot.core.rounds import RoundState
from bot.sealing.address import AddressKeys
from bot.sealing.errors import CannotOpenProfile
from bot.sealing.keys import SealingKey
from bot.sealing.seal import seal
from bot.workflows.catalogue import RoundInView
from bot.workflows.moment import Now, RandomBytes
from storage import (
    deliveries,
    enrolments,
    participation,
    rounds,
    sealed_responses,
    sealing_keys,
)
from storage.engine import Storage, WriteTransaction
from storage.states import EnrolmentState

_ID_SIZE = 16


class Answered(Enum):
    """What became of finished answers."""

    SEALED = "sealed"
    ALREADY_SEALED = "already sealed"
    CLOSED = "closed"
    NOT_ASKED = "not asked"


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
    async with storage.transaction("seal answers", leaves_trail=False) as tx:
        enrolment = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        if enrolment is None or enrolment.state is not EnrolmentState.ACTIVE:
            return Answered.NOT_ASKED
        # Shared lock: the round cannot close between this look at it and the commit.
        row = await rounds.lock_shared(tx, view.id)
        if row.state is not RoundState.OPEN or not view.takes_answers(draft.prompt, now()):
            return Answered.CLOSED
        # Only who was asked may answer: erasing everything and joining again gives no
        # second vote in the same prompt.
        if not await deliveries.exists_for(tx, view.id, draft.prompt, enrolment.id):
            return Answered.NOT_ASKED
        if view.units.position_of_team(enrolment.team) is None:
            return Answered.NOT_ASKED
        if not await participation.mark(tx, view.id, draft.prompt, enrolment.id):
            return Answered.ALREADY_SEALED
        profile = Profile.from_bytes(keys.open_profile(enrolment.profile, enrolment.id))
        role_type, service = await _travelling(tx, keys, profile, enrolment.team)
        response = finish(
            draft, view.instrument, team=enrolment.team, role_type=role_type, service=service
        )
        stored = await sealing_keys.get(tx, row.sealing_key)
        assert stored is not None  # noqa: S101 - a foreign key holds it
        ciphertext = seal(
            encode(response, view.instrument), SealingKey(stored.id, stored.public), view.id
        )
        await sealed_responses.add(tx, random(_ID_SIZE), view.id, ciphertext)
    return Answered.SEALED


async def _travelling(
    tx: WriteTransaction, keys: AddressKeys, profile: Profile, team: str
) -> tuple[RoleType, LengthOfService]:
    """Return what of a profile may travel with an answer."""
    if (profile.role_type, profile.service) == (RoleType.NOT_SAID, LengthOfService.NOT_SAID):
        return profile.role_type, profile.service
    colleagues = []
    for each in await enrolments.active_ids_of_teams(tx, [team]):
        # One damaged profile must not keep a whole team from answering; it hides nobody.
        with suppress(CannotOpenProfile):
            colleagues.append(Profile.from_bytes(keys.open_profile(each.profile, each.id)))
    return travelling(profile, colleagues)
