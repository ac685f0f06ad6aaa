"""Stirring follow-ups: what wrote a row, and where it lies, leads to no enrolment."""

import asyncio
import secrets

import pytest
from sqlalchemy import select, text

from storage import enrolments, follow_ups
from storage.engine import Storage
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind, FollowUpState
from storage.tables import follow_up
from tests.storage.rows import LATER, NOW, asked_for, enrolled
from tests.storage.waiting import others_wait

THREE = FollowUpKind.TOUGH_JOB_3_DAYS


async def everything(storage: Storage) -> dict[bytes, FollowUp]:
    """Return every follow-up by its id."""
    async with storage.read("look") as look:
        rows = [FollowUp(**row._mapping) for row in await look.all(select(follow_up))]
    return {row.id: row for row in rows}


async def some(storage: Storage, count: int = 40) -> dict[bytes, FollowUp]:
    """Store follow-ups in every state; return them by their ids."""
    async with storage.transaction("ask") as tx:
        for number in range(count):
            row = await asked_for(tx, due_at=LATER if number % 4 < 2 else NOW)
            if number % 4 >= 2:
                await follow_ups.claim_due(tx, NOW, LATER, 1)
            if number % 4 == 3:
                assert await follow_ups.mark_sent(tx, row.id)
    return await everything(storage)


async def test_stirring_changes_no_row_and_counts_those_that_are_not_claimed(
    storage: Storage,
) -> None:
    before = await some(storage)
    assert {row.state for row in before.values()} == set(FollowUpState)
    async with storage.transaction("stir") as tx:
        moved = await follow_ups.stir(tx, secrets.token_bytes)
    assert moved == 30
    assert await everything(storage) == before


async def test_stirring_nothing_is_nothing(storage: Storage) -> None:
    async with storage.transaction("stir") as tx:
        assert await follow_ups.stir(tx, secrets.token_bytes) == 0


async def test_more_rows_than_go_in_one_step_are_all_there(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_ups, "_CHUNK", 7)
    before = await some(storage)
    async with storage.transaction("stir") as tx:
        assert await follow_ups.stir(tx, secrets.token_bytes) == 30
    assert await everything(storage) == before


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_afterwards_one_transaction_wrote_all_and_no_enrolment(storage: Storage) -> None:
    async def number(question: str) -> int:
        async with storage.read("attack") as look:
            return int(await look.scalar(text(question)) or 0)

    shared = (
        "SELECT count(*) FROM follow_up JOIN enrolment"
        " ON follow_up.xmin::text = enrolment.xmin::text"
    )
    writers = "SELECT count(DISTINCT xmin::text) FROM follow_up WHERE state <> 'claimed'"
    in_order = (
        "SELECT count(*) FROM (SELECT lookup, row_number() OVER (ORDER BY ctid) AS place"
        " FROM follow_up) AS f JOIN (SELECT lookup, row_number() OVER (ORDER BY ctid) AS place"
        " FROM enrolment) AS e ON f.lookup = e.lookup AND f.place = e.place"
    )
    lookups = [secrets.token_bytes(32) for _ in range(60)]
    for lookup in lookups:
        # As a pause does: a profile and the message at its end in one transaction. The lookups
        # are the same here, so that what is found can be told from what is not.
        async with storage.transaction("pause") as tx:
            officer = await enrolled(tx, lookup=lookup)
            await enrolments.update_profile(tx, officer.id, officer.profile)
            await asked_for(tx, lookup=lookup, kind=FollowUpKind.RESUME)
    async with storage.transaction("send") as tx:
        (claim, *_) = await follow_ups.claim_due(tx, NOW, LATER, 1)
        assert await follow_ups.mark_sent(tx, claim.id)
        await follow_ups.claim_due(tx, NOW, LATER, 1)
    assert await number(shared) == 58
    assert await number(writers) == 59
    async with storage.transaction("stir") as tx:
        assert await follow_ups.stir(tx, secrets.token_bytes) == 59
    assert await storage.tidy()
    assert await number(shared) == 0
    assert await number(writers) == 1
    # By chance, one of 60 is in its old place; ten would happen once in 10 million runs.
    assert await number(in_order) < 10


async def test_who_waits_for_the_stirring_still_finds_what_it_moved(
    pair: tuple[Storage, Storage], database_url: str
) -> None:
    async with pair[0].transaction("ask") as tx:
        answered, stopped = await asked_for(tx), await asked_for(tx)
        await follow_ups.claim_due(tx, NOW, LATER, 2)
        await follow_ups.mark_sent(tx, answered.id)
        await follow_ups.mark_sent(tx, stopped.id)
        due = await asked_for(tx)

    async def answer() -> bool:
        async with pair[1].transaction("answer") as tx:
            return await follow_ups.take_sent(tx, answered.lookup, THREE)

    async def stop() -> int:
        async with pair[1].transaction("stop") as tx:
            return await follow_ups.erase_all(tx, stopped.lookup)

    async def send() -> list[bytes]:
        async with pair[1].transaction("claim") as tx:
            return [claim.id for claim in await follow_ups.claim_due(tx, NOW, LATER, 9)]

    for act, expected in ((answer, True), (stop, 1), (send, [due.id])):
        async with pair[0].transaction("stir") as tx:
            assert await follow_ups.stir(tx, secrets.token_bytes) > 0
            waiting = asyncio.create_task(act())
            await others_wait(pair, database_url)
        assert await waiting == expected


async def test_whoever_claims_while_it_is_stirred_is_waited_for(
    pair: tuple[Storage, Storage], database_url: str
) -> None:
    async with pair[0].transaction("ask") as tx:
        for _ in range(3):
            await asked_for(tx)

    async def stir() -> int:
        async with pair[1].transaction("stir") as tx:
            return await follow_ups.stir(tx, secrets.token_bytes)

    async with pair[0].transaction("claim") as tx:
        claimed = await follow_ups.claim_due(tx, NOW, LATER, 2)
        waiting = asyncio.create_task(stir())
        await others_wait(pair, database_url)
    assert await waiting == 1
    async with pair[0].transaction("mark") as tx:
        for claim in claimed:
            assert await follow_ups.mark_sent(tx, claim.id)
    states = sorted(row.state for row in (await everything(pair[0])).values())
    assert states == [FollowUpState.DUE, FollowUpState.SENT, FollowUpState.SENT]
