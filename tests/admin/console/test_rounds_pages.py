"""The page about rounds: where each stands, what may be asked for, and what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot.admin.console.rounds import round_routes
from bot.core.rounds import RoundState
from bot.web.application import web_application
from bot.workflows import errands, programme, steering
from bot.workflows.round_desk import RoundDesk, Rounds
from storage.engine import Storage
from tests.admin.console.consoles import AUDITOR, KESTREL, LEAD, NamedDoor, with_admins, words
from tests.workflows.abandoned import abandon
from tests.workflows.harming import nonsense
from tests.workflows.office import MONDAY, ROUND, Office, an_office, at
from tests.workflows.test_steering import QUARTERLY, quarterly


@dataclass
class Visit:
    """Somebody before the page, and the office behind it."""

    client: httpx.AsyncClient
    office: Office
    door: NamedDoor

    async def get(self, path: str = "/rounds", status: int = 200) -> str:
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def reads(self, path: str = "/rounds") -> str:
        return words(await self.get(path))

    async def ask(self, path: str, **fields: str) -> str:
        """Send a form and return where it leads."""
        answer = await self.client.post(path, data=fields or {"form": "x"})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def refused(self, path: str, status: int = 422, **fields: str) -> str:
        answer = await self.client.post(path, data=fields or {"form": "x"})
        assert answer.status_code == status, answer.text
        return words(answer.text)

    async def carry_out(self) -> None:
        office = self.office
        handlers = steering.handlers(office.storage, office.instruments, office.clock)
        await errands.carry_out_due(office.storage, handlers, office.clock)


@asynccontextmanager
async def before(office: Office, patience: float = 0) -> AsyncIterator[Visit]:
    await with_admins(office.storage, KESTREL)
    door = NamedDoor(KESTREL)
    desk = RoundDesk(office.storage, office.clock, patience)
    application = web_application(
        round_routes(desk, door), allowed_hosts=["console.example"], on_loopback=True
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        yield Visit(client, office, door)


@pytest.fixture
async def visit(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Visit]:
    async with an_office(sqlite_database, tmp_path) as office, before(office) as opened:
        yield opened


@pytest.fixture
async def quarter(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Visit]:
    async with (
        an_office(sqlite_database, tmp_path, document=quarterly()) as office,
        before(office) as opened,
    ):
        yield opened


async def test_a_round_is_paused_and_resumed_and_the_page_says_what_came_of_it(
    visit: Visit,
) -> None:
    await visit.office.turn()
    page = await visit.reads()
    assert "Open: takes answers, and closes as 4 January 2027 begins." in page
    assert "1 of 4 prompts have had their day, next 14 December 2026." in page
    assert "Its result comes from 4 January 2027 on." in page
    assert "It cannot be extended: the next round opens on 2027-01-04." in page
    assert "It can be closed early from 10 December 2026 on" in page
    asked = await visit.ask(f"/rounds/{ROUND}/pause")
    page = await visit.reads(asked)
    assert f"Pause {ROUND}: waits. The officers' process has not said yet" in page
    assert f'href="{asked}">Look again' in await visit.get(asked)
    await visit.carry_out()
    page = await visit.reads(asked)
    assert f"Pause {ROUND}: done. The round {ROUND} is paused" in page
    assert "Paused since 7 December 2026: nobody is written to." in page
    asked = await visit.ask(f"/rounds/{ROUND}/resume")
    await visit.carry_out()
    page = await visit.reads(asked)
    assert f"The round {ROUND} goes on." in page
    assert "Open: takes answers" in page
    assert f"Pause {ROUND} , by Kestrel: done." in page


async def test_the_page_waits_a_moment_for_the_officers_process(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, before(office, 20) as visit:
        await office.turn()
        asked = await visit.ask(f"/rounds/{ROUND}/pause")
        page = asyncio.create_task(visit.reads(asked))
        await visit.carry_out()
        assert "Paused since" in await page


async def test_a_round_is_extended_by_a_day_that_may_be(quarter: Visit) -> None:
    await quarter.office.turn()
    assert "One of 14 to 20 December 2026, such as 2026-12-14." in await quarter.reads()
    path = f"/rounds/{QUARTERLY}/extend"
    for given in ("", "soon", "2026-12-13", "2026-12-21", "9" * 40):
        page = await quarter.refused(path, last_day=given)
        assert "Give a day" in page
    html = (await quarter.client.post(path, data={"last_day": "2026-12-21"})).text
    assert 'value="2026-12-21"' in html
    assert 'aria-invalid="true"' in html
    assert "<details open>" in html
    asked = await quarter.ask(path, last_day="2026-12-16")
    assert f"Extend {QUARTERLY} to 2026-12-16: waits" in await quarter.reads(asked)
    await quarter.carry_out()
    page = await quarter.reads(asked)
    assert "takes answers until the end of 2026-12-16" in page
    assert "closes as 17 December 2026 begins" in page


async def test_an_early_close_wants_to_be_meant_and_comes_not_too_soon(visit: Visit) -> None:
    await visit.office.turn()
    path = f"/rounds/{ROUND}/close"
    assert "cannot be closed before 2026-12-10" in await visit.refused(path, sure="yes")
    visit.office.now = at(3, 9)
    assert "Tick this if the round is to be closed." in await visit.refused(path)
    asked = await visit.ask(path, sure="yes")
    await visit.carry_out()
    page = await visit.reads(asked)
    assert "is closed" in page
    assert "Closed early. It takes no more answers." in page
    assert "Its result comes within minutes" in page
    assert "takes no more answers" in await visit.refused(path, sure="yes")


async def test_a_round_that_did_not_open_by_itself_is_opened(visit: Visit) -> None:
    page = await visit.reads()
    assert "Should be open since 7 December 2026." in page
    asked = await visit.ask("/rounds/open", check_in="weekly-pulse")
    await visit.carry_out()
    assert f"The round {ROUND} is open." in await visit.reads(asked)
    for check_in in ("weekly-pulse", "daily", ""):
        assert "no round to open now" in await visit.refused("/rounds/open", check_in=check_in)
    assert "Opens by itself on 4 January 2027." in await visit.reads()


async def test_a_round_that_a_new_schedule_leaves_out_is_not_said_to_be_due(visit: Visit) -> None:
    office = visit.office
    await office.turn()
    pulse = office.programme.check_in("weekly-pulse")
    changed = pulse.model_copy(
        update={"recurrence": "FREQ=WEEKLY;BYDAY=TU", "starts_on": MONDAY + timedelta(days=1)}
    )
    newer = office.programme.model_copy(update={"check_ins": [changed]})
    await programme.load(office.storage, newer, "test", "test", office.clock)
    office.now = at(2, 9)
    page = await visit.reads()
    assert "Should be open" not in page
    assert "Opens by itself on 5 January 2027." in page
    assert "no round to open now" in await visit.refused("/rounds/open", check_in="weekly-pulse")


async def test_what_cannot_be_done_says_so_and_is_not_asked_for(visit: Visit) -> None:
    await visit.office.turn()
    assert "expected one that can go on" in await visit.refused(f"/rounds/{ROUND}/resume")
    await visit.refused("/rounds/nothing/pause", 404)
    await visit.refused("/rounds/%00/pause", 404)
    visit.office.now = at(28, 0)
    page = await visit.reads()
    assert "Its time is over: it closes within a minute" in page
    assert "Change this round" not in page
    assert (
        await errands.lately(visit.office.storage, frozenset(errands.Kind), visit.office.clock)
        == []
    )


async def test_who_may_see_the_programme_sees_rounds_and_who_may_not_steer_has_no_button(
    visit: Visit,
) -> None:
    await visit.office.turn()
    visit.door.who = AUDITOR
    page = await visit.get()
    assert "Open: takes answers" in page
    assert "<form" not in page
    for act in ("pause", "resume", "extend", "close"):
        await visit.refused(f"/rounds/{ROUND}/{act}", 403)
    visit.door.who = LEAD
    await visit.get(status=403)
    visit.door.who = None
    await visit.get(status=403)


async def test_the_page_says_the_same_whoever_and_however_many_answered(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office, before(office) as visit:
        officers = await office.joined(12)
        await office.turn()
        office.now = at(1, 12)
        nobody = await visit.get()
        await office.passes(at(1, 13))
        for officer in officers:
            await office.answers(officer)
        office.now = at(1, 12)
        assert await visit.get() == nobody


async def test_past_rounds_are_listed_a_page_at_a_time_with_when_their_result_came(
    visit: Visit,
) -> None:
    office = visit.office
    await office.turn()
    async with office.storage.transaction("past") as tx:
        for number in range(45):
            await tx.execute(
                text(
                    "INSERT INTO sealing_key (id, public, state) VALUES (:id, x'00', 'destroyed')"
                ).bindparams(id=f"k{number}")
            )
            day = MONDAY - timedelta(weeks=4 * (number + 1))
            await tx.execute(
                text(
                    "INSERT INTO round (id, check_in, opens_on, state, closes_at, prompts_opened,"
                    " programme_version, sealing_key, units, released_at) VALUES (:id, :check_in,"
                    " :day, :state, '2026-01-01', 4, 1, :key, '{}', '2026-11-09 12:00:00.000000')"
                ).bindparams(
                    id=f"weekly-pulse-{day}" if number else "gone-2026-11-09",
                    check_in="weekly-pulse" if number else "<b>gone</b>",
                    day=day.isoformat(),
                    state=RoundState.RELEASED if number < 2 else RoundState.SHREDDED,
                    key=f"k{number}",
                )
            )
    page = await visit.reads()
    assert "<b>gone</b>, from 9 November 2026: Result of 9 November 2026." in page
    assert page.count("Result of") == 20
    assert "answers and key are destroyed" in page
    assert "Its result comes from 4 January 2027 on." in page
    assert "Older" in page
    last = await visit.get("/rounds?skip=40")
    assert words(last).count("Result of") == 5
    assert 'href="/rounds?skip=20"' in last
    for odd in ("-1", "x", "9" * 30):
        await visit.get(f"/rounds?skip={odd}&asked={odd}")


async def test_a_round_that_was_abandoned_is_past_and_leads_to_no_result(visit: Visit) -> None:
    office = visit.office
    await office.turn()
    await nonsense(office)
    office.now = at(28, 0)
    await office.turn()
    await abandon(office)
    html = await visit.get()
    assert "Abandoned: it has no result and never will. Answers and key are destroyed." in html
    assert "Result of" not in html
    assert f"/results/{ROUND}" not in html
    assert "Its result comes within minutes" not in html


async def test_without_a_programme_the_page_is_empty_and_not_broken(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    found = await RoundDesk(storage, lambda: at(0, 9)).overview()
    await storage.close()
    assert found == Rounds((), (), (), 0, False)


async def test_it_says_that_no_round_opens_before_help_is_named(visit: Visit) -> None:
    office = visit.office
    assert "Open it now" in await visit.reads()
    lacking = office.programme.model_copy(update={"support": []})
    await programme.load(office.storage, lacking, "test", "test", office.clock)
    page = await visit.reads()
    assert "None opens before the force has said where help is" in page
    assert "Open it now" not in page
    asked = await visit.ask("/rounds/open", check_in=office.programme.check_ins[0].id)
    await visit.carry_out()
    assert "no entry of the force for talk" in await visit.reads(asked)
