"""The door: one link, once, for twelve hours, and the same silence to everybody else."""

import hashlib
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import Permission
from bot.web.application import web_application
from bot.web.sign_in import SESSION_LASTS, Door, OneTimeDoor, OpenDoor

HOST = "results.example"
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 12, 14, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def a_door(clock: Clock | None = None, *, secure: bool = True) -> OneTimeDoor:
    """A door whose random bytes are different each time and known to the test."""
    numbers = itertools.count()

    def random(size: int) -> bytes:
        return hashlib.sha256(str(next(numbers)).encode()).digest()[:size]

    return OneTimeDoor(random, clock or Clock(), secure=secure)


async def results(request: Request) -> Response:
    return PlainTextResponse("the results")


@asynccontextmanager
async def outside(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has not come in yet."""
    paths = ("/results", "/results/{round_id}")
    shown: list[BaseRoute] = [
        Route(path, door.protect(results, Permission.SEE_RESULTS)) for path in paths
    ]
    application = web_application([*door.routes(), *shown], allowed_hosts=[HOST], on_loopback=False)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}") as client:
        yield client


async def test_the_link_lets_in_once_its_button_is_pressed() -> None:
    door = a_door()
    async with outside(door) as client:
        assert "Show me the results" in (await client.get(door.link)).text
        answer = await client.post(door.link, headers=FROM_OUR_PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/results")
        assert (await client.get("/results")).text == "the results"


async def test_opening_the_link_uses_nothing_up() -> None:
    door = a_door()
    async with outside(door) as client:
        for _ in range(3):
            assert (await client.get(door.link)).status_code == 200
        assert (await client.get("/results")).status_code == 403
        assert (await client.post(door.link)).status_code == 303


async def test_a_used_link_lets_nobody_else_in() -> None:
    door = a_door()
    async with outside(door) as first, outside(door) as second:
        await first.post(door.link)
        for answer in (await second.get(door.link), await second.post(door.link)):
            assert answer.status_code == 403
            assert "Set-Cookie" not in answer.headers
            assert "each link works once" in answer.text
        assert (await second.get("/results")).status_code == 403


@pytest.mark.parametrize("secret", ["x", "0" * 43, "%F0%9F%94%92", "é"])
async def test_a_wrong_link_opens_nothing_and_uses_nothing_up(secret: str) -> None:
    door = a_door()
    async with outside(door) as client:
        for answer in (await client.get(f"/enter/{secret}"), await client.post(f"/enter/{secret}")):
            assert answer.status_code == 403
            assert "Set-Cookie" not in answer.headers
        assert (await client.post(door.link)).status_code == 303


async def test_another_site_cannot_press_the_button() -> None:
    door = a_door()
    async with outside(door) as client:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert (await client.post(door.link, headers=headers)).status_code == 403
        assert (await client.post(door.link, headers=FROM_OUR_PAGE)).status_code == 303


async def test_another_site_cannot_make_somebody_leave() -> None:
    door = a_door()
    async with outside(door) as client:
        await client.post(door.link)
        assert (
            await client.post("/leave", headers={"Sec-Fetch-Site": "cross-site"})
        ).status_code == 403
        assert (await client.get("/results")).status_code == 200


async def test_a_visit_ends_after_twelve_hours() -> None:
    clock = Clock()
    door = a_door(clock)
    async with outside(door) as client:
        await client.post(door.link)
        clock.moment += SESSION_LASTS - timedelta(seconds=1)
        assert (await client.get("/results")).status_code == 200
        clock.moment += timedelta(seconds=1)
        assert (await client.get("/results")).status_code == 403
    assert timedelta(hours=12) == SESSION_LASTS


async def test_leaving_ends_the_visit_also_for_a_copied_cookie() -> None:
    door = a_door()
    async with outside(door) as client:
        await client.post(door.link)
        copied = client.cookies[door.cookie]
        answer = await client.post("/leave", headers=FROM_OUR_PAGE)
        assert "You have left" in answer.text
        assert door.cookie not in client.cookies
        headers = {"Cookie": f"{door.cookie}={copied}"}
        assert (await client.get("/results", headers=headers)).status_code == 403


@pytest.mark.parametrize("value", ["", "x", "0" * 43])
async def test_an_invented_cookie_opens_nothing(value: str) -> None:
    door = a_door()
    async with outside(door) as inside, outside(door) as client:
        await inside.post(door.link)
        headers = {"Cookie": f"{door.cookie}={value}"}
        assert (await client.get("/results", headers=headers)).status_code == 403


async def test_the_cookie_stays_with_this_host_and_away_from_scripts() -> None:
    door = a_door()
    async with outside(door) as client:
        cookie = (await client.post(door.link)).headers["Set-Cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-session=")
    assert set(attributes) == {"HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"}


async def test_on_loopback_the_cookie_works_without_https() -> None:
    door = a_door(secure=False)
    async with outside(door) as client:
        cookie = (await client.post(door.link)).headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "Secure" not in cookie


async def test_outside_every_round_looks_alike() -> None:
    async with outside(a_door()) as client:
        answers = [await client.get(path) for path in ("/results", "/results/a", "/results/b")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert "twelve hours" in answers[0].text


async def test_the_link_of_an_earlier_start_opens_nothing() -> None:
    clock = Clock()
    earlier = OneTimeDoor(lambda size: b"1" * size, clock, secure=True)
    door = OneTimeDoor(lambda size: b"2" * size, clock, secure=True)
    async with outside(door) as client:
        assert (await client.post(earlier.link)).status_code == 403
        assert (await client.post(door.link)).status_code == 303


def test_a_door_prints_without_its_secret() -> None:
    door = a_door()
    assert door.link.removeprefix("/enter/") not in repr(door)
    assert len(door.link.removeprefix("/enter/")) == 43


def test_the_secrets_in_memory_are_hashes() -> None:
    door = a_door()
    kept = {name: value for name, value in vars(door).items() if name != "link"}
    assert door.link.removeprefix("/enter/") not in repr(kept)


async def test_an_open_door_lets_everybody_in_and_offers_no_way_out() -> None:
    door = OpenDoor()
    assert not door.can_leave
    async with outside(door) as client:
        assert (await client.get("/results")).text == "the results"
        assert (await client.post("/leave")).status_code == 404
