"""Planning: a large force in short steps over several ticks, nobody twice and nobody left out."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.programme import Programme
from bot.core.rounds import RoundState
from bot.workflows import enrol, planning, programme
from storage import rounds
from storage.tables import delivery, enrolment
from tests.workflows.office import ROUND, Office, an_office, at
from tests.workflows.test_first_check_in import grown

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

DELIVERIES = "SELECT count(*) FROM delivery"


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four people in a transaction, eight in a tick."""
    monkeypatch.setattr(planning, "AT_ONCE", 4)
    monkeypatch.setattr(planning, "IN_A_TICK", 8)


async def prompts_opened(office: Office) -> int:
    row = await office.round()
    assert row is not None
    return row.prompts_opened


@pytest.mark.usefixtures("short_steps")
async def test_a_large_force_is_planned_over_several_ticks(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(18)
        await office.turn()
        assert (await office.number(DELIVERIES), await prompts_opened(office)) == (8, 0)
        assert await office.plan() == 8
        assert await prompts_opened(office) == 0
        assert await office.plan() == 2
        assert await prompts_opened(office) == 1
        assert await office.plan() == 0
        assert await office.number("SELECT count(DISTINCT enrolment) FROM delivery") == 18


@pytest.mark.usefixtures("short_steps")
@pytest.mark.at_once
async def test_several_that_plan_at_once_plan_everybody_once(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(18)
        await office.turn()
        while await prompts_opened(office) == 0:
            await asyncio.gather(*(office.plan() for _ in range(3)))
        assert await office.number(DELIVERIES) == 18


@pytest.mark.usefixtures("short_steps")
async def test_who_is_planned_gets_it_while_others_are_still_to_be_planned(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, at(0, 16)) as office:
        await office.joined(18)
        await office.turn()
        office.now = at(0, 18, 30)
        assert (await office.send()).arrived == 8


@pytest.mark.usefixtures("short_steps")
async def test_who_erases_everything_between_two_steps_is_passed_over(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(12)
        await office.turn()
        await office.change("DELETE FROM enrolment")
        assert await office.plan() == 0
        assert (await office.number(DELIVERIES), await prompts_opened(office)) == (0, 1)


async def test_nobody_is_sent_a_check_in_that_officers_start_themselves(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        content = json.loads(office.programme.model_dump_json())
        (weekly,) = [each for each in content["check_ins"] if each["id"] == "weekly-pulse"]
        started = weekly | {"prompts_per_round": 1, "invites": False, "recurrence": "FREQ=MONTHLY"}
        content["check_ins"] = [started | {"starts_on": "2026-12-07"}]
        await _load(office, content)
        officers = await office.joined(3)
        await office.passes(at(8, 12), timedelta(hours=12))
        assert (await office.view(ROUND)).row.state is RoundState.OPEN
        assert await office.number(DELIVERIES) == 0
        await office.passes(at(40, 0), timedelta(days=5))
        profiles = [await office.profile(officer) for officer in officers]
        assert [each.ignored for each in profiles if each] == [0, 0, 0]


async def _load(office: Office, content: object) -> None:
    document = Programme.model_validate_json(json.dumps(content))
    await programme.load(office.storage, document, "test", "test", office.clock)


async def test_a_prompt_asks_no_more_than_the_heads_the_round_opened_with(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        heads = office.programme.team("roads-policing").headcount
        early = await office.joined(heads - 1, "roads-policing")
        await office.turn()
        assert len(await asked_in(office, 0)) == heads - 1
        await grown(office, "roads-policing", heads + 5)
        late = await office.joined(4, "roads-policing")
        # Whoever stopped was asked in this round: nobody takes their place.
        await enrol.stop(office.storage, office.address, early[0])
        office.now = at(7, 9)
        await office.turn()
        invited = await asked_in(office, 1)
        assert invited >= {office.address.lookup(each) for each in early[1:]}
        assert len(invited) == heads - 1
        office.now = at(28, 9)
        await office.turn()
        async with office.storage.read("look") as tx:
            newest = await rounds.in_state(tx, RoundState.OPEN)
        invited = await asked_in(office, 0, newest[-1].id)
        assert invited == {office.address.lookup(each) for each in (*early[1:], *late)}


async def asked_in(office: Office, prompt: int, round_id: str = ROUND) -> set[bytes]:
    """Return the lookups of those with an invitation to a prompt."""
    async with office.storage.read("look") as tx:
        rows = await tx.all(
            select(enrolment.c.lookup)
            .join(delivery, delivery.c.enrolment == enrolment.c.id)
            .where(delivery.c.round == round_id, delivery.c.prompt == prompt)
        )
    return {row.lookup for row in rows}
