"""What stands behind a door names what it needs, and the demo's door lets everybody in."""

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.core.access import Permission, Role, Visitor
from bot.web.application import web_application
from bot.web.sign_in import EVERYBODY, OpenDoor, permission_of, visitor_of

HOST = "results.example"


async def results(request: Request) -> Response:
    return PlainTextResponse(f"the results, {visitor_of(request).name}")


class DoorOf(OpenDoor):
    """A door that takes everybody for one visitor."""

    def __init__(self, known: Visitor) -> None:
        self._known = known

    async def visitor(self, request: Request) -> Visitor:
        """Return the one."""
        return self._known


async def asked(door: OpenDoor, method: str = "GET", path: str = "/results") -> httpx.Response:
    """Ask for a page behind a door."""
    route = Route("/results", door.protect(results, Permission.SEE_RESULTS))
    application = web_application([*door.routes(), route], allowed_hosts=[HOST], on_loopback=False)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}") as client:
        return await client.request(method, path)


async def test_an_open_door_lets_everybody_in_and_offers_no_way_out() -> None:
    assert not OpenDoor.can_leave
    assert (await asked(OpenDoor())).text == f"the results, {EVERYBODY.name}"
    assert (await asked(OpenDoor(), "POST", "/sign-out")).status_code == 404


async def test_who_is_inside_and_may_not_is_told_so() -> None:
    refused = await asked(DoorOf(Visitor("Robin Example", frozenset({Role.ADMIN}))))
    assert refused.status_code == 403
    assert "for those who may see results" in refused.text
    assert (await asked(DoorOf(Visitor("Sam", frozenset({Role.LEAD}))))).status_code == 200


def test_a_page_behind_a_door_tells_what_it_needs() -> None:
    assert permission_of(results) is None
    behind = OpenDoor().protect(results, Permission.SEE_RESULTS)
    assert permission_of(behind) is Permission.SEE_RESULTS
