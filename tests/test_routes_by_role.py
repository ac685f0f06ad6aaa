"""Every page of the dashboard, visited as every role and as nobody.

What a page needs is taken from the page itself, so one that is added later is visited too; what
stands before the door is a closed list.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from bot import running
from bot.core.access import ALLOWED, OPERATOR, Permission, Role
from bot.web.application import web_application
from bot.web.sign_in import permission_of
from bot.web.sign_in.oidc import Client, Provider
from bot.web.sign_in.site import Site
from bot.web.sign_in.staff_door import StaffDoor
from bot.wiring import Assembly, Part, Settings
from storage.engine import Storage
from tests.test_wiring import settings_for
from tests.web.doors import ADDRESS, FROM_OUR_PAGE, HOST
from tests.workflows.access import House

PUBLIC = {
    *("/healthz", "/readyz", "/metrics", "/static/{name:path}"),
    *("/sign-in", "/sign-in/challenge", "/sign-in/passkey", "/sign-out"),
    *("/sign-in/through", "/sign-in/return"),
    *("/invite/{invite}", "/invite/{invite}/challenge", "/invite/{invite}/through"),
}
"""What stands before the door. Whoever adds to this list says why in docs/sign-in.md."""

CHANGES_NOTHING = {"/trail/verify"}
"""Sent by a button, and yet only looks."""

ROLES = [frozenset({role}) for role in Role]
"""One role each: that several add up is a fact about the table (tests/core/test_access.py)."""


@dataclass
class Dashboard:
    """The whole dashboard, and people with every set of roles before it."""

    routes: Sequence[Route]
    client: httpx.AsyncClient
    house: House
    door: StaffDoor

    sessions: dict[frozenset[Role], str] = field(default_factory=dict)

    async def _session(self, roles: frozenset[Role]) -> str:
        if roles not in self.sessions:
            inside = await self.house.sign_in.sign_in_with_subject("test", _called(roles), "")
            self.sessions[roles] = inside.secret
        return self.sessions[roles]

    async def asks(
        self, route: Route, method: str, roles: frozenset[Role] | None
    ) -> httpx.Response:
        """Ask for a page as somebody with these roles, signed in; None for nobody."""
        self.client.cookies.clear()
        if roles is not None:
            self.client.cookies.set(self.door.cookie, await self._session(roles), domain=HOST)
        if method != "GET":
            # Some pages end the session.
            self.sessions.clear()
        sent = {"": ""} if method == "POST" else None
        return await self.client.request(method, _path_of(route), data=sent)


@pytest.fixture
async def dashboard(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Dashboard]:
    """Every page that the dashboard's process has."""
    settings = settings_for(sqlite_database, tmp_path)
    storage = Storage(sqlite_database)
    try:
        async with before_it(settings, storage) as found:
            yield found
    finally:
        await storage.close()


@asynccontextmanager
async def before_it(settings: Settings, storage: Storage) -> AsyncIterator[Dashboard]:
    """Somebody for every set of roles, before the pages as `dashboard` serves them."""
    house = House(storage)
    await house.load_programme()
    for roles in ROLES:
        name = _called(roles)
        made = await house.staff.invite(name, roles, None, OPERATOR)
        await house.sign_in.accept_with_subject(made.secret, "test", name, "")
    provider = Provider(Client("http://127.0.0.1:9", "id", "secret"), house.now)
    door = StaffDoor(house.sign_in, house.own, Site(ADDRESS), provider)
    assembly = Assembly(settings, [Part.DASHBOARD], storage, house.now)
    application = web_application(
        [*assembly.routes(door), *running.oversight_routes(assembly, door)],
        allowed_hosts=[HOST],
        on_loopback=False,
    )
    routes = [route for route in application.routes if isinstance(route, Route)]
    assert len(routes) == len(application.routes)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(
        transport=transport, base_url=ADDRESS, headers=FROM_OUR_PAGE
    ) as client:
        yield Dashboard(routes, client, house, door)


def _called(roles: frozenset[Role]) -> str:
    return f"Robin the {' and '.join(sorted(roles))}"


def _path_of(route: Route) -> str:
    """Return an address of a page, where nothing need be."""

    def fill(found: re.Match[str]) -> str:
        return "1" if found[2] in (":int", ":number") else "x"

    return re.sub(r"\{(\w+)(:\w+)?\}", fill, route.path)


def _visits(routes: Sequence[Route]) -> list[tuple[Route, str, Permission]]:
    """Return every page behind the door with each way to ask for it, and what it needs."""
    found = []
    for route in routes:
        needs = permission_of(route.endpoint)
        if needs is not None:
            methods = sorted((route.methods or {"GET"}) - {"HEAD"})
            found += [(route, method, needs) for method in methods]
    return found


async def test_what_stands_before_the_door_is_a_closed_list(dashboard: Dashboard) -> None:
    open_to_all = {
        route.path for route in dashboard.routes if permission_of(route.endpoint) is None
    }
    # The leads' own way in is answered by the one before it, which is behind the door.
    assert open_to_all - {"/"} == PUBLIC
    first = next(route for route in dashboard.routes if route.path == "/")
    assert permission_of(first.endpoint) is Permission.OWN_ACCOUNT


async def test_every_permission_has_a_page_and_no_auditor_changes_anything(
    dashboard: Dashboard,
) -> None:
    visits = _visits(dashboard.routes)
    assert {needs for _, _, needs in visits} == set(Permission)
    for route, method, needs in visits:
        if method == "GET" or route.path in CHANGES_NOTHING:
            continue
        assert needs is Permission.OWN_ACCOUNT or Role.AUDITOR not in ALLOWED[needs], route.path


async def test_nobody_is_turned_away_from_every_page_in_the_same_way(dashboard: Dashboard) -> None:
    said = set()
    for route, method, _ in _visits(dashboard.routes):
        answer = await dashboard.asks(route, method, None)
        if method == "GET":
            assert answer.status_code == 303, route.path
            place = answer.headers["Location"]
            assert place == f"/sign-in?to={_path_of(route)}"
            assert answer.text == ""
        else:
            assert answer.status_code == 403, route.path
            said.add(answer.text)
    assert len(said) == 1
    assert "You are signed out" in said.pop()


@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "+".join(sorted(roles)))
async def test_every_page_is_open_to_its_roles_and_to_no_other(
    dashboard: Dashboard, roles: frozenset[Role]
) -> None:
    wrong = []
    for route, method, needs in _visits(dashboard.routes):
        if route.path == "/metrics":
            continue
        answer = await dashboard.asks(route, method, roles)
        is_away = answer.headers.get("Location", "").startswith("/sign-in?to=")
        refused = answer.status_code == 403 or is_away
        if refused != roles.isdisjoint(ALLOWED[needs]) or answer.status_code >= 500:
            wrong.append((method, route.path, needs, answer.status_code))
        if refused and not is_away:
            assert "This page is not open to you" in answer.text
    assert not wrong
