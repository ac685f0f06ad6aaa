"""What planning and closing read and write, in steps that hold nobody up."""

import asyncio
import secrets

import pytest

from storage import deliveries, enrolments, participation
from storage.engine import Storage, WriteTransaction
from storage.enrolments import ActiveEnrolment, Enrolment
from storage.states import DeliveryKind, DeliveryState, EnrolmentState
from tests.storage.rows import LATER, NOW, a_delivery, an_enrolment, enrolled, opened, planned
from tests.storage.waiting import others_wait

TEAMS = ("heron", "owl")
FIRST_PROMPT = (TEAMS, "round-1", 1, DeliveryKind.INVITATION)


async def _some(tx: WriteTransaction, number: int) -> list[Enrolment]:
    """Open a round and enrol some people, in the order of their ids."""
    await opened(tx)
    made = [await enrolled(tx, team=TEAMS[n % 2]) for n in range(number)]
    return sorted(made, key=lambda each: each.id)


def _as_active(enrolment: Enrolment) -> ActiveEnrolment:
    return ActiveEnrolment(enrolment.id, enrolment.team, enrolment.profile)


async def test_whoever_has_no_delivery_is_found_by_id_a_few_at_a_time(storage: Storage) -> None:
    async with storage.transaction("plan") as tx:
        people = await _some(tx, 5)
        await enrolled(tx, team="kestrel")
        await enrolled(tx, state=EnrolmentState.STOPPED)
        await planned(tx, people[1])
        waiting = [_as_active(people[n]) for n in (0, 2, 3, 4)]
        assert await enrolments.without_delivery(tx, *FIRST_PROMPT, 3) == waiting[:3]
        assert await enrolments.without_delivery(tx, *FIRST_PROMPT, 9) == waiting
        after = await enrolments.without_delivery(tx, *FIRST_PROMPT, 9, after=waiting[1].id)
        assert after == waiting[2:]
        assert await enrolments.without_delivery(tx, [], *FIRST_PROMPT[1:], 9) == []


async def test_another_prompt_round_or_kind_does_not_count(storage: Storage) -> None:
    async with storage.transaction("plan") as tx:
        (officer,) = await _some(tx, 1)
        await opened(tx, "round-2")
        await planned(tx, officer, prompt=2)
        await planned(tx, officer, round="round-2")
        await planned(tx, officer, kind=DeliveryKind.REMINDER)
        assert await enrolments.without_delivery(tx, *FIRST_PROMPT, 9) == [_as_active(officer)]
        await planned(tx, officer)
        assert await enrolments.without_delivery(tx, *FIRST_PROMPT, 9) == []


async def test_planning_goes_on_where_the_last_step_ended(storage: Storage) -> None:
    async with storage.transaction("enrol") as tx:
        people = await _some(tx, 10)
    steps = 0
    while True:
        async with storage.transaction("plan") as tx:
            found = await enrolments.without_delivery(tx, *FIRST_PROMPT, 4)
            for each in found:
                await planned(tx, an_enrolment(id=each.id))
        if not found:
            break
        steps += 1
    assert steps == 3
    async with storage.read("look") as look:
        assert (await deliveries.counts(look))[DeliveryState.DUE] == len(people)


async def test_many_profiles_are_replaced_each_its_own(storage: Storage) -> None:
    async with storage.transaction("plan") as tx:
        people = await _some(tx, 3)
        gone = await enrolled(tx)
        await enrolments.erase(tx, gone.id)
        new = [(each.id, secrets.token_bytes(541)) for each in (*people[:2], gone)]
        await enrolments.replace_profiles(tx, new)
        await enrolments.replace_profiles(tx, [])
        found = await enrolments.active_ids_of_teams(tx, TEAMS)
        assert [each.profile for each in found] == [new[0][1], new[1][1], people[2].profile]


async def test_whoever_was_written_to_is_known_with_whether_they_answered(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolments, "_CHUNK", 2)
    async with storage.transaction("close") as tx:
        answered, silent, late, not_sent, elsewhere, stopped = people = await _some(tx, 6)
        await opened(tx, "round-2")
        for officer in (answered, silent, late, stopped):
            await planned(tx, officer)
        await planned(tx, late, prompt=2)
        await planned(tx, elsewhere, round="round-2")
        for claim in await deliveries.claim_due(tx, NOW, LATER, 10):
            assert await deliveries.mark_sent(tx, claim.id, NOW)
        await planned(tx, not_sent)
        await enrolments.set_state(tx, stopped.id, EnrolmentState.STOPPED)
        for officer, prompt in ((answered, 1), (late, 2), (stopped, 1)):
            await participation.mark(tx, "round-1", prompt, officer.id)
        await participation.mark(tx, "round-2", 1, silent.id)
        found = await enrolments.by_ids_with_sent(tx, "round-1")
        assert found == [
            (_as_active(officer), officer in (answered, late))
            for officer in people
            if officer in (answered, silent, late)
        ]
        assert await enrolments.by_ids_with_sent(tx, "round-3") == []


async def test_what_is_held_of_one_enrolment_is_found(storage: Storage) -> None:
    async with storage.transaction("look") as tx:
        officer, other = await _some(tx, 2)
        for each in (officer, other):
            await participation.mark(tx, "round-1", 2, each.id)
            await participation.mark(tx, "round-1", 1, each.id)
        reminder = await planned(tx, officer, kind=DeliveryKind.REMINDER, due_at=LATER)
        invitation = await planned(tx, officer)
        await planned(tx, other)
        assert await deliveries.of_enrolment(tx, officer.id) == [invitation, reminder]
        assert await deliveries.of_enrolment(tx, bytes(16)) == []
        assert await participation.of_enrolment(tx, officer.id) == [("round-1", 1), ("round-1", 2)]
        assert await participation.of_enrolment(tx, bytes(16)) == []


@pytest.mark.parametrize("reader", ["planning", "closing", "changing"])
async def test_a_profile_read_to_be_replaced_is_not_changed_meanwhile(
    pair: tuple[Storage, Storage], database_url: str, reader: str
) -> None:
    async with pair[0].transaction("enrol") as tx:
        await opened(tx)
        officer = await enrolled(tx)
        await deliveries.add_many(tx, [a_delivery(officer, state=DeliveryState.SENT)])
    read = asyncio.Event()

    async def replace() -> None:
        async with pair[0].transaction("plan") as tx:
            if reader == "planning":
                found = await enrolments.without_delivery(
                    tx, ["heron"], "round-1", 2, DeliveryKind.INVITATION, 9
                )
            elif reader == "changing":
                locked = await enrolments.lock_by_lookup(tx, officer.lookup)
                assert locked is not None
                found = [_as_active(locked)]
            else:
                found = [each for each, _ in await enrolments.by_ids_with_sent(tx, "round-1")]
            assert [each.profile for each in found] == [officer.profile]
            read.set()
            await others_wait(pair, database_url)
            await enrolments.replace_profiles(tx, [(officer.id, b"planned")])

    async def change() -> None:
        await read.wait()
        async with pair[1].transaction("change") as tx:
            await enrolments.update_profile(tx, officer.id, b"changed")

    await asyncio.gather(replace(), change())
    async with pair[0].read("look") as look:
        found = await enrolments.by_lookup(look, officer.lookup)
    # The change came second, although it was asked for before the profile was replaced.
    assert found is not None
    assert found.profile == b"changed"


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_whoever_answers_does_not_wait_for_planning(pair: tuple[Storage, Storage]) -> None:
    async with pair[0].transaction("enrol") as tx:
        await opened(tx)
        officer = await enrolled(tx)
    async with pair[0].transaction("plan") as plan:
        assert await enrolments.without_delivery(
            plan, ["heron"], "round-1", 2, DeliveryKind.INVITATION, 9
        )
        # Would wait for ever; SQLite has one writer at a time, and short steps instead.
        async with pair[1].transaction("answer") as tx:
            assert await participation.mark(tx, "round-1", 1, officer.id)
