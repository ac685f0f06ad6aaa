"""People with access, their ways in and their sessions, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.access import Role
from bot.core.staff import Standing
from storage import audit, staff, staff_sessions, staff_ways
from storage.engine import Storage
from storage.errors import RowRefused
from storage.staff_sessions import StaffSession
from tests.storage.access import a_member, a_passkey, with_access
from tests.storage.rows import ENTRY, NOW

DIGEST = b"d" * 32
OTHER = b"o" * 32
LATER = NOW + timedelta(minutes=5)


async def test_a_member_comes_back_as_stored(storage: Storage) -> None:
    narrow = a_member("merlin", Role.LEAD, Role.AUDITOR, departments=frozenset({"north", "south"}))
    async with storage.transaction("add") as tx:
        await staff.add(tx, narrow, ENTRY, NOW)
        await staff.add(tx, a_member(joined_at=None), ENTRY, NOW)
    async with storage.read("look") as tx:
        assert await staff.get(tx, "merlin") == narrow
        assert await staff.get(tx, "nobody") is None
        assert [each.id for each in await staff.all(tx)] == ["kestrel", "merlin"]
        assert await staff.number(tx) == 2
        assert await staff.active(tx) == [narrow]
        assert len(await audit.all(tx)) == 2


async def test_two_people_never_share_a_name_or_a_subject(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await staff.add(tx, a_member("merlin", name="Sam"), ENTRY, NOW)
        await staff.add(tx, a_member("hobby"), ENTRY, NOW)
        await staff.join(tx, "merlin", "https://id.example", "s1", ENTRY, NOW)
    with pytest.raises(RowRefused):
        async with storage.transaction("add") as tx:
            await staff.add(tx, a_member("kite", name="Sam"), ENTRY, NOW)
    with pytest.raises(RowRefused):
        async with storage.transaction("bind") as tx:
            await staff.join(tx, "hobby", "https://id.example", "s1", ENTRY, NOW)


async def test_only_active_admins_count(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await staff.add(tx, a_member("one"), ENTRY, NOW)
        await staff.add(tx, a_member("two"), ENTRY, NOW)
        await staff.add(tx, a_member("invited", joined_at=None), ENTRY, NOW)
        await staff.add(tx, a_member("lead", Role.LEAD), ENTRY, NOW)
        assert await staff.admins(tx) == 2
        await staff.disable(tx, "one", ENTRY, NOW)
        assert await staff.admins(tx) == 1
        await staff.change(tx, "two", {Role.LEAD}, {"north"}, ENTRY, NOW)
        assert await staff.admins(tx) == 0


async def test_who_is_disabled_has_no_way_in_and_can_be_invited_again(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await staff.add(tx, a_member(), ENTRY, NOW)
        await staff.join(tx, "kestrel", "https://id.example", "s1", ENTRY, NOW)
        assert (await staff.by_subject(tx, "https://id.example", "s1")) is not None
        await staff.disable(tx, "kestrel", ENTRY, LATER)
        found = await staff.get(tx, "kestrel")
        assert found == replace(a_member(joined_at=None), disabled_at=LATER)
        assert found is not None
        assert found.standing is Standing.DISABLED
        assert await staff.by_subject(tx, "https://id.example", "s1") is None
        await staff.offer_again(tx, "kestrel", ENTRY, LATER)
        found = await staff.get(tx, "kestrel")
        assert found is not None
        assert found.standing is Standing.INVITED


async def test_an_invite_works_once_until_it_runs_out_or_another_is_made(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await staff.add(tx, a_member(), ENTRY, NOW)
        await staff_ways.add_invite(tx, DIGEST, "kestrel", LATER)
        assert await staff_ways.invited(tx, DIGEST, NOW) == "kestrel"
        assert await staff_ways.invited(tx, DIGEST, LATER) is None
        assert not await staff_ways.take_invite(tx, DIGEST, LATER)
        await staff_ways.add_invite(tx, OTHER, "kestrel", LATER)
        assert not await staff_ways.take_invite(tx, DIGEST, NOW)
        assert await staff_ways.invites(tx) == {"kestrel": LATER}
        assert await staff_ways.take_invite(tx, OTHER, NOW)
        assert not await staff_ways.take_invite(tx, OTHER, NOW)


async def test_of_two_workers_one_uses_an_invite_and_one_a_challenge(
    storage: Storage, database_url: str
) -> None:
    other = Storage(database_url)
    async with storage.transaction("add") as tx:
        await staff.add(tx, a_member(), ENTRY, NOW)
        await staff_ways.add_invite(tx, DIGEST, "kestrel", LATER)
        await staff_ways.add_challenge(tx, DIGEST, OTHER, "sign in", LATER)

    async def takes(worker: Storage) -> tuple[bool, bool]:
        async with worker.transaction("take") as tx:
            challenge = await staff_ways.take_challenge(tx, DIGEST, OTHER, "sign in", NOW)
            return await staff_ways.take_invite(tx, DIGEST, NOW), challenge

    found = await asyncio.gather(*(takes(worker) for worker in (storage, other) * 4))
    await other.close()
    assert sorted(found) == [(False, False)] * 7 + [(True, True)]


@pytest.mark.parametrize(
    ("browser", "purpose", "when"),
    [(DIGEST, "sign in", NOW), (OTHER, "register", NOW), (OTHER, "sign in", LATER)],
)
async def test_a_challenge_answered_wrongly_is_used_up(
    storage: Storage, browser: bytes, purpose: str, when: object
) -> None:
    async with storage.transaction("add") as tx:
        await staff_ways.add_challenge(tx, DIGEST, OTHER, "sign in", LATER)
        moment = LATER if when == LATER else NOW
        assert not await staff_ways.take_challenge(tx, DIGEST, browser, purpose, moment)
        assert not await staff_ways.take_challenge(tx, DIGEST, OTHER, "sign in", NOW)


async def test_challenges_that_ran_out_are_cleared(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await staff_ways.add_challenge(tx, DIGEST, OTHER, "sign in", LATER)
        await staff_ways.clear(tx, NOW)
        assert await staff_ways.challenges(tx) == 1
        await staff_ways.clear(tx, LATER)
        assert await staff_ways.challenges(tx) == 0


async def test_a_passkeys_count_moves_once_for_each_use(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await with_access(tx)
        assert await staff_ways.note_use(tx, b"key", 0, 3, LATER)
        assert not await staff_ways.note_use(tx, b"key", 0, 4, LATER)
        assert await staff_ways.passkey_of_id(tx, b"key") == replace(
            a_passkey(), sign_count=3, used_at=LATER
        )
        assert await staff_ways.passkey_of_id(tx, b"another") is None


async def test_a_passkey_is_removed_by_its_owner_alone(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await with_access(tx)
        await staff.add(tx, a_member("merlin"), ENTRY, NOW)
        before = len(await audit.all(tx))
        assert not await staff_ways.remove_passkey(tx, "merlin", b"key", ENTRY, NOW)
        assert await staff_ways.numbers_of_passkeys(tx) == {"kestrel": 1}
        assert len(await audit.all(tx)) == before
        assert await staff_ways.remove_passkey(tx, "kestrel", b"key", ENTRY, NOW)
        assert await staff_ways.passkeys_of(tx, "kestrel") == []
        await staff_ways.add_passkey(tx, a_passkey(), None, NOW)
        assert len(await audit.all(tx)) == before + 1
        assert await staff_ways.remove_passkeys(tx, "kestrel") == 1


async def test_sessions_are_found_by_their_hash_and_end(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        await staff.add(tx, a_member(), ENTRY, NOW)
        for digest, moment in ((DIGEST, NOW), (OTHER, LATER)):
            await staff_sessions.begin(tx, digest, "kestrel", moment)
        await staff_sessions.note_seen(tx, DIGEST, LATER)
        assert await staff_sessions.get(tx, DIGEST) == StaffSession(DIGEST, "kestrel", NOW, LATER)
        assert [each.digest for each in await staff_sessions.of_staff(tx, "kestrel")] == [
            OTHER,
            DIGEST,
        ]
        await staff_sessions.clear(tx, NOW, NOW)
        assert [each.digest for each in await staff_sessions.of_staff(tx, "kestrel")] == [OTHER]
        assert await staff_sessions.end(tx, OTHER)
        assert not await staff_sessions.end(tx, OTHER)
        await staff_sessions.begin(tx, DIGEST, "kestrel", NOW)
        assert await staff_sessions.end_all(tx, "kestrel") == 1
