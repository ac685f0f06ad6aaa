"""Signing in: invites accepted, challenges answered once, sessions begun and ended.

What a browser holds is secret, and only its hash is kept. A session always begins with a new
secret, and the one that the browser had before ends in the same transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.access import Visitor
from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.staff import (
    CHALLENGE_LASTS,
    IDLE_AT_MOST,
    MOST_PASSKEYS,
    SEEN_EVERY,
    SESSION_LASTS,
    Member,
    Standing,
    digest_of,
    is_over,
    new_secret,
)
from bot.workflows.moment import Now, RandomBytes
from bot.workflows.staff import INVITE
from storage import staff, staff_sessions, staff_ways
from storage.engine import Storage, WriteTransaction
from storage.errors import RowRefused
from storage.staff_sessions import StaffSession
from storage.staff_ways import Passkey

SESSION, _BROWSER, _CHALLENGE = "session", "browser", "challenge"


class NotKnown(StandEasyError):
    """Nobody with access signs in with this."""


class InviteIsOver(StandEasyError):
    """This invite works no more: it was used, took too long, or a newer one was made."""


class AlreadyBound(StandEasyError):
    """Somebody else with access signs in with this already."""


class TooManyPasskeys(StandEasyError):
    """You have {most} passkeys: expected one of them to be removed first."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a browser made and that was checked."""

    id: bytes
    public_key: bytes
    sign_count: int
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun. `repr` does not show what goes into the cookie."""

    member: Member
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody signed in, for as long as one page takes."""

    visitor: Visitor
    session: StaffSession


@dataclass(frozen=True, slots=True)
class SignIn:
    """What whoever wants to come in may do."""

    storage: Storage
    now: Now
    random: RandomBytes

    # --- Challenges -----------------------------------------------------------------------

    async def new_challenge(self, browser: str, purpose: str) -> str:
        """Store what this browser has to answer, once, and return it."""
        now, challenge = self.now(), new_secret(self.random)
        async with self.storage.transaction("new challenge") as tx:
            await staff_ways.clear(tx, now)
            await staff_ways.add_challenge(
                tx,
                digest_of(_CHALLENGE, challenge),
                digest_of(_BROWSER, browser),
                purpose,
                now + CHALLENGE_LASTS,
            )
        return challenge

    async def is_out(self, challenge: str) -> bool:
        """Whether some browser was asked this, and has not answered."""
        async with self.storage.read("challenge") as tx:
            return await staff_ways.challenge_is_out(
                tx, digest_of(_CHALLENGE, challenge), self.now()
            )

    async def take_challenge(self, challenge: str, browser: str, purpose: str) -> bool:
        """Use a challenge up; False unless this very browser had to answer it for this."""
        digests = digest_of(_CHALLENGE, challenge), digest_of(_BROWSER, browser)
        async with self.storage.transaction("take challenge") as tx:
            return await staff_ways.take_challenge(tx, *digests, purpose, self.now())

    # --- Invites --------------------------------------------------------------------------

    async def invited(self, invite: str) -> Member | None:
        """Return whom an invite is for while it works."""
        async with self.storage.read("invite") as tx:
            staff_id = await staff_ways.invited(tx, digest_of(INVITE, invite), self.now())
            return None if staff_id is None else await staff.get(tx, staff_id)

    async def accept_with_passkey(self, invite: str, key: NewPasskey, before: str) -> SignedIn:
        """Use an invite up with a first passkey. It takes the place of every other way in."""
        async with self.storage.transaction("accept invite") as tx:
            member = await self._accept(tx, invite)
            now = self.now()
            entry = AuditEntry(member.name, _act(member), member.name, "with a passkey")
            await staff.join(tx, member.id, None, None, entry, now)
            await add_passkey(tx, member, key, None, now)
            return await self._begin(tx, member, before)

    async def accept_with_subject(
        self, invite: str, issuer: str, subject: str, before: str
    ) -> SignedIn:
        """Use an invite up by the force's own sign-in, which is bound to this person by that."""
        try:
            async with self.storage.transaction("accept invite") as tx:
                member = await self._accept(tx, invite)
                entry = AuditEntry(member.name, _act(member), member.name, f"through {issuer}")
                await staff.join(tx, member.id, issuer, subject, entry, self.now())
                return await self._begin(tx, member, before)
        except RowRefused:
            raise AlreadyBound from None

    async def _accept(self, tx: WriteTransaction, invite: str) -> Member:
        await tx.queue_for("staff")
        now, digest = self.now(), digest_of(INVITE, invite)
        staff_id = await staff_ways.invited(tx, digest, now)
        member = None if staff_id is None else await staff.get(tx, staff_id)
        if member is None or not await staff_ways.take_invite(tx, digest, now):
            raise InviteIsOver
        await staff_ways.remove_passkeys(tx, member.id)
        await staff_sessions.end_all(tx, member.id)
        return member

    # --- Sessions -------------------------------------------------------------------------

    async def passkey(self, key_id: bytes) -> Passkey:
        """Return a passkey of somebody who has access; raises `NotKnown`."""
        async with self.storage.read("passkey") as tx:
            key = await staff_ways.passkey_of_id(tx, key_id)
            member = None if key is None else await staff.get(tx, key.staff)
        if key is None or member is None or member.standing is not Standing.ACTIVE:
            raise NotKnown
        return key

    async def sign_in_with_passkey(self, key: Passkey, sign_count: int, before: str) -> SignedIn:
        """Begin a session by a passkey whose answer was checked; raises `NotKnown`."""
        async with self.storage.transaction("sign in") as tx:
            now = self.now()
            member = await staff.get(tx, key.staff)
            if member is None or member.standing is not Standing.ACTIVE:
                raise NotKnown
            if not await staff_ways.note_use(tx, key.id, key.sign_count, sign_count, now):
                raise NotKnown
            return await self._begin(tx, member, before)

    async def sign_in_with_subject(self, issuer: str, subject: str, before: str) -> SignedIn:
        """Begin a session for whom the force's own sign-in vouched; raises `NotKnown`."""
        async with self.storage.transaction("sign in") as tx:
            member = await staff.by_subject(tx, issuer, subject)
            if member is None or member.standing is not Standing.ACTIVE:
                raise NotKnown
            return await self._begin(tx, member, before)

    async def visit(self, secret: str) -> Visit | None:
        """Return who a session's secret belongs to; None where there is none, or it is over."""
        digest = digest_of(SESSION, secret)
        async with self.storage.read("session") as tx:
            session = await staff_sessions.get(tx, digest)
            member = None if session is None else await staff.get(tx, session.staff)
        now = self.now()
        if session is None or member is None or member.standing is not Standing.ACTIVE:
            return None
        if is_over(session.began_at, session.seen_at, now):
            return None
        if now >= session.seen_at + SEEN_EVERY:
            async with self.storage.transaction("note session") as tx:
                await staff_sessions.note_seen(tx, digest, now)
        return Visit(member.visitor, session)

    async def sign_out(self, secret: str) -> None:
        """End one session."""
        async with self.storage.transaction("sign out") as tx:
            await staff_sessions.end(tx, digest_of(SESSION, secret))

    async def _begin(self, tx: WriteTransaction, member: Member, before: str) -> SignedIn:
        now, secret = self.now(), new_secret(self.random)
        await staff_sessions.clear(tx, now - SESSION_LASTS, now - IDLE_AT_MOST)
        await staff_sessions.end(tx, digest_of(SESSION, before))
        await staff_sessions.begin(tx, digest_of(SESSION, secret), member.id, now)
        return SignedIn(member, secret)


async def add_passkey(
    tx: WriteTransaction, member: Member, key: NewPasskey, entry: AuditEntry | None, now: datetime
) -> None:
    """Store a passkey of somebody; raises what is wrong with it."""
    keys = await staff_ways.passkeys_of(tx, member.id)
    if len(keys) >= MOST_PASSKEYS:
        raise TooManyPasskeys(most=MOST_PASSKEYS)
    if await staff_ways.passkey_of_id(tx, key.id) is not None:
        raise AlreadyBound
    name = key.name or f"Passkey {len(keys) + 1}"
    stored = Passkey(key.id, member.id, key.public_key, key.sign_count, name, now, None)
    await staff_ways.add_passkey(tx, stored, entry, now)


def _act(member: Member) -> str:
    return "recover access" if member.standing is Standing.ACTIVE else "accept invite"
