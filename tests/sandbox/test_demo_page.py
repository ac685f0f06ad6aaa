"""The demo's routes: the page, its JSON, and who may move the clock."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.errors import StandEasyError
from bot.core.rounds import RoundState
from bot.sandbox.demo.clock import MovableClock
from bot.sandbox.demo.page import Demo, DemoStatus, TeamInvitation, choose_teams
from bot.sandbox.demo.people import PEOPLE
from bot.sandbox.telegram_state import Telegram
from bot.sandbox.xray.page import ChatHashes
from bot.web.application import web_application

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
PROMPT = datetime(2026, 11, 23, 17, 1, tzinfo=UTC)
CLOSE = datetime(2026, 12, 21, 0, 1, tzinfo=UTC)
TEAMS = [
    TeamInvitation("north", "North Response", "AAAA2222BBBB", 40),
    TeamInvitation("dogs", "Dog Unit", "CCCC3333DDDD", 8),
    TeamInvitation("control", "Control Room", "EEEE4444FFFF", 60),
]
OURS = {"sec-fetch-site": "same-origin"}


class Failing(StandEasyError):
    """The tally has no keys."""

    hint = "Make some."


@dataclass
class Ticks:
    """A product that notes the moments at which it was asked to do what is due."""

    clock: MovableClock
    moments: list[datetime] = field(default_factory=list)
    prompt: datetime | None = PROMPT
    closes: datetime | None = CLOSE
    fails: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    ticking: asyncio.Event = field(default_factory=asyncio.Event)

    async def tick(self) -> None:
        """Note the moment, and wait at the gate."""
        self.ticking.set()
        await self.gate.wait()
        if self.fails:
            raise Failing
        self.moments.append(self.clock.now())

    async def finish(self) -> None:
        """Nothing was asked for."""

    async def next_prompt_at(self) -> datetime | None:
        """The moment a test chose."""
        return self.prompt

    async def round_closes_at(self) -> datetime | None:
        """The moment a test chose."""
        return self.closes

    async def status(self) -> DemoStatus:
        """An open round."""
        return DemoStatus("Fenmarch", "Europe/London", RoundState.OPEN, 1, 4, date(2026, 12, 21))


@dataclass
class Visit:
    """A browser at the demo."""

    client: httpx.AsyncClient
    product: Ticks
    demo: Demo

    async def move(self, to: Any) -> httpx.Response:
        """Press a button of the clock."""
        return await self.client.post("/demo/clock", json={"to": to}, headers=OURS)

    async def state(self) -> dict[str, Any]:
        """What the page is told every second."""
        state: dict[str, Any] = (await self.client.get("/demo/state")).json()
        return state


@pytest.fixture
async def visit(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Visit]:
    database = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, database)
    clock = MovableClock(lambda: START)
    product = Ticks(clock)
    product.gate.set()
    hashes = ChatHashes(lambda _: b"", lambda _: [], lambda *_: b"")
    demo = Demo(Telegram(), clock, product, database, TEAMS, hashes)
    app = web_application(demo.routes, allowed_hosts=["127.0.0.1"], on_loopback=True)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield Visit(client, product, demo)
    await demo.close()


async def test_the_page_needs_no_inline_script_or_style(visit: Visit) -> None:
    page = await visit.client.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "style=" not in page.text
    assert "onclick" not in page.text
    assert page.text.count("<script") == 1
    for name in ("demo.css", "demo.js", "demo-xray.js", "phone.js"):
        assert (await visit.client.get(f"/sandbox/static/{name}")).status_code == 200


async def test_there_is_a_phone_for_three_teams_one_in_welsh_and_one_of_an_admin(
    visit: Visit,
) -> None:
    assert [each.team for each in choose_teams(TEAMS)] == ["north", "dogs", "control"]
    assert [each.team for each in choose_teams(TEAMS[:1])] == ["north"]
    page = (await visit.client.get("/")).text
    assert page.count('class="demo-officer"') == 5
    assert page.count("data-code=") == 4
    assert page.count("Telegram in Welsh") == 1
    phones = (await visit.client.get("/sandbox/phones")).json()["phones"]
    assert [phone["started"] for phone in phones] == [False] * 5
    assert [phone["language_code"] for phone in phones] == ["en", "en", "en", "cy", "en"]


async def test_the_page_offers_to_be_somebody_in_the_console(visit: Visit) -> None:
    page = (await visit.client.get("/")).text
    assert [
        key
        for key in ("admin", "auditor", "lead")
        if f'method="post" action="/console/{key}"' in page
    ] == [person.key for person in PEOPLE]


async def test_the_next_prompt_is_planned_in_the_morning_and_sent_by_the_evening(
    visit: Visit,
) -> None:
    assert (await visit.move("next-prompt")).json() == {"sentence": ""}
    assert visit.product.moments == [PROMPT - timedelta(hours=12), PROMPT]
    assert (await visit.state())["steps"] == ["prompt"]


async def test_a_day_passes_in_steps(visit: Visit) -> None:
    await visit.move("day")
    assert len(visit.product.moments) == 8
    assert visit.product.moments[-1] == START + timedelta(days=1)


def ask_for(database: Path, *moments: str) -> None:
    """Put messages that somebody asked for into the file, due at these moments."""
    with closing(sqlite3.connect(database)) as file, file:
        for number, due in enumerate(moments):
            row = (bytes([number]) * 16, bytes([number]) * 32, b"sealed", "tomorrow", due, "due", 0)
            file.execute(
                "INSERT INTO follow_up (id, lookup, address, kind, due_at, state, attempts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )


async def test_a_jump_stops_for_what_somebody_asked_for(visit: Visit, tmp_path: Path) -> None:
    ask_for(tmp_path / "stand-easy.db", "2026-12-01 12:00:00", "2026-12-25 12:00:00")
    await visit.move("close")
    asked = datetime(2026, 12, 1, 12, 1, tzinfo=UTC)
    assert visit.product.moments == [asked, CLOSE]


async def test_a_day_brings_what_was_asked_for_tomorrow(visit: Visit, tmp_path: Path) -> None:
    evening, next_day = "2026-11-23 23:30:00", "2026-11-24 09:00:00"
    ask_for(tmp_path / "stand-easy.db", evening, next_day)
    await visit.move("day")
    assert visit.product.moments[-2:] == [
        START + timedelta(days=1),
        datetime(2026, 11, 23, 23, 31, tzinfo=UTC),
    ]


async def test_the_close_is_one_move(visit: Visit) -> None:
    await visit.move("close")
    assert visit.product.moments == [CLOSE]
    assert (await visit.state())["steps"] == ["close"]


@pytest.mark.parametrize("to", ["yesterday", "", None, 7, ["day"]])
async def test_an_unknown_move_is_refused(visit: Visit, to: Any) -> None:
    assert (await visit.move(to)).status_code == 400
    assert visit.product.moments == []


async def test_without_a_prompt_or_a_round_the_page_says_so(visit: Visit) -> None:
    visit.product.prompt = visit.product.closes = None
    for to, said in (("next-prompt", "No further check-in"), ("close", "No round is open")):
        answer = await visit.move(to)
        assert answer.status_code == 409
        assert answer.json()["sentence"].startswith(said)
    assert not (await visit.state())["round_open"]


async def test_a_second_move_waits_its_turn(visit: Visit) -> None:
    visit.product.gate.clear()
    first = asyncio.create_task(visit.move("close"))
    await visit.product.ticking.wait()
    assert (await visit.state())["busy"]
    assert (await visit.move("day")).status_code == 409
    colleagues = await visit.client.post("/demo/colleagues", json={"count": 3}, headers=OURS)
    assert colleagues.status_code == 409
    visit.product.gate.set()
    assert (await first).status_code == 200
    assert not (await visit.state())["busy"]


async def test_a_move_that_fails_says_why_and_lets_the_next_one_through(visit: Visit) -> None:
    visit.product.fails = True
    answer = await visit.move("close")
    assert (answer.status_code, answer.json()) == (
        503,
        {"sentence": "The tally has no keys. Make some."},
    )
    visit.product.fails = False
    assert (await visit.move("close")).status_code == 200


@pytest.mark.parametrize("address", ["/demo/clock", "/demo/colleagues"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://elsewhere.example"}, 403),
        ({}, 403),
        (OURS | {"content-type": "text/plain"}, 415),
    ],
)
async def test_only_the_page_itself_may_move_anything(
    visit: Visit, address: str, headers: dict[str, str], status: int
) -> None:
    headers = {"content-type": "application/json"} | headers
    answer = await visit.client.post(address, content='{"to": "day"}', headers=headers)
    assert answer.status_code == status
    assert visit.product.moments == []


@pytest.mark.parametrize("count", [0, 201, -1, "60", 1.5, None, True])
async def test_an_unreasonable_number_of_colleagues_is_refused(visit: Visit, count: Any) -> None:
    answer = await visit.client.post("/demo/colleagues", json={"count": count}, headers=OURS)
    assert answer.status_code == 400


async def test_closing_sends_the_colleagues_home(visit: Visit) -> None:
    answer = await visit.client.post("/demo/colleagues", json={"count": 3}, headers=OURS)
    assert answer.status_code == 200
    assert (await visit.state())["busy"]
    await visit.demo.close()
    assert not (await visit.state())["busy"]


async def test_the_x_ray_looks_at_the_phones_of_the_page_only(visit: Visit) -> None:
    phones = (await visit.client.get("/sandbox/phones")).json()["phones"]
    look = await visit.client.get(f"/demo/xray?phone={phones[0]['id']}")
    assert (look.json()["joined"], look.json()["started"]) == (False, False)
    assert [card["id"] for card in look.json()["cards"]] == [
        "sealed",
        "mark",
        "link",
        "deliveries",
        "asked-for",
        "release",
        "lock",
        "tables",
    ]
    for asked in ("", "x", "7", "²"):
        assert (await visit.client.get(f"/demo/xray?phone={asked}")).status_code == 404


async def test_a_busy_database_is_said_kindly(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "stand-easy.db").rename(tmp_path / "away.db")
    phones = (await visit.client.get("/sandbox/phones")).json()["phones"]
    look = await visit.client.get(f"/demo/xray?phone={phones[0]['id']}")
    assert look.status_code == 503
