"""Who has access: inviting, changing rights, ending access. Each act is in the audit trail.

Nobody changes their own rights or ends their own access: another admin does. So whoever acts is
an active admin who stays one, and the last one is never locked out. That holds also where two
act at the same moment: acts queue, and each looks again at who acts. Whoever runs commands on
the server stands outside of this, and may not take away the last admin either.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.access import Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.staff import (
    INVITE_LASTS,
    MOST_STAFF,
    Member,
    Standing,
    check_free,
    check_rights,
    digest_of,
    free_name,
    likeness,
    new_secret,
    tidy_name,
)
from bot.workflows import alert_chats, lead_chats
from bot.workflows.moment import Now, RandomBytes
from bot.workflows.staff_rules import (
    NoSuchMember,
    TooManyPeople,
    acting,
    check_departments,
    check_not_last,
    check_other,
    known_departments,
    member_of,
    member_to_change,
    rights_in_words,
)
from storage import alert_chats as chats_for_alerts
from storage import lead_chats as chats_of_leads
from storage import staff, staff_sessions, staff_ways
from storage.engine import Storage, WriteTransaction

INVITE = "invite"
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invite, to be shown once. `repr` does not show it."""

    member: Member
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One person, and what lets them in."""

    member: Member
    passkeys: int
    invited_until: datetime | None
    """Until when an invite that is out works; None without one that still does."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What admins may do about who has access."""

    storage: Storage
    now: Now
    random: RandomBytes

    async def list(self) -> list[Line]:
        """Return everybody who has, had or was offered access, by name."""
        now = self.now()
        async with self.storage.read("staff") as tx:
            members = await staff.all(tx)
            passkeys = await staff_ways.numbers_of_passkeys(tx)
            out = await staff_ways.invites(tx)
        return [
            Line(
                each,
                passkeys.get(each.id, 0),
                out[each.id] if each.id in out and out[each.id] > now else None,
            )
            for each in sorted(members, key=lambda each: likeness(each.name))
        ]

    async def get(self, staff_id: str) -> Line:
        """Return one person; raises `NoSuchMember`."""
        now = self.now()
        async with self.storage.read("one of the staff") as tx:
            member = await member_of(tx, staff_id)
            passkeys = len(await staff_ways.passkeys_of(tx, staff_id))
            until = (await staff_ways.invites(tx)).get(staff_id)
        return Line(member, passkeys, until if until is not None and until > now else None)

    async def departments(self) -> dict[str, str]:
        """Return the names of the departments of the programme in force, by id."""
        async with self.storage.read("departments") as tx:
            return await known_departments(tx)

    async def invite(
        self,
        name: str | None,
        roles: Collection[Role],
        departments: Collection[str] | None,
        by: Visitor,
    ) -> Invited:
        """Offer somebody access; without a name they are called by their first role."""
        kept, narrowed = check_rights(roles, departments)
        tidy = None if name is None else tidy_name(name)
        async with self.storage.transaction("invite") as tx:
            await acting(tx, by)
            await check_departments(tx, narrowed)
            if await staff.number(tx) >= MOST_STAFF:
                raise TooManyPeople(most=MOST_STAFF)
            names = [each.name for each in await staff.all(tx)]
            called = tidy or free_name(next(each.value for each in Role if each in kept), names)
            check_free(called, names)
            now = self.now()
            member = Member(self.random(16).hex(), called, kept, narrowed, now, None, None)
            entry = AuditEntry(by.name, "invite", called, rights_in_words(kept, narrowed))
            await staff.add(tx, member, entry, now)
            return await self._invited(tx, member)

    async def invite_again(self, staff_id: str, by: Visitor) -> Invited:
        """Make a new invite for somebody whose invite ran out, who lost their passkeys, or who
        has no access any more. What they signed in with works until the invite is accepted."""
        async with self.storage.transaction("invite again") as tx:
            await acting(tx, by)
            member = await member_to_change(tx, staff_id)
            check_other(by, member)
            now = self.now()
            rights = rights_in_words(member.roles, member.departments)
            act = {
                Standing.INVITED: "invite again",
                Standing.ACTIVE: "invite to recover",
                Standing.DISABLED: "give access back",
            }[member.standing]
            entry = AuditEntry(by.name, act, member.name, rights)
            await staff.offer_again(tx, staff_id, entry, now)
            return await self._invited(tx, member)

    async def withdraw_invite(self, staff_id: str, by: Visitor) -> None:
        """Let no invite of somebody work any more."""
        async with self.storage.transaction("withdraw invite") as tx:
            await acting(tx, by)
            member = await member_to_change(tx, staff_id)
            check_other(by, member)
            await staff_ways.end_invite(tx, staff_id)
            await staff.note(tx, AuditEntry(by.name, "withdraw invite", member.name), self.now())

    async def change(
        self,
        staff_id: str,
        roles: Collection[Role],
        departments: Collection[str] | None,
        by: Visitor,
    ) -> None:
        """Give somebody other rights; they sign in anew. The same rights again change nothing."""
        kept, narrowed = check_rights(roles, departments)
        async with self.storage.transaction("change rights") as tx:
            await acting(tx, by)
            member = await member_to_change(tx, staff_id)
            check_other(by, member)
            if (kept, narrowed) == (member.roles, member.departments):
                return
            await check_departments(tx, narrowed, known_before=member.departments)
            if Role.ADMIN not in kept:
                await check_not_last(tx, member)
            detail = {
                "before": rights_in_words(member.roles, member.departments),
                "after": rights_in_words(kept, narrowed),
            }
            entry = AuditEntry(
                by.name, "change rights", member.name, json.dumps(detail, ensure_ascii=False)
            )
            await self._unlink_chats(
                tx, member, replace(member, roles=kept, departments=narrowed), by
            )
            await staff.change(tx, staff_id, kept, narrowed, entry, self.now())
            await staff_sessions.end_all(tx, staff_id)
            if Role.ADMIN not in kept:
                await self._end_invites(tx, member, by)

    async def disable(self, staff_id: str, by: Visitor) -> None:
        """End somebody's access at once: sessions, passkeys, invites and what binds them to the
        force's own sign-in. Their name stays theirs in the trail. With an admin go all invites
        that are out."""
        async with self.storage.transaction("end access") as tx:
            await acting(tx, by)
            member = await member_to_change(tx, staff_id)
            check_other(by, member)
            if member.standing is Standing.DISABLED:
                return
            await check_not_last(tx, member)
            await staff_sessions.end_all(tx, staff_id)
            await staff_ways.end_invite(tx, staff_id)
            await staff_ways.remove_passkeys(tx, staff_id)
            await self._unlink_chats(tx, member, replace(member, roles=frozenset()), by)
            await staff.disable(
                tx, staff_id, AuditEntry(by.name, "end access", member.name), self.now()
            )
            await self._end_invites(tx, member, by)

    async def sign_out(self, staff_id: str, by: Visitor) -> None:
        """Sign somebody out everywhere."""
        async with self.storage.transaction("sign somebody out") as tx:
            await acting(tx, by)
            member = await member_to_change(tx, staff_id)
            await staff_sessions.end_all(tx, staff_id)
            await staff.note(
                tx, AuditEntry(by.name, "sign out everywhere", member.name), self.now()
            )

    async def named(self, name: str) -> Member:
        """Return who has a name, however it is written; raises `NoSuchMember`."""
        async with self.storage.read("staff by name") as tx:
            for each in await staff.all(tx):
                if likeness(each.name) == likeness(tidy_name(name)):
                    return each
        raise NoSuchMember(name=tidy_name(name))

    async def _end_invites(self, tx: WriteTransaction, before: Member, by: Visitor) -> None:
        """Let no invite work any more once an admin goes: they may hold any of them.

        Who made which is stored nowhere, so others are made anew.
        """
        if before.standing is not Standing.ACTIVE:
            return
        if Role.ADMIN not in before.roles and not before.unread:
            return
        if await staff_ways.end_invites(tx):
            entry = AuditEntry(by.name, "withdraw all invites", EVERYBODY)
            await staff.note(tx, entry, self.now())

    async def _unlink_chats(
        self, tx: WriteTransaction, before: Member, after: Member, by: Visitor
    ) -> None:
        """Unlink every chat that could be theirs, when they may no longer have one.

        Which of the chats is whose is stored nowhere, so the others are linked anew.
        """
        if before.standing is not Standing.ACTIVE:
            return
        may_have = before.unread or lead_chats.may_link(before.visitor)
        if may_have and not lead_chats.may_link(after.visitor):
            entry = AuditEntry(by.name, "unlink all chats of leads", lead_chats.SUBJECT)
            await chats_of_leads.unlink_all(tx, entry, self.now())
        if (before.unread or Role.ADMIN in before.roles) and Role.ADMIN not in after.roles:
            entry = AuditEntry(by.name, "unlink all chats for alerts", alert_chats.SUBJECT)
            await chats_for_alerts.unlink_all(tx, entry, self.now())

    async def _invited(self, tx: WriteTransaction, member: Member) -> Invited:
        secret, expires_at = new_secret(self.random), self.now() + INVITE_LASTS
        await staff_ways.add_invite(tx, digest_of(INVITE, secret), member.id, expires_at)
        return Invited(member, secret, expires_at)
