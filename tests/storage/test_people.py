"""Enrolments, codes, deliveries and participation."""

import secrets
from datetime import datetime, timedelta

import pytest

from storage import audit, deliveries, enrolment_codes, enrolments, participation
from storage.deliveries import Delivery
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.enrolment_codes import EnrolmentCode
from storage.enrolments import Enrolment
from storage.errors import RowRefused
from storage.states import DeliveryKind, DeliveryState, EnrolmentState
from tests.storage.rows import (
    ENTRY,
    LATER,
    NOW,
    TODAY,
    a_delivery,
    an_enrolment,
    enrolled,
    opened,
    planned,
)


async def test_an_enrolment_is_found_by_its_hash_alone(storage: Storage) -> None:
    async with storage.transaction("enrol") as tx:
        new = await enrolled(tx)
        await enrolled(tx)
        assert await enrolments.by_lookup(tx, new.lookup) == new
        assert await enrolments.lock_by_lookup(tx, new.lookup) == new
        assert await enrolments.by_lookup(tx, new.id) is None
        assert await enrolments.lock_by_lookup(tx, new.id) is None


async def test_an_officer_who_joins_twice_is_enrolled_once(storage: Storage) -> None:
    async with storage.transaction("enrol") as tx:
        first = await enrolled(tx)
        assert not await enrolments.add(tx, an_enrolment(lookup=first.lookup, team="other"))
        assert await enrolments.by_lookup(tx, first.lookup) == first


async def test_profile_and_state_change_and_say_when_there_is_nothing_to_change(
    storage: Storage,
) -> None:
    async with storage.transaction("change") as tx:
        new = await enrolled(tx)
        assert await enrolments.update_profile(tx, new.id, b"other")
        assert await enrolments.set_state(tx, new.id, EnrolmentState.STOPPED)
        found = await enrolments.by_lookup(tx, new.lookup)
        assert found is not None
        assert (found.profile, found.state) == (b"other", EnrolmentState.STOPPED)
        assert not await enrolments.update_profile(tx, bytes(16), b"other")
        assert not await enrolments.set_state(tx, bytes(16), EnrolmentState.STOPPED)


async def test_erasing_an_officer_takes_deliveries_and_participation_along(
    storage: Storage,
) -> None:
    async with storage.transaction("erase") as tx:
        await opened(tx)
        gone, stays = await enrolled(tx), await enrolled(tx)
        for officer in (gone, stays):
            await planned(tx, officer)
            await participation.mark(tx, "round-1", 1, officer.id)
        assert await enrolments.erase(tx, gone.id)
        assert not await enrolments.erase(tx, gone.id)
    async with storage.read("look") as look:
        assert await enrolments.by_lookup(look, gone.lookup) is None
        assert not await deliveries.exists_for(look, "round-1", 1, gone.id)
        assert await deliveries.exists_for(look, "round-1", 1, stays.id)
        both = {gone.id, stays.id}
        assert await participation.answered(look, "round-1", 1, both) == {stays.id}


async def test_a_team_has_everybody_who_could_come_back(storage: Storage) -> None:
    async with storage.transaction("enrol") as tx:
        for team, state in (
            ("heron", EnrolmentState.ACTIVE),
            ("heron", EnrolmentState.ACTIVE),
            ("heron", EnrolmentState.STOPPED),
            ("kestrel", EnrolmentState.ACTIVE),
            ("owl", EnrolmentState.STOPPED),
        ):
            await enrolled(tx, team=team, state=state)
        numbers = [await enrolments.number_in(tx, team) for team in ("heron", "kestrel", "rook")]
        assert numbers == [3, 1, 0]


async def test_the_active_of_some_teams_come_each_once_however_many(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolments, "_CHUNK", 3)
    async with storage.transaction("enrol") as tx:
        assert await enrolments.active_ids_of_teams(tx, ["heron"]) == []
        wanted = [await enrolled(tx, team=team) for team in ("heron", "owl") * 3]
        await enrolled(tx, team="kestrel")
        await enrolled(tx, state=EnrolmentState.STOPPED)
        found = await enrolments.active_ids_of_teams(tx, {"heron", "owl"})
        assert [(e.id, e.team, e.profile) for e in found] == sorted(
            (e.id, e.team, e.profile) for e in wanted
        )
        assert await enrolments.active_ids_of_teams(tx, []) == []


async def test_a_code_works_as_often_and_as_long_as_it_says(storage: Storage) -> None:
    digest = secrets.token_bytes(32)
    async with storage.transaction("issue") as tx:
        code = EnrolmentCode(digest, "heron", 2, TODAY)
        await enrolment_codes.add(tx, code, ENTRY, NOW)
        assert await enrolment_codes.find(tx, digest) == code
        assert [record.entry for record in await audit.all(tx)] == [ENTRY]
    async with storage.transaction("join") as tx:
        assert await enrolment_codes.take_use(tx, digest, TODAY + timedelta(days=1)) is None
        assert await enrolment_codes.take_use(tx, digest, TODAY) == "heron"
        assert await enrolment_codes.take_use(tx, digest, TODAY) == "heron"
        assert await enrolment_codes.take_use(tx, digest, TODAY) is None
        assert await enrolment_codes.take_use(tx, bytes(32), TODAY) is None
        assert await enrolment_codes.find(tx, digest) == EnrolmentCode(digest, "heron", 0, TODAY)
        assert await enrolment_codes.find(tx, bytes(32)) is None


async def test_a_code_that_is_refused_leaves_no_audit_entry(storage: Storage) -> None:
    code = EnrolmentCode(bytes(32), "heron", -1, TODAY)
    with pytest.raises(RowRefused, match="uses_left"):
        async with storage.transaction("issue") as tx:
            await enrolment_codes.add(tx, code, ENTRY, NOW)
    async with storage.read("look") as look:
        assert await audit.all(look) == []


async def _three(tx: WriteTransaction) -> list[Enrolment]:
    await opened(tx)
    return [await enrolled(tx) for _ in range(3)]


async def test_what_is_due_is_claimed_earliest_first_and_by_one_sender(storage: Storage) -> None:
    async with storage.transaction("plan") as tx:
        officers = await _three(tx)
        for minutes, officer in zip((1, 5, 3), officers, strict=True):
            await planned(tx, officer, due_at=NOW - timedelta(minutes=minutes))
        first = await deliveries.claim_due(tx, NOW, LATER, 2)
        second = await deliveries.claim_due(tx, NOW, LATER, 2)
    assert [c.enrolment for c in first] == [officers[1].id, officers[2].id]
    assert [c.profile for c in first] == [officers[1].profile, officers[2].profile]
    assert [c.enrolment for c in second] == [officers[0].id]
    assert {c.attempts for c in first + second} == {1}


async def test_nothing_is_claimed_before_it_is_due_or_for_someone_who_stopped(
    storage: Storage,
) -> None:
    async with storage.transaction("plan") as tx:
        early, stopped, _ = await _three(tx)
        await planned(tx, early, due_at=NOW + timedelta(microseconds=1))
        await planned(tx, stopped)
        await enrolments.set_state(tx, stopped.id, EnrolmentState.STOPPED)
        assert await deliveries.claim_due(tx, NOW, LATER, 10) == []


async def test_a_claim_that_ran_out_is_claimed_again_before_anything_new(
    storage: Storage,
) -> None:
    async with storage.transaction("plan") as tx:
        lost, new, _ = await _three(tx)
        await planned(tx, lost)
        (claimed,) = await deliveries.claim_due(tx, NOW, LATER, 10)
        await planned(tx, new, due_at=NOW - timedelta(days=1))
        (again,) = await deliveries.claim_due(tx, LATER, LATER + timedelta(minutes=5), 1)
        assert (again.id, again.attempts) == (claimed.id, 2)
        assert len(await deliveries.claim_due(tx, LATER, LATER, 10)) == 1


async def _waits(
    tx: ReadTransaction, delivery: Delivery
) -> tuple[DeliveryState, datetime, datetime | None]:
    (found,) = await deliveries.of_enrolment(tx, delivery.enrolment)
    return found.state, found.due_at, found.claimed_until


async def test_a_claim_ends_once_sent_or_put_back(storage: Storage) -> None:
    async with storage.transaction("send") as tx:
        one, two, _ = await _three(tx)
        sent, back = await planned(tx, one), await planned(tx, two)
        assert not await deliveries.mark_sent(tx, sent.id, NOW)
        await deliveries.claim_due(tx, NOW, LATER, 10)
        assert await _waits(tx, sent) == (DeliveryState.CLAIMED, NOW, LATER)
        assert await deliveries.mark_sent(tx, sent.id, NOW)
        assert not await deliveries.mark_sent(tx, sent.id, NOW)
        assert await deliveries.put_back(tx, back.id, NOW + timedelta(hours=1))
        assert not await deliveries.put_back(tx, back.id, NOW)
        assert await _waits(tx, back) == (DeliveryState.DUE, NOW + timedelta(hours=1), None)
        counted = await deliveries.counts(tx)
    assert counted == {
        DeliveryState.DUE: 1,
        DeliveryState.CLAIMED: 0,
        DeliveryState.SENT: 1,
        DeliveryState.EXPIRED: 0,
    }


async def test_what_is_over_keeps_no_moment_and_no_tries_of_its_own(storage: Storage) -> None:
    async with storage.transaction("send") as tx:
        people = await _three(tx)
        rows = [await planned(tx, officer) for officer in people]
        for _ in range(3):
            claimed = await deliveries.claim_due(tx, NOW, LATER, 10)
            for each in claimed:
                await deliveries.put_back(tx, each.id, NOW)
        await deliveries.claim_due(tx, NOW, LATER, 2)
        day = NOW - timedelta(days=2)
        for row in rows:
            if not await deliveries.mark_sent(tx, row.id, day):
                continue
            break
        left = await deliveries.claim_due(tx, NOW, LATER, 1)
        assert await deliveries.mark_expired(tx, left[0].id, day)
        assert await deliveries.expire(tx, "round-1", 1, day) == 1
        for officer in people:
            (row,) = await deliveries.of_enrolment(tx, officer.id)
            assert row.state in (DeliveryState.SENT, DeliveryState.EXPIRED)
            assert (row.due_at, row.attempts, row.claimed_until) == (day, 1, None)


async def test_planning_twice_adds_nothing(storage: Storage) -> None:
    async with storage.transaction("plan") as tx:
        officers = await _three(tx)
        await deliveries.add_many(tx, [])
        await deliveries.add_many(tx, [a_delivery(officer) for officer in officers])
        moved = [a_delivery(officer, due_at=LATER) for officer in officers]
        reminder = a_delivery(officers[0], kind=DeliveryKind.REMINDER)
        await deliveries.add_many(tx, [*moved, reminder])
        assert (await deliveries.counts(tx))[DeliveryState.DUE] == 4
        assert len(await deliveries.claim_due(tx, NOW, LATER, 10)) == 4


async def test_expiring_ends_what_waits_for_that_prompt_alone(storage: Storage) -> None:
    async with storage.transaction("expire") as tx:
        sent, claimed, due = await _three(tx)
        first = await planned(tx, sent)
        await planned(tx, claimed)
        await deliveries.claim_due(tx, NOW, LATER, 10)
        await deliveries.mark_sent(tx, first.id, NOW)
        await planned(tx, due)
        await planned(tx, due, prompt=2)
        assert await deliveries.expire(tx, "round-1", 1, NOW) == 2
        assert await deliveries.expire(tx, "round-1", 1, NOW) == 0
        counted = await deliveries.counts(tx)
        assert counted[DeliveryState.EXPIRED] == 2
        assert counted[DeliveryState.DUE] == counted[DeliveryState.SENT] == 1
        assert await deliveries.exists_for(tx, "round-1", 2, due.id)
        assert not await deliveries.exists_for(tx, "round-1", 2, sent.id)


async def test_clearing_a_round_leaves_the_others(storage: Storage) -> None:
    async with storage.transaction("clear") as tx:
        officers = await _three(tx)
        await opened(tx, "round-2")
        for round_id in ("round-1", "round-2"):
            for officer in officers:
                await planned(tx, officer, round=round_id)
                await participation.mark(tx, round_id, 1, officer.id)
        assert await deliveries.clear_round(tx, "round-1") == 3
        assert await participation.clear_round(tx, "round-1") == 3
        assert (await deliveries.counts(tx))[DeliveryState.DUE] == 3
        assert await participation.count(tx, "round-1") == 0
        assert await participation.count(tx, "round-2") == 3


async def test_nothing_is_due_when_nothing_was_planned(storage: Storage) -> None:
    async with storage.transaction("send") as tx:
        assert await deliveries.claim_due(tx, NOW, LATER, 10) == []


async def test_taking_part_counts_once_per_prompt(storage: Storage) -> None:
    async with storage.transaction("answer") as tx:
        one, two, three = await _three(tx)
        assert await participation.mark(tx, "round-1", 1, one.id)
        assert not await participation.mark(tx, "round-1", 1, one.id)
        assert await participation.mark(tx, "round-1", 2, one.id)
        assert await participation.mark(tx, "round-1", 1, two.id)
        everyone = {one.id, two.id, three.id}
        assert await participation.answered(tx, "round-1", 1, everyone) == {one.id, two.id}
        assert await participation.answered(tx, "round-1", 1, {three.id}) == set()
        assert await participation.answered(tx, "round-1", 1, []) == set()
        assert await participation.count(tx, "round-1") == 3


async def test_many_are_asked_about_in_chunks(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participation, "_CHUNK", 2)
    async with storage.transaction("answer") as tx:
        officers = await _three(tx) + [await enrolled(tx) for _ in range(2)]
        ids = {officer.id for officer in officers}
        for officer in officers[:4]:
            await participation.mark(tx, "round-1", 1, officer.id)
        assert await participation.answered(tx, "round-1", 1, ids) == ids - {officers[4].id}


async def test_a_claimed_delivery_always_has_an_end(storage: Storage) -> None:
    async with storage.transaction("enrol") as tx:
        await opened(tx)
        officer = await enrolled(tx)
    with pytest.raises(RowRefused, match="claim"):
        async with storage.transaction("plan") as tx:
            await planned(tx, officer, state=DeliveryState.CLAIMED)
