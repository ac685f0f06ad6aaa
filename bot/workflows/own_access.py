"""One's own access: the devices somebody is signed in on, and their passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.staff import Member, Standing, digest_of, is_over
from bot.workflows.moment import Now
from bot.workflows.sign_in import NewPasskey, NotKnown, add_passkey
from storage import staff, staff_sessions, staff_ways
from storage.engine import Storage
from storage.staff_sessions import StaffSession
from storage.staff_ways import Passkey


class LastWayIn(StandEasyError):
    """This is your only way in: expected another passkey first."""


@dataclass(frozen=True, slots=True)
class OwnAccess:
    """What somebody sees of their own access."""

    member: Member
    sessions: Sequence[StaffSession]
    passkeys: Sequence[Passkey]


@dataclass(frozen=True, slots=True)
class OwnAccounts:
    """What somebody may do about their own access."""

    storage: Storage
    now: Now

    async def look(self, staff_id: str) -> OwnAccess:
        """Return what somebody sees of their own access."""
        now = self.now()
        async with self.storage.read("own access") as tx:
            member = await staff.get(tx, staff_id)
            sessions = await staff_sessions.of_staff(tx, staff_id)
            passkeys = await staff_ways.passkeys_of(tx, staff_id)
        if member is None:
            raise NotKnown
        alive = [each for each in sessions if not is_over(each.began_at, each.seen_at, now)]
        return OwnAccess(member, alive, passkeys)

    async def end_session(self, staff_id: str, handle: str) -> bool:
        """End one of one's own sessions, by what the page calls it; False where it is not one."""
        async with self.storage.transaction("end session") as tx:
            for each in await staff_sessions.of_staff(tx, staff_id):
                if handle_of(each.digest) == handle:
                    return await staff_sessions.end(tx, each.digest)
        return False

    async def sign_out_everywhere(self, staff_id: str) -> None:
        """End every session of one's own."""
        async with self.storage.transaction("sign out everywhere") as tx:
            await staff_sessions.end_all(tx, staff_id)

    async def add_passkey(self, staff_id: str, key: NewPasskey) -> None:
        """Store another passkey of one's own."""
        async with self.storage.transaction("add passkey") as tx:
            await tx.queue_for("staff")
            member = await staff.get(tx, staff_id)
            if member is None or member.standing is not Standing.ACTIVE:
                raise NotKnown
            entry = AuditEntry(member.name, "add passkey", member.name)
            await add_passkey(tx, member, key, entry, self.now())

    async def remove_passkey(self, staff_id: str, handle: str, here: bytes) -> bool:
        """Remove a passkey of one's own, but not the last way in; sessions elsewhere end too."""
        async with self.storage.transaction("remove passkey") as tx:
            await tx.queue_for("staff")
            member = await staff.get(tx, staff_id)
            keys = await staff_ways.passkeys_of(tx, staff_id)
            key = next((each for each in keys if handle_of(each.id) == handle), None)
            if member is None or key is None:
                return False
            if len(keys) == 1 and member.subject is None:
                raise LastWayIn
            entry = AuditEntry(member.name, "remove passkey", member.name)
            await staff_ways.remove_passkey(tx, staff_id, key.id, entry, self.now())
            for each in await staff_sessions.of_staff(tx, staff_id):
                if each.digest != here:
                    await staff_sessions.end(tx, each.digest)
            return True


def handle_of(digest_or_id: bytes) -> str:
    """Return what a page calls a session or a passkey: it opens nothing."""
    return digest_of("handle", digest_or_id.hex()).hex()[:16]
