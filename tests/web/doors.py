"""A door for people with access, on a real database, and browsers before it, for tests."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.core.access import OPERATOR, Permission, Role
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor, visitor_of
from bot.web.sign_in.oidc import Provider
from bot.web.sign_in.site import Site
from bot.web.sign_in.staff_door import StaffDoor
from bot.workflows.staff import Staff
from storage.engine import Storage
from tests.web.authenticator import Authenticator
from tests.workflows.access import House

HOST = "standeasy.example"
ADDRESS = f"https://{HOST}"
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


class InsideDoor(OpenDoor):
    """Everybody is inside, as who signed in is: there is a way out."""

    can_leave = True


def a_door() -> StaffDoor:
    """A door before which everybody who asks is a stranger: it is never asked about a session."""
    house = House(cast(Storage, None))
    return StaffDoor(house.sign_in, house.own, Site(ADDRESS))


async def whose(request: Request) -> Response:
    """Say who asks."""
    return PlainTextResponse(f"the page of {visitor_of(request).name}")


PAGES = (
    ("/results", Permission.SEE_RESULTS),
    ("/results/{id}", Permission.SEE_RESULTS),
    ("/programme", Permission.SEE_PROGRAMME),
    ("/staff", Permission.SEE_STAFF),
)


@dataclass
class Doorway:
    """A house, its door, and the application behind it."""

    house: House
    door: StaffDoor
    routes: Sequence[BaseRoute] = ()
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Return a browser that has not come in yet; its writes come from our own pages."""
        shown = [
            Route(path, self.door.protect(whose, needs), methods=["GET", "POST"])
            for path, needs in PAGES
        ]
        application = web_application(
            [*self.door.routes(), *(self.routes or shown)],
            allowed_hosts=[HOST, "localhost", "127.0.0.1"],
            on_loopback=not self.door.site.is_secure,
        )
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application),
            base_url=self.door.site.origin,
            headers=FROM_OUR_PAGE | headers,
        )
        self.clients.append(client)
        return client

    def authenticator(self) -> Authenticator:
        """Return a device that knows this site."""
        return Authenticator(self.door.site.origin, self.door.site.host)

    async def invite(self, name: str, *roles: Role) -> str:
        """Invite somebody; return the path of the link."""
        made = await self.house.staff.invite(name, roles or (Role.ADMIN,), None, OPERATOR)
        return f"/invite/{made.secret}"

    async def accepted(self, name: str, *roles: Role) -> tuple[httpx.AsyncClient, Authenticator]:
        """Return the browser and the device of somebody who accepted an invite by passkey."""
        client, device = self.browser(), self.authenticator()
        answer = await accept(client, await self.invite(name, *roles), device)
        assert answer.status_code == 303, answer.text
        return client, device

    def passes(self, **time: float) -> None:
        """Let time pass."""
        self.house.moment += timedelta(**time)


async def accept(
    client: httpx.AsyncClient, link: str, device: Authenticator, **fields: str
) -> httpx.Response:
    """Accept an invite with a device."""
    asked = (await client.post(f"{link}/challenge", data={"": ""})).json()
    return await client.post(link, data={"credential": device.make(asked), **fields})


async def sign_in(
    client: httpx.AsyncClient, device: Authenticator, **fields: str
) -> httpx.Response:
    """Sign in with a device."""
    asked = (await client.post("/sign-in/challenge", data={"": ""})).json()
    sent = {"credential": device.answer(asked), **fields}
    return await client.post("/sign-in/passkey", data=sent)


@asynccontextmanager
async def a_doorway(
    database: str,
    *,
    public_url: str | None = ADDRESS,
    provider: Provider | None = None,
    routes: Sequence[BaseRoute] = (),
) -> AsyncIterator[Doorway]:
    """A door on a database, with a few pages behind it."""
    storage = Storage(database)
    house = House(storage)
    site = Site(public_url, 8080)
    door = StaffDoor(house.sign_in, house.own, site, provider)
    made = Doorway(house, door, routes)
    try:
        yield made
    finally:
        for client in made.clients:
            await client.aclose()
        await storage.close()


async def joins(database: str, browser: httpx.AsyncClient, origin: str, *roles: Role) -> None:
    """Invite somebody, and have them accept at a server that runs elsewhere on this database."""
    storage = Storage(database)
    staff = Staff(storage, lambda: datetime.now(UTC), secrets.token_bytes)
    made = await staff.invite("Robin Example", roles, None, OPERATOR)
    await storage.close()
    browser.headers.update(FROM_OUR_PAGE)
    device = Authenticator(origin, urlsplit(origin).hostname or "")
    assert (await accept(browser, f"/invite/{made.secret}", device)).status_code == 303
