"""Follow-ups: one of a kind for each chat, claimed by one sender, answered once."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage import enrolments, follow_ups
from storage.engine import Storage
from storage.errors import RowRefused
from storage.states import FollowUpKind, FollowUpState
from tests.storage.rows import LATER, NOW, a_follow_up, asked_for, enrolled

THREE, TWENTY_EIGHT, NINETY = (
    FollowUpKind.TOUGH_JOB_3_DAYS,
    FollowUpKind.TOUGH_JOB_28_DAYS,
    FollowUpKind.TOUGH_JOB_90_DAYS,
)


async def test_a_chat_has_what_it_asked_for_earliest_first(storage: Storage) -> None:
    chat = secrets.token_bytes(32)
    async with storage.transaction("ask") as tx:
        later = await asked_for(tx, lookup=chat, kind=NINETY, due_at=LATER)
        first = await asked_for(tx, lookup=chat, kind=THREE)
        await asked_for(tx)
        assert await follow_ups.of_chat(tx, chat) == [first, later]
        assert await follow_ups.of_chat(tx, bytes(32)) == []


async def test_asking_again_replaces_what_was_asked_for(storage: Storage) -> None:
    async with storage.transaction("ask") as tx:
        first = await asked_for(tx)
        again = a_follow_up(lookup=first.lookup, due_at=LATER)
        await follow_ups.put(tx, again)
        assert await follow_ups.of_chat(tx, first.lookup) == [again]


@pytest.mark.parametrize("sent", [False, True])
async def test_asking_again_while_one_is_sent_leaves_the_new_one_due(
    storage: Storage, sent: bool
) -> None:
    async with storage.transaction("ask") as tx:
        first = await asked_for(tx)
        await follow_ups.claim_due(tx, NOW, LATER, 1)
        if sent:
            await follow_ups.mark_sent(tx, first.id)
        again = await asked_for(tx, lookup=first.lookup, due_at=LATER)
        # The sender of the first cannot mark the second, which nobody has been sent.
        assert not await follow_ups.mark_sent(tx, first.id)
        assert not await follow_ups.put_back(tx, first.id, NOW)
        assert not await follow_ups.remove(tx, first.id)
        assert await follow_ups.of_chat(tx, first.lookup) == [again]


async def test_what_is_due_is_claimed_earliest_first_and_by_one_sender(storage: Storage) -> None:
    async with storage.transaction("ask") as tx:
        made = [await asked_for(tx, due_at=NOW - timedelta(minutes=m)) for m in (1, 5, 3)]
        await asked_for(tx, due_at=NOW + timedelta(microseconds=1))
        first = await follow_ups.claim_due(tx, NOW, LATER, 2)
        second = await follow_ups.claim_due(tx, NOW, LATER, 2)
        assert await follow_ups.claim_due(tx, NOW, LATER, 2) == []
    assert [claim.id for claim in first] == [made[1].id, made[2].id]
    assert [claim.id for claim in second] == [made[0].id]
    (claim,) = second
    assert (claim.lookup, claim.address, claim.kind, claim.due_at, claim.attempts) == (
        made[0].lookup,
        made[0].address,
        made[0].kind,
        made[0].due_at,
        1,
    )


async def test_a_claim_that_ran_out_is_claimed_again_before_anything_new(
    storage: Storage,
) -> None:
    async with storage.transaction("ask") as tx:
        lost = await asked_for(tx)
        await follow_ups.claim_due(tx, NOW, LATER, 10)
        await asked_for(tx, due_at=NOW - timedelta(days=1))
        (again,) = await follow_ups.claim_due(tx, LATER, LATER + timedelta(minutes=5), 1)
        assert (again.id, again.attempts) == (lost.id, 2)
        assert len(await follow_ups.claim_due(tx, LATER, LATER, 10)) == 1


async def test_a_claim_ends_once_sent_or_put_back(storage: Storage) -> None:
    async with storage.transaction("send") as tx:
        sent, back = await asked_for(tx), await asked_for(tx)
        assert not await follow_ups.mark_sent(tx, sent.id)
        assert not await follow_ups.put_back(tx, back.id, LATER)
        await follow_ups.claim_due(tx, NOW, LATER, 10)
        assert await follow_ups.mark_sent(tx, sent.id)
        assert not await follow_ups.mark_sent(tx, sent.id)
        assert await follow_ups.put_back(tx, back.id, LATER)
        assert not await follow_ups.put_back(tx, back.id, NOW)
        assert await follow_ups.of_chat(tx, sent.lookup) == [
            replace(sent, state=FollowUpState.SENT, attempts=1)
        ]
        assert await follow_ups.of_chat(tx, back.lookup) == [
            replace(back, due_at=LATER, attempts=1)
        ]


async def test_only_what_was_sent_can_be_answered_and_only_once(storage: Storage) -> None:
    async with storage.transaction("answer") as tx:
        row = await asked_for(tx)
        other = await asked_for(tx, lookup=row.lookup, kind=TWENTY_EIGHT, due_at=LATER)
        assert not await follow_ups.take_sent(tx, row.lookup, THREE)
        await follow_ups.claim_due(tx, NOW, LATER, 10)
        assert not await follow_ups.take_sent(tx, row.lookup, THREE)
        await follow_ups.mark_sent(tx, row.id)
        assert not await follow_ups.take_sent(tx, row.lookup, TWENTY_EIGHT)
        assert not await follow_ups.take_sent(tx, bytes(32), THREE)
        assert await follow_ups.take_sent(tx, row.lookup, THREE)
        assert not await follow_ups.take_sent(tx, row.lookup, THREE)
        assert await follow_ups.of_chat(tx, row.lookup) == [other]


async def test_one_or_several_or_all_of_a_chat_are_erased(storage: Storage) -> None:
    async with storage.transaction("erase") as tx:
        chat, stays = secrets.token_bytes(32), await asked_for(tx)
        made = [await asked_for(tx, lookup=chat, kind=kind) for kind in FollowUpKind]
        assert await follow_ups.remove(tx, made[0].id)
        assert not await follow_ups.remove(tx, made[0].id)
        assert await follow_ups.erase_all(tx, chat, [THREE, TWENTY_EIGHT, NINETY]) == 2
        assert await follow_ups.erase_all(tx, chat, []) == 0
        assert {row.kind for row in await follow_ups.of_chat(tx, chat)} == {
            FollowUpKind.TOMORROW,
            FollowUpKind.RESUME,
        }
        assert await follow_ups.erase_all(tx, chat) == 2
        assert await follow_ups.erase_all(tx, chat) == 0
        assert await follow_ups.of_chat(tx, stays.lookup) == [stays]


async def test_what_was_sent_long_ago_expires_and_nothing_else(storage: Storage) -> None:
    async with storage.transaction("expire") as tx:
        old = await asked_for(tx, due_at=NOW - timedelta(days=7))
        new, due = await asked_for(tx), await asked_for(tx)
        await follow_ups.claim_due(tx, NOW, LATER, 10)
        for row in (old, new):
            await follow_ups.mark_sent(tx, row.id)
        await follow_ups.put_back(tx, due.id, NOW - timedelta(days=7))
        assert await follow_ups.expire(tx, NOW) == 1
        assert await follow_ups.expire(tx, NOW) == 0
        assert await follow_ups.of_chat(tx, old.lookup) == []
        assert len(await follow_ups.of_chat(tx, new.lookup)) == 1
        assert len(await follow_ups.of_chat(tx, due.lookup)) == 1


async def test_a_follow_up_outlives_the_enrolment_it_does_not_know(storage: Storage) -> None:
    async with storage.transaction("erase") as tx:
        officer = await enrolled(tx)
        row = await asked_for(tx)
        await enrolments.erase(tx, officer.id)
        assert await follow_ups.of_chat(tx, row.lookup) == [row]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": FollowUpState.CLAIMED}, "claim"),
        ({"claimed_until": LATER}, "claim"),
        ({"id": bytes(15)}, "id_size"),
        ({"lookup": bytes(31)}, "lookup_size"),
    ],
)
async def test_a_row_that_cannot_be_is_refused(
    storage: Storage, changes: dict[str, object], constraint: str
) -> None:
    with pytest.raises(RowRefused, match=constraint):
        async with storage.transaction("ask") as tx:
            await asked_for(tx, **changes)


@pytest.mark.parametrize("column", ["kind", "state"])
async def test_the_database_itself_refuses_other_kinds_and_states(
    storage: Storage, column: str
) -> None:
    async with storage.transaction("ask") as tx:
        await asked_for(tx)
    with pytest.raises(RowRefused, match=f"ck_follow_up_{column}"):
        async with storage.transaction("meddle") as tx:
            await tx.execute(text(f"UPDATE follow_up SET {column} = 'other'"))  # noqa: S608
