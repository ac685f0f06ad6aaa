"""A first check-in at once: who may answer what is open, and one vote whatever is erased."""

import asyncio
import json
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.programme import Programme
from bot.workflows import enrol, programme
from bot.workflows.answer import Answered
from bot.workflows.codes import Offer
from bot.workflows.first_check_in import OpenPrompt, offer_open_prompt
from bot.workflows.follow_up_lookups import lookup_for
from bot.workflows.invite import TryLater
from storage import deliveries, enrolments, follow_ups
from storage.deliveries import Delivery
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind
from storage.tables import delivery as table
from tests.workflows.office import ROUND, Office, an_office, at
from tests.workflows.test_enrol import KIT, SAM, look_up

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

DELIVERIES = "SELECT count(*) FROM delivery"
DEPARTURES = "SELECT count(*) FROM departure"


async def grown(office: Office, team: str, headcount: int) -> None:
    """Load a programme in which a team has another size."""
    document = office.programme.model_dump(mode="json")
    for department in document["force"]["departments"]:
        for each in department["teams"]:
            if each["id"] == team:
                each["headcount"] = headcount
    newer = Programme.model_validate_json(json.dumps(document))
    await programme.load(office.storage, newer, "test", "another size", office.clock)


async def offered(office: Office, code: str) -> tuple[str, int]:
    """Return the group that a code shows."""
    offer = await look_up(office, code)
    assert isinstance(offer, Offer)
    return offer.unit.name, offer.unit.heads


async def test_a_code_shows_the_group_that_open_rounds_hold(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        code = await office.code("night-relief")
        held = "Market Response and Night Relief", 58
        assert await offered(office, code) == held
        # Large enough to stand alone now; the groups of the open round stay as they are.
        await grown(office, "night-relief", 40)
        assert await offered(office, code) == held
        office.now = at(28, 9)
        await office.close()
        assert await offered(office, code) == ("Night Relief", 40)


async def of_chat(office: Office, officer: int) -> list[Delivery]:
    """Return everything that was or is to be sent to somebody, earliest first."""
    async with office.storage.read("look") as tx:
        known = await enrolments.by_lookup(tx, office.address.lookup(officer))
        assert known is not None
        return await deliveries.of_enrolment(tx, known.id)


async def first(office: Office, officer: int = SAM) -> OpenPrompt | None:
    views = [await office.view()]
    return await offer_open_prompt(
        office.storage, office.address, officer, views, office.clock, secrets.token_bytes
    )


async def test_who_joins_in_a_prompt_may_answer_it(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        await office.join(SAM, await office.code())
        assert await office.answers(SAM) is Answered.NOT_ASKED
        offer = await first(office)
        assert offer is not None
        assert (offer.view.id, offer.prompt, offer.unit) == (ROUND, 0, 0)
        assert offer.last_day == at(6, 12).date()
        # The invitation counts as sent, and one reminder may come.
        assert await office.number(f"{DELIVERIES} WHERE state = 'sent'") == 1
        assert await office.number(f"{DELIVERIES} WHERE kind = 'reminder'") == 1
        assert await first(office) == offer
        assert await office.number(DELIVERIES) == 2
        assert await office.answers(SAM) is Answered.SEALED
        # Nothing more to start, and nothing comes for what was answered.
        assert await first(office) is None
        await office.passes(at(6, 12))
        assert office.outbox.sent == []


async def test_who_does_not_start_is_reminded_once(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        await office.join(SAM, await office.code())
        assert await first(office) is not None
        await office.passes(at(6, 12))
        assert [(officer, reminder) for _, officer, _, reminder in office.outbox.sent] == [
            (SAM, True)
        ]


async def test_when_somebody_joined_is_not_kept(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        office.now = at(2, 13, 37)
        await office.join(SAM, await office.code())
        assert await first(office) is not None
        sent, reminder = await of_chat(office, SAM)
        assert (sent.due_at, sent.attempts) == (at(0, 0), 1)
        # Somewhere between two and three days later, as everybody's.
        assert at(4, 13, 37) < reminder.due_at < at(5, 13, 37)
        assert reminder.attempts == 0


async def test_a_reminder_does_not_tell_when_somebody_joined(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        code, waits = await office.code(), []
        # So many that all of them on the first of the two days is chance no more (one in 10^7).
        for officer in range(SAM, SAM + 48):
            office.now = at(1, 13, 37)
            await office.join(officer, code)
            assert await first(office, officer) is not None
            _, reminder = await of_chat(office, officer)
            waits.append(reminder.due_at - office.now)
        assert timedelta(hours=48) <= min(waits) < timedelta(hours=56)
        assert timedelta(hours=64) < max(waits) <= timedelta(hours=72)
        assert len(set(waits)) == 48


async def test_who_joined_late_leaves_the_rows_that_everybody_leaves(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        asked = (await office.joined(3))[0]
        office.outbox.says[asked] = TryLater()
        await office.passes(at(0, 17, 5), timedelta(minutes=1))
        office.outbox.says.clear()
        await office.passes(at(1, 13, 37))
        await office.join(SAM, await office.code())
        assert await first(office) is not None
        stopped = KIT
        await office.join(stopped, await office.code())
        assert await first(office, stopped) is not None
        await enrol.stop(office.storage, office.address, stopped)
        await office.passes(at(6, 23), timedelta(hours=1))
        office.now = at(7, 0)
        await office.turn()
        async with office.storage.read("look") as tx:
            rows = await tx.all(select(table).where(table.c.prompt == 0))
        assert len(rows) == 2 * 5
        assert {(row.due_at, row.attempts, row.claimed_until) for row in rows} == {
            (at(0, 0), 1, None)
        }


async def test_who_is_more_than_the_heads_of_the_open_round_waits_for_the_next_one(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        heads = office.programme.team("night-relief").headcount
        await office.joined(heads - 1, "night-relief")
        await office.turn()
        await grown(office, "night-relief", heads + 5)
        code = await office.code("night-relief")
        assert await office.join(SAM, code) is True
        assert await first(office, SAM) is not None
        assert await office.join(KIT, code) is True
        assert await first(office, KIT) is None
        assert await office.answers(KIT) is Answered.NOT_ASKED


async def test_nothing_is_offered_outside_of_prompts_or_to_whoever_stopped(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.turn()
        assert await first(office) is None
        await office.join(SAM, await office.code())
        await enrol.stop(office.storage, office.address, SAM)
        assert await first(office) is None
        await enrol.resume(office.storage, office.address, SAM, secrets.token_bytes)
        office.now = at(30, 9)
        assert await first(office) is None
        assert await office.number(DELIVERIES) == 0


async def test_erasing_and_joining_again_gives_no_second_vote(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        code = await office.code()
        await office.join(SAM, code)
        await office.turn()
        assert await office.answers(SAM) is Answered.SEALED
        for _ in range(2):
            assert await enrol.forget(office.storage, office.address, SAM)
            assert await office.number(DEPARTURES) == 1
            assert await office.join(SAM, code) is True
            assert await first(office) is None
            assert await office.answers(SAM) is Answered.NOT_ASKED
        # Of another unit, somebody may start; and the next prompt is for everybody.
        await office.join(KIT, await office.code("control-room"))
        assert await first(office, KIT) is not None
        office.now = at(7, 9)
        await office.turn()
        assert await office.answers(SAM, prompt=1) is Answered.SEALED
        assert await office.number("SELECT count(*) FROM sealed_response") == 2


@pytest.mark.at_once
async def test_a_first_check_in_and_erasing_at_once_give_one_vote_at_most(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        code = await office.code()
        votes = 0
        for _ in range(4):
            await office.join(SAM, code)
            await asyncio.gather(
                first(office),
                office.answers(SAM),
                enrol.forget(office.storage, office.address, SAM),
            )
            votes = await office.number("SELECT count(*) FROM sealed_response")
            await office.join(SAM, code)
            await first(office)
            await office.answers(SAM)
            await enrol.forget(office.storage, office.address, SAM)
        assert votes <= await office.number("SELECT count(*) FROM sealed_response") <= 1


async def test_leaving_before_anything_was_asked_holds_up_nobody(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        code = await office.code()
        await office.join(SAM, code)
        assert await enrol.forget(office.storage, office.address, SAM)
        await office.turn()
        assert await office.number(DEPARTURES) == 0
        await office.join(SAM, code)
        assert await first(office) is not None


async def test_forgetting_takes_follow_ups_along_also_of_who_never_joined(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        follow_up = FollowUp(
            secrets.token_bytes(16),
            lookup_for(office.address, SAM, FollowUpKind.TOMORROW),
            b"sealed",
            FollowUpKind.TOMORROW,
            at(1, 12),
        )
        async with office.storage.transaction("put") as tx:
            await follow_ups.put(tx, follow_up)
        assert await enrol.forget(office.storage, office.address, SAM)
        assert await office.number("SELECT count(*) FROM follow_up") == 0
        assert not await enrol.forget(office.storage, office.address, SAM)


async def test_a_departure_goes_with_its_round(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await office.joined(1)
        await office.join(SAM, await office.code())
        await office.turn()
        assert await enrol.forget(office.storage, office.address, SAM)
        assert await office.number(DEPARTURES) == 1
        office.now = at(28, 0)
        await office.turn()
        assert await office.number(f"{DEPARTURES} WHERE round = '{ROUND}'") == 0
