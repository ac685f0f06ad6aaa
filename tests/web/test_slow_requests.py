"""A request that takes its time: who sent it is asked once more when all of it is here."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.core.access import OPERATOR, Permission, Role
from bot.web import fields, uploads
from bot.web.application import web_application
from bot.web.fields import read_fields
from bot.web.sign_in import OpenDoor
from bot.web.uploads import read_upload
from tests.web.doors import FROM_OUR_PAGE, HOST, Doorway, a_doorway

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UPLOAD = {"Content-Type": "multipart/form-data; boundary=b"}
BODIES = {
    "/form": (FORM, b"name=", b"value"),
    "/upload": (
        UPLOAD,
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
        b"x\r\n--b--\r\n",
    ),
}


class Pages:
    """Two pages behind a door that write down who did something."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def form(self, request: Request) -> Response:
        """Take a form."""
        self.done.append((await read_fields(request)).one("name"))
        return PlainTextResponse("done")

    async def upload(self, request: Request) -> Response:
        """Take an upload."""
        self.done.append((await read_upload(request, 1000)).fields.one("a"))
        return PlainTextResponse("done")


def routes_behind(made: Doorway, pages: Pages) -> list[Route]:
    needs = Permission.SEE_PROGRAMME
    return [
        Route("/form", made.door.protect(pages.form, needs), methods=["POST"]),
        Route("/upload", made.door.protect(pages.upload, needs), methods=["POST"]),
    ]


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("act", ["disable", "change", "sign_out", "nothing"])
async def test_a_request_begun_before_access_ended_does_nothing_after_it(
    sqlite_database: str, path: str, act: str
) -> None:
    pages = Pages()
    async with a_doorway(sqlite_database) as made:
        made.routes = routes_behind(made, pages)
        client, _ = await made.accepted("Robin Example")
        await made.accepted("Sam Example")
        member = await made.house.staff.named("Robin Example")
        headers, first, rest = BODIES[path]

        async def body() -> Any:
            yield first
            staff = made.house.staff
            if act == "disable":
                await staff.disable(member.id, OPERATOR)
            elif act == "change":
                await staff.change(member.id, [Role.ADMIN, Role.LEAD], None, OPERATOR)
            elif act == "sign_out":
                await staff.sign_out(member.id, OPERATOR)
            yield rest

        answer = await client.post(path, content=body(), headers=headers)
    if act == "nothing":
        assert (answer.status_code, len(pages.done)) == (200, 1)
    else:
        assert answer.status_code == 403
        assert "You are signed out" in answer.text
        assert pages.done == []


@pytest.mark.parametrize("path", BODIES)
async def test_what_does_not_arrive_is_given_up(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (fields, uploads):
        monkeypatch.setattr(module, "READ_WITHIN", 0.0)
    pages, door = Pages(), OpenDoor()
    shown = [
        Route("/form", door.protect(pages.form, Permission.SEE_PROGRAMME), methods=["POST"]),
        Route("/upload", door.protect(pages.upload, Permission.SEE_PROGRAMME), methods=["POST"]),
    ]
    application = web_application(shown, allowed_hosts=[HOST], on_loopback=True)
    headers, first, _ = BODIES[path]

    async def body() -> Any:
        yield first
        await asyncio.Event().wait()

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application), base_url=f"http://{HOST}"
    ) as client:
        answer = await client.post(path, content=body(), headers=headers | FROM_OUR_PAGE)
    assert answer.status_code == 408
    assert "That took too long to arrive" in answer.text
    assert pages.done == []
