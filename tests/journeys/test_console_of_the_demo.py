"""The console as the demo has it: everybody in with one tap, everything real behind it, and a
clock that jumps. No other command has this door.
"""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.sandbox.demo.console import COOKIE
from bot.sandbox.demo.people import PEOPLE
from bot.sandbox.demo.run import a_demo
from bot.web.sign_in.staff_door import StaffDoor
from storage.engine import Storage
from tests.test_routes_by_role import before_it
from tests.test_wiring import settings_for
from tests.web.doors import HOST

OURS = {"sec-fetch-site": "same-origin"}
DOG_UNIT = {"department": "specialist", "team": "Dog Unit", "supervisors": "1"}
PATIENCE_SECONDS = 30


@dataclass
class Looker:
    """Whoever looks at the demo: its page, and the console as somebody."""

    client: httpx.AsyncClient
    demo: str
    console: str = ""

    async def is_(self, who: str) -> httpx.Response:
        """Tap on somebody on the demo's page."""
        to = await self.client.post(f"{self.demo}/console/{who}", headers=OURS)
        (console,) = re.findall(r'content="0; url=(http[^"]+)"', to.text)
        page = await self.client.get(console)
        self.console = f"{page.url.scheme}://{page.url.netloc.decode()}"
        return page

    async def asks(self, path: str) -> httpx.Response:
        """Open a page of the console."""
        return await self.client.get(f"{self.console}{path}")

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        """Send what a page of the console would."""
        return await self.client.post(f"{self.console}{path}", data=fields, headers=OURS)

    async def lets_time_go_by(self) -> None:
        """Move the clock to the next prompt: twenty hours on the first time, then a week."""
        await self._taps("/demo/clock", to="next-prompt")

    async def writes(self, text: str) -> None:
        """Write on the phone that is in no team."""
        await self._taps(f"{await self._phone()}/messages", text=text)

    async def sees(self, text: str) -> None:
        """Wait until that phone shows a text."""
        phone, after = await self._phone(), -1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                answer = await self.client.get(f"{self.demo}{phone}/chat?after={after}")
                chat = answer.json()
                after = chat["revision"]
                shown = ["".join(s["text"] for s in m["segments"]) for m in chat["messages"]]
                if any(text in each for each in shown):
                    return

    async def _phone(self) -> str:
        phones = (await self.client.get(f"{self.demo}/sandbox/phones")).json()["phones"]
        (own,) = [each["id"] for each in phones if each["name"] == PEOPLE[0].name]
        return f"/sandbox/phones/{own}"

    async def _taps(self, path: str, **content: str) -> None:
        answer = await self.client.post(f"{self.demo}{path}", json=content, headers=OURS)
        assert answer.status_code == 200, answer.text


async def test_everything_in_the_console_works_on_the_force_of_the_demo(tmp_path: Path) -> None:
    async with (
        a_demo(tmp_path) as address,
        httpx.AsyncClient(
            follow_redirects=True, trust_env=False, timeout=PATIENCE_SECONDS
        ) as client,
    ):
        looker = Looker(client, address)
        home = await looker.is_("admin")
        assert home.url.path == "/programme"
        assert "Jo Fictional" in home.text
        assert "two admins with an account" in home.text

        heads = DOG_UNIT | {"headcount": "12", "version": "1", "reason": "four joined"}
        saved = await looker.sends("/teams/dog-unit", **heads)
        assert saved.url.query == b"saved=2", saved.text

        made = await looker.sends("/teams/dog-unit/codes", uses="", until="")
        (code,) = re.findall(r'class="new-code">([^<]+)<', made.text)
        linked = await looker.sends("/health/alerts", make="yes")
        alerts = re.findall(r"<strong>(/alerts [^<]+)</strong>", linked.text)[0]
        # Before the clock moves: such a code lives a quarter of an hour.
        await looker.writes(alerts)
        await looker.sees("This chat is linked for alerts")

        # That is longer than any session lasts, and what was asked for is done before.
        await looker.lets_time_go_by()
        await looker.writes(f"/start {code.replace(' ', '')}")
        await looker.sees("Your force cannot see your name")

        gone = {"version": "2", "sure": "yes", "gone-reason": "to see what happens"}
        removed = await looker.sends("/support/entries/fenmarch-trim/remove", **gone)
        assert removed.url.query == b"saved=3", removed.text
        await looker.lets_time_go_by()
        await looker.sees("support directory incomplete")

        await _has_a_second_admin(looker)
        await _others_see_what_is_theirs(looker)


async def _has_a_second_admin(looker: Looker) -> None:
    """Invite one, and find that two are needed from then on."""
    made = await looker.sends("/staff/invite", name="Kit Placeholder", roles="admin")
    (invite,) = re.findall(r'value="http[^"]+(/invite/[0-9a-f]+)"', made.text)
    assert "Kit Placeholder" in (await looker.asks(invite)).text
    assert (await looker.sends(invite, go="in")).url.path == "/programme"
    more = DOG_UNIT | {"headcount": "14", "version": "3", "reason": "two more"}
    waits = await looker.sends("/teams/dog-unit", **more)
    assert waits.url.path.startswith("/changes/"), waits.text


async def _others_see_what_is_theirs(looker: Looker) -> None:
    assert (await looker.is_("auditor")).url.path == "/results"
    assert (await looker.asks("/trail")).status_code == 200
    assert (await looker.sends("/teams/dog-unit")).status_code == 403
    assert (await looker.is_("lead")).url.path == "/results"
    assert (await looker.asks("/programme")).status_code == 403
    assert (await looker.sends("/sign-out")).url.path == "/sign-in"
    assert (await looker.asks("/results")).url.path == "/sign-in"


async def test_no_link_and_no_other_site_changes_who_one_is(tmp_path: Path) -> None:
    async with (
        a_demo(tmp_path) as address,
        httpx.AsyncClient(
            follow_redirects=True, trust_env=False, timeout=PATIENCE_SECONDS
        ) as client,
    ):
        looker = Looker(client, address)
        assert (await looker.is_("lead")).url.path == "/results"
        being = client.cookies[COOKIE]
        choice = await looker.asks("/sign-in")
        everybody = re.findall(r'action="(/as/[^"]+)"', choice.text)
        assert len(everybody) == len(PEOPLE)
        for path in everybody:
            assert (await looker.asks(path)).status_code == 405
        assert (await client.get(f"{address}/console/admin")).status_code == 405
        for site in ("cross-site", "same-site"):
            there = {"sec-fetch-site": site}
            for path in (f"{address}/console/admin", f"{looker.console}{everybody[0]}"):
                assert (await client.post(path, headers=there)).status_code == 403
        assert client.cookies[COOKIE] == being
        # Where the console is no secret; the page that leads there makes nobody anybody.
        assert (await client.get(f"{address}/console")).status_code == 200
        assert client.cookies[COOKIE] == being
        assert (await client.post(f"{address}/console/nobody", headers=OURS)).status_code == 404
        assert (await looker.sends("/as/nobody")).url.path == "/sign-in"
        homes = {(await looker.sends(path)).url.path for path in everybody}
        assert homes == {"/programme", "/results"}


async def test_no_other_command_has_that_door(sqlite_database: str, tmp_path: Path) -> None:
    # That none could load it is an import contract: "Only the commands load the sandbox".
    storage = Storage(sqlite_database)
    try:
        async with before_it(settings_for(sqlite_database, tmp_path), storage) as dashboard:
            assert isinstance(dashboard.door, StaffDoor)
            paths = {route.path for route in dashboard.routes}
            assert paths.isdisjoint({"/as/{staff_id}", "/console", "/console/{who}"})
            somebody = (await dashboard.house.staff.list())[0].member
            dashboard.client.cookies.set(COOKIE, somebody.id, domain=HOST)
            answer = await dashboard.client.get("/programme")
            assert answer.headers["location"].startswith("/sign-in")
    finally:
        await storage.close()
