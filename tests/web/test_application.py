"""The application: the same guards before every answer, and errors that say what to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.assets import STATIC
from bot.web.guards import HSTS, SAFE_HEADERS

HOST = "results.example"


class Broken(Exception):
    """Stands for a mistake of ours; its text is not for a page."""


async def plain(request: Request) -> Response:
    return PlainTextResponse("plain", headers={"Content-Security-Policy": "default-src *"})


async def kept(request: Request) -> Response:
    return PlainTextResponse("kept", headers={"Cache-Control": "max-age=60"})


async def broken(request: Request) -> Response:
    raise Broken("the text of the mistake")


async def teapot(request: Request) -> Response:
    raise HTTPException(418, "This is a teapot")


ROUTES = [
    Route("/plain", plain, methods=["GET", "POST"]),
    Route("/kept", kept),
    Route("/broken", broken),
    Route("/teapot", teapot),
    Mount("/mounted", routes=[Route("/plain", plain)]),
]


@asynccontextmanager
async def asking(
    host: str = HOST, *, on_loopback: bool = False
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that answers for HOST and loopback."""
    application = web_application(
        ROUTES, allowed_hosts=[HOST, "127.0.0.1", "[::1]"], on_loopback=on_loopback
    )
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{host}") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/plain", 200),
        ("HEAD", "/plain", 200),
        ("GET", "/mounted/plain", 200),
        ("GET", "/healthz", 200),
        ("GET", "/static/style.css", 200),
        ("GET", "/static/missing.css", 404),
        ("GET", "/missing", 404),
        ("GET", "/mounted/missing", 404),
        ("POST", "/kept", 405),
        ("GET", "/teapot", 418),
        ("GET", "/broken", 500),
    ],
)
async def test_every_answer_carries_the_safe_headers(method: str, path: str, status: int) -> None:
    async with asking() as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    for name, value in SAFE_HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    assert answer.headers["Strict-Transport-Security"] == HSTS


async def test_refusals_carry_the_safe_headers_too() -> None:
    async with asking("elsewhere.example") as client:
        wrong_host = await client.get("/plain")
    async with asking() as client:
        wrong_site = await client.post("/plain", headers={"Sec-Fetch-Site": "cross-site"})
    assert (wrong_host.status_code, wrong_site.status_code) == (400, 403)
    for answer in (wrong_host, wrong_site):
        assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS
        assert answer.headers["Cache-Control"] == "no-store"


async def test_on_loopback_nothing_is_said_about_https() -> None:
    async with asking(on_loopback=True) as client:
        answer = await client.get("/plain")
    assert "Strict-Transport-Security" not in answer.headers


async def test_pages_are_not_kept_unless_they_say_so_themselves() -> None:
    async with asking() as client:
        assert (await client.get("/plain")).headers["Cache-Control"] == "no-store"
        assert (await client.get("/missing")).headers["Cache-Control"] == "no-store"
        assert (await client.get("/kept")).headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("host", [HOST, f"{HOST}:8443", "127.0.0.1:8080", "[::1]:8080", "[::1]"])
async def test_our_own_names_are_answered_with_and_without_a_port(host: str) -> None:
    async with asking(host) as client:
        assert (await client.get("/plain")).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", f"{HOST}.evil.example", "127.0.0.1.evil.example"])
async def test_a_name_that_somebody_points_here_is_refused(host: str) -> None:
    async with asking(host) as client:
        assert (await client.get("/plain")).status_code == 400
        assert (await client.get("/static/style.css")).status_code == 400


async def test_a_health_check_may_ask_by_any_name() -> None:
    async with asking("10.0.0.7") as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": f"https://{HOST}"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": f"https://{HOST}"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": f"https://{HOST}.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "http://[not-an-address]"}, 403),
    ],
)
async def test_writes_are_taken_from_our_own_pages(headers: dict[str, str], status: int) -> None:
    async with asking() as client:
        answer = await client.post("/plain", headers=headers)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_reading_is_open_to_links_from_elsewhere() -> None:
    async with asking() as client:
        answer = await client.get("/plain", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


async def test_an_error_page_is_kind_and_shows_no_trace() -> None:
    async with asking() as client:
        answer = await client.get("/broken")
    assert "Nothing was lost" in answer.text
    for word in ("Broken", "the text of the mistake", "Traceback", ".py"):
        assert word not in answer.text


async def test_a_refused_method_says_which_are_taken() -> None:
    async with asking() as client:
        answer = await client.post("/kept")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert "Go back" in answer.text


async def test_an_address_is_not_repeated_on_the_page_about_it() -> None:
    async with asking() as client:
        answer = await client.get("/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "alert" not in answer.text


async def test_a_static_file_is_kept_for_long_under_its_version_only() -> None:
    async with asking() as client:
        versioned = await client.get(STATIC.url("style.css"))
        plain = await client.get("/static/style.css")
        outdated = await client.get("/static/style.css?v=0000000000000000")
    assert versioned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert versioned.headers["Content-Type"] == "text/css; charset=utf-8"
    assert plain.headers["Cache-Control"] == outdated.headers["Cache-Control"] == "no-cache"
    assert versioned.content == plain.content == (STATIC.folder / "style.css").read_bytes()


@pytest.mark.parametrize(
    "path", ["../application.py", "..%2fapplication.py", "%2e%2e/application.py", "/etc/passwd", ""]
)
async def test_nothing_outside_of_the_static_folder_can_be_asked_for(path: str) -> None:
    async with asking() as client:
        assert (await client.get(f"/static/{path}")).status_code == 404


async def test_an_answer_in_pieces_goes_out_piece_by_piece() -> None:
    arrived = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        await arrived.wait()
        yield b"second"

    async def slowly(request: Request) -> Response:
        return StreamingResponse(pieces())

    application = web_application(
        [Route("/slowly", slowly)], allowed_hosts=["127.0.0.1"], on_loopback=True
    )
    async with (
        serving(application) as address,
        httpx.AsyncClient(trust_env=False) as client,
        client.stream("GET", f"{address}/slowly") as answer,
    ):
        received = answer.aiter_raw()
        assert await anext(received) == b"first"
        arrived.set()
        assert await anext(received) == b"second"
