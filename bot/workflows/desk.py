"""The desk: what the officers' process works with, and nothing it must not hold.

It has the address keys, the draft tokens and the public sealing keys in the database. It has
no opening key: what is sealed here cannot be opened here.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.core.calendar import local_day, next_prompt_day
from bot.core.drafts import Draft
from bot.core.profiles import Profile
from bot.core.support import SupportEntry
from bot.sealing.address import AddressKeys
from bot.sealing.draft_tokens import DraftTokens
from bot.workflows import answer, closing, codes, enrol, invite, planning, rounds
from bot.workflows.alert_linking import AlertLinking
from bot.workflows.catalogue import (
    Catalogue,
    Instruments,
    RoundInView,
    empty_catalogue,
    read_catalogue,
)
from bot.workflows.first_check_in import OpenPrompt, offer_open_prompt
from bot.workflows.follow_up import FollowUps
from bot.workflows.follow_up_sending import FollowUpMessenger
from bot.workflows.growth import Growth
from bot.workflows.held import Held, everything_held
from bot.workflows.in_turn import each_in_turn
from bot.workflows.lead_linking import LeadLinking
from bot.workflows.moment import Now, RandomBytes
from bot.workflows.officer_settings import OfficerSettings
from bot.workflows.self_started import SelfStarted
from bot.workflows.support_taps import SupportTaps
from storage.engine import Storage
from storage.errors import DatabaseUnavailable as DatabaseUnavailable

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=5)


class Messenger(invite.Messenger, FollowUpMessenger, Protocol):
    """What sends everything that comes by itself."""


class Desk:
    """Every use case an officer can set off, with the catalogue in memory."""

    def __init__(
        self,
        storage: Storage,
        keys: AddressKeys,
        tokens: DraftTokens,
        instruments: Instruments,
        national: Sequence[SupportEntry],
        now: Now,
        random: RandomBytes,
    ) -> None:
        self._storage = storage
        self._keys = keys
        self.tokens = tokens
        self._instruments = instruments
        self._national = tuple(national)
        self.now = now
        self._random = random
        self.catalogue: Catalogue = empty_catalogue(national)
        self._looked_again: datetime | None = None
        self.follow_ups = FollowUps(storage, keys, lambda: self.catalogue, now, random)
        self.self_started = SelfStarted(storage, keys, lambda: self.catalogue, now)
        self.support_taps = SupportTaps(storage, lambda: self.catalogue, now, random)
        self.lead_chats = LeadLinking(storage, keys, now, random)
        self.alert_chats = AlertLinking(storage, keys, now, random)
        self._growth = Growth(storage, now)
        self.settings = OfficerSettings(
            storage, keys, lambda: self.catalogue.programme, now, random
        )

    async def refresh(self) -> bool:
        """Read the catalogue again; the old one stays where it cannot be read, or the empty one.

        Whatever it is that somebody wrote into the database: help and support are there.
        """
        try:
            self.catalogue = await read_catalogue(self._storage, self._instruments, self._national)
        except DatabaseUnavailable as error:
            log.warning("the catalogue is not refreshed: %s", error)
            return False
        except Exception as error:
            log.error("the catalogue cannot be read: %s", type(error).__name__)
            return False
        return True

    async def refresh_for_unknown(self) -> bool:
        """Read the catalogue again for a button nobody knows, at most every few seconds."""
        # Another worker may have opened the round a moment ago; but a flood of forged
        # buttons must not become a flood of queries.
        if self._looked_again is not None and self.now() - self._looked_again < LOOK_AGAIN:
            return False
        self._looked_again = self.now()
        return await self.refresh()

    async def look_up_code(self, telegram_id: int, code: str) -> codes.Offer | codes.CodeProblem:
        """See `codes.look_up_code`."""
        return await codes.look_up_code(self._storage, self._keys, telegram_id, code, self.now)

    async def join(self, profile: Profile, code: str) -> bool | codes.CodeProblem:
        """See `enrol.join`."""
        return await enrol.join(self._storage, self._keys, profile, code, self.now, self._random)

    async def offer_open_prompt(self, telegram_id: int) -> OpenPrompt | None:
        """See `first_check_in.offer_open_prompt`."""
        views = self.catalogue.rounds.values()
        return await offer_open_prompt(
            self._storage, self._keys, telegram_id, views, self.now, self._random
        )

    async def amend_profile(self, telegram_id: int, **changes: object) -> bool:
        """See `enrol.amend_profile`."""
        return await enrol.amend_profile(
            self._storage, self._keys, telegram_id, self._random, **changes
        )

    async def resume(self, telegram_id: int) -> enrol.Resumed:
        """See `enrol.resume`."""
        return await enrol.resume(self._storage, self._keys, telegram_id, self._random)

    async def stop(self, telegram_id: int) -> bool:
        """See `enrol.stop`. A pause ends with it: whoever comes back is written to again."""
        await self.settings.end_pause(telegram_id)
        return await enrol.stop(self._storage, self._keys, telegram_id)

    async def forget(self, telegram_id: int) -> bool:
        """See `enrol.forget`; a chat that a lead or an admin linked is unlinked, too."""
        # In transactions of their own: their entries in the trail must stand beside no enrolment.
        try:
            unlinked = await self.lead_chats.unlink(telegram_id)
            unlinked = await self.alert_chats.unlink(telegram_id) or unlinked
        finally:
            # Whatever is in the way of those: others can hold up who writes to the trail.
            erased = await enrol.forget(self._storage, self._keys, telegram_id)
        if unlinked and not erased:
            await self._storage.tidy()
        return unlinked or erased

    async def everything_held(self, telegram_id: int) -> Held:
        """See `held.everything_held`."""
        return await everything_held(self._storage, self._keys, self.catalogue, telegram_id)

    async def seal_answers(
        self, telegram_id: int, draft: Draft, view: RoundInView
    ) -> answer.Answered:
        """See `answer.seal_answers`."""
        return await answer.seal_answers(
            self._storage, self._keys, telegram_id, draft, view, self.now, self._random
        )

    async def turn_rounds(self) -> None:
        """Open and close what is due, plan who is written to when, and know of it all."""
        of_rounds = self._storage, self._instruments, self.now
        of_officers = self._storage, self._keys, self._instruments, self.now, self._random
        await each_in_turn(
            "rounds",
            lambda: rounds.open_due(*of_rounds),
            lambda: planning.open_prompts(*of_officers),
            lambda: planning.expire_prompts(*of_rounds),
            lambda: closing.close_due(*of_officers),
            self.refresh,
            self._growth.look,
        )

    async def send_due(self, messenger: Messenger) -> invite.SendingReport:
        """Send what officers asked for, then invitations: see `invite.send_due`."""
        # Few, and somebody waits for them: not behind the invitations of a whole force.
        await self.follow_ups.send_due(messenger)
        return await invite.send_due(
            self._storage, self._keys, messenger, self._instruments, self.now, self._random
        )

    def next_check_in(self) -> date | None:
        """Return the day of the next prompt anybody is invited to, as far as memory knows."""
        programme = self.catalogue.programme
        if programme is None:
            return None
        today = local_day(self.now(), programme.force.timezone)
        invited = [check_in for check_in in programme.check_ins if check_in.invites]
        days = [next_prompt_day(check_in, today) for check_in in invited]
        return min((day for day in days if day is not None), default=None)
