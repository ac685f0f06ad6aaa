"""A passkey in a real browser, from the invite to a second sign-in; its answer works once."""

import json
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Browser, Page, Request

from bot.admin.console.staff import staff_routes
from bot.core.access import OPERATOR, Role
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from bot.web.sign_in.oidc import Provider
from bot.web.sign_in.site import Site
from bot.web.sign_in.staff_door import StaffDoor
from storage.engine import Storage
from tests.browsers import NARROW, WIDE, breaks_no_rule, browser, overflows, page_of
from tests.web.oidc_provider import an_oidc_provider
from tests.workflows.access import House

__all__ = ["browser"]

pytestmark = pytest.mark.browser


async def has_a_device(page: Page) -> None:
    """Give the browser an authenticator that knows its owner."""
    protocol = await page.context.new_cdp_session(page)
    await protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def is_fit(page: Page) -> None:
    """Check that a page can be read by everybody, narrow and wide."""
    for width in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await overflows(page) == 0
    await breaks_no_rule(page)


async def test_from_an_invite_through_the_forces_own_sign_in(
    browser: Browser, sqlite_database: str
) -> None:
    storage = Storage(sqlite_database)
    house, site = House(storage), Site(None)
    made = await house.staff.invite("Robin Example", [Role.ADMIN], None, OPERATOR)
    async with an_oidc_provider(house.now) as there:
        door = StaffDoor(house.sign_in, house.own, site, Provider(there.client, house.now))
        application = web_application(
            [*door.routes(), *staff_routes(house.staff, door)],
            allowed_hosts=["127.0.0.1", "localhost"],
            on_loopback=True,
        )
        async with serving(application) as address, page_of(browser) as page:
            site.listens_on(address)
            await page.goto(f"{site.origin}/invite/{made.secret}")
            await is_fit(page)
            await page.get_by_role("button", name="Sign in through").press("Enter")
            await page.get_by_role("heading", name="People with access").wait_for()
    await storage.close()


async def test_invited_in_out_and_in_again_and_an_answer_works_once(
    browser: Browser, sqlite_database: str
) -> None:
    storage = Storage(sqlite_database)
    house = House(storage)
    site = Site(None)
    door = StaffDoor(house.sign_in, house.own, site)
    application = web_application(
        [*door.routes(), *staff_routes(house.staff, door)],
        allowed_hosts=["127.0.0.1", "localhost"],
        on_loopback=True,
    )
    made = await house.staff.invite("Robin Example", [Role.ADMIN], None, OPERATOR)
    answers: list[str] = []

    def keep(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/sign-in/passkey"):
            answers.append(request.post_data or "")

    async with serving(application) as address, page_of(browser) as page:
        site.listens_on(address)
        page.on("request", keep)
        await has_a_device(page)
        # The bare address leads on to the name that passkeys can have.
        await page.goto(f"{address}/invite/{made.secret}")
        await page.get_by_role("heading", name="You are invited, Robin Example").wait_for()
        assert page.url.startswith(site.origin)
        await is_fit(page)
        await page.get_by_label("What to call this passkey").fill("the test's")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="People with access").wait_for()
        await is_fit(page)
        await page.get_by_role("link", name="Robin Example").first.click()
        await page.get_by_role("heading", name="Your access").wait_for()
        assert await page.get_by_role("heading", name="the test's").is_visible()
        await is_fit(page)
        # This device has one already: the browser says so, and nothing is sent.
        await page.get_by_role("button", name="Add a passkey").click()
        await page.get_by_text("This device has a passkey for you already").wait_for()
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await page.get_by_role("heading", name="You are signed out").wait_for()
        await page.goto(f"{site.origin}/staff/invite")
        await page.get_by_role("heading", name="Sign in").wait_for()
        await is_fit(page)
        await page.get_by_role("button", name="Sign in with a passkey").press("Enter")
        await page.get_by_role("heading", name="Invite somebody").wait_for()
        await is_fit(page)
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await page.get_by_role("heading", name="You are signed out").wait_for()
        (sent,) = answers
        credential = parse_qs(sent)["credential"][0]
        assert json.loads(credential)["type"] == "public-key"
        replayed = await page.context.request.post(
            f"{site.origin}/sign-in/passkey",
            form={"credential": credential},
            headers={"Origin": site.origin},
        )
        assert replayed.status == 403
        assert "did not sign you in" in await replayed.text()
        assert not [each for each in await page.context.cookies() if each["name"] == door.cookie]
    await storage.close()
