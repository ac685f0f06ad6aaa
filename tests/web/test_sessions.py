"""Sessions and the silence before the door: what ends, what is refused, where people are led."""

import httpx
import pytest

from bot.core.access import OPERATOR, Role
from bot.core.staff import IDLE_AT_MOST
from bot.web.sign_in.site import Site
from bot.web.sign_in.staff_door import own_path
from storage import staff_ways
from tests.web.doors import HOST, a_doorway, accept, sign_in

COOKIE = "__Host-session"


async def test_the_cookie_stays_with_this_host_and_away_from_scripts(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = made.browser(), made.authenticator()
        answer = await accept(client, await made.invite("Robin Example"), device)
        cookie, *others = answer.headers.get_list("set-cookie")
        name, *attributes = cookie.split("; ")
        assert name.startswith(f"{COOKIE}=")
        assert set(attributes) == {
            *("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200")
        }
        assert all("Max-Age=0" in each for each in others)
        before = client.cookies[COOKIE]
        await sign_in(client, device)
        assert client.cookies[COOKIE] != before
        copied = {"Cookie": f"{COOKIE}={before}"}
        assert (await made.browser().get("/staff", headers=copied)).status_code == 303


async def test_on_loopback_the_cookie_works_without_https(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database, public_url=None) as made:
        assert made.door.site.origin == "http://localhost:8080"
        client, _ = await made.accepted("Robin Example")
        assert list(client.cookies) == ["session"]
        assert (await client.get("/staff")).status_code == 200


@pytest.mark.parametrize("value", ["", "x", "0" * 64, "é"])
async def test_an_invented_cookie_opens_nothing(sqlite_database: str, value: str) -> None:
    async with a_doorway(sqlite_database) as made:
        await made.accepted("Robin Example")
        headers = {"Cookie": f"{COOKIE}={value}".encode()}
        answer = await made.browser().get("/staff", headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 303


async def test_a_session_ends_by_idleness_and_another_admin(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        made.passes(seconds=IDLE_AT_MOST.total_seconds() - 1)
        assert (await client.get("/staff")).status_code == 200
        made.passes(seconds=IDLE_AT_MOST.total_seconds())
        assert (await client.get("/staff")).status_code == 303
        await sign_in(client, device)
        assert (await client.get("/staff")).status_code == 200
        other, _ = await made.accepted("Sam Example")
        member = await made.house.staff.named("Robin Example")
        await made.house.staff.disable(member.id, OPERATOR)
        assert (await client.get("/staff")).status_code == 303
        assert (await sign_in(client, device)).status_code == 403
        assert (await other.get("/staff")).status_code == 200


async def test_a_write_must_say_which_page_it_comes_from(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, _ = await made.accepted("Robin Example")
        assert (await client.post("/staff")).status_code == 200
        del client.headers["Sec-Fetch-Site"]
        refused = await client.post("/staff")
        assert refused.status_code == 403
        assert "what you wrote is still there" in refused.text
        for headers in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
            assert (await client.post("/staff", headers=headers)).status_code == 403
            assert (await client.post("/sign-out", headers=headers)).status_code == 403
        assert (await client.get("/staff")).status_code == 200


# --- Before the door --------------------------------------------------------------------


async def test_outside_every_protected_address_answers_alike(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client = made.browser()
        for path in ("/results", "/results/a", "/results/b?c=d", "/staff", "/account"):
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (303, "")
            place = answer.headers["Location"]
            assert place == httpx.URL("/sign-in", params={"to": path}).raw_path.decode().replace(
                "%2F", "/"
            )
        writes = [await client.post(path) for path in ("/results", "/results/a", "/staff")]
        assert {each.status_code for each in writes} == {403}
        assert len({each.text for each in writes}) == 1


async def test_a_link_in_a_mail_leads_on_with_the_session(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
        answer = await made.browser().get("/results/a?b=c", headers=elsewhere)
        assert answer.status_code == 200
        assert 'content="0; url=/results/a?b=c"' in answer.text


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/" + "x" * 600,
        "/\tx",
        "/ x",
        "/é",
        "/\r\nSet-Cookie: a=b",
    ],
)
async def test_nobody_is_led_elsewhere(sqlite_database: str, to: str) -> None:
    assert own_path(to) is None
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        answer = await sign_in(client, device, to=to)
        assert answer.headers["Location"] == "/programme"
        answer = await client.get("/sign-in", params={"to": to})
        assert answer.headers["Location"] == "/programme"


async def test_the_wrong_role_is_told_whom_a_page_is_for(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, _ = await made.accepted("Robin Example", Role.ADMIN)
        refused = await client.get("/results")
        assert refused.status_code == 403
        assert "for those who may see results" in refused.text


async def test_strangers_shut_nobody_out(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        inside, device = await made.accepted("Robin Example")
        link = await made.invite("Sam Example")
        stranger = made.browser()
        for _ in range(61):
            assert (await stranger.get("/invite/x")).status_code == 403
            answer = await stranger.post("/sign-in/challenge", data={"": ""})
            assert answer.status_code == 200
            refused = await sign_in(stranger, made.authenticator())
            assert refused.status_code == 403
        async with made.house.storage.read("all") as tx:
            assert await staff_ways.challenges(tx) == 60
        # All are behind one proxy, so to the door they have one address.
        for _ in range(2):
            assert (await sign_in(inside, device)).status_code == 303
            assert (await inside.get("/staff")).status_code == 200
        client = made.browser()
        assert (await client.get(link)).status_code == 200
        assert (await accept(client, link, made.authenticator())).status_code == 303


async def test_an_answer_to_a_challenge_in_reserve_works_once_and_for_its_browser(
    sqlite_database: str,
) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        for _ in range(60):
            await client.post("/sign-in/challenge", data={"": ""})
        asked = (await client.post("/sign-in/challenge", data={"": ""})).json()
        sent = {"credential": device.answer(asked)}
        # What the browser is known by: signing in takes it away, and whoever listened has it.
        mark = {"Cookie": f"__Host-sign-in={client.cookies['__Host-sign-in']}"}
        other = made.browser()
        assert (await other.post("/sign-in/passkey", data=sent)).status_code == 403
        assert (await client.post("/sign-in/passkey", data=sent)).status_code == 303
        assert (await other.post("/sign-in/passkey", data=sent, headers=mark)).status_code == 403


async def test_tries_with_one_passkey_or_one_invite_are_limited(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        statuses = [(await sign_in(client, device)).status_code for _ in range(21)]
        assert statuses == [303] * 20 + [429]
        link = await made.invite("Sam Example")
        other = made.browser()
        statuses = [
            (await other.post(f"{link}/challenge", data={"": ""})).status_code for _ in range(21)
        ]
        assert statuses == [200] * 20 + [429]
        assert (await other.post(link, data={"credential": "{}"})).status_code == 429
        # Looking is not counted, and time passes.
        assert (await other.get(link)).status_code == 200
        made.passes(minutes=10)
        assert (await sign_in(client, device)).status_code == 303


async def test_with_the_database_gone_the_door_stays_shut_calmly(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, _ = await made.accepted("Robin Example")
    async with a_doorway("postgresql+asyncpg://nobody@127.0.0.1:9/none") as gone:
        browser = gone.browser()
        browser.cookies.set(COOKIE, client.cookies[COOKIE], domain=HOST)
        for path in ("/staff", "/account", "/invite/x"):
            answer = await browser.get(path)
            assert answer.status_code == 503
            assert "This cannot be shown now" in answer.text
        assert (await browser.post("/sign-in/challenge", data={"": ""})).status_code == 503


async def test_on_one_machine_a_bare_address_leads_to_the_name(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database, public_url=None) as made:
        client = made.browser()
        for host in ("127.0.0.1:8080", "127.0.0.1"):
            for path in ("/sign-in?to=/results", "/invite/abc"):
                answer = await client.get(path, headers={"Host": host})
                assert answer.headers["Location"] == f"http://localhost:8080{path}"


@pytest.mark.parametrize(
    ("public_url", "origin", "host"),
    [
        (None, "http://localhost:8080", "localhost"),
        ("https://StandEasy.example", "https://standeasy.example", "standeasy.example"),
        ("https://standeasy.example:443", "https://standeasy.example", "standeasy.example"),
        ("https://standeasy.example:8443/", "https://standeasy.example:8443", "standeasy.example"),
        ("http://127.0.0.1:9000", "http://localhost:9000", "localhost"),
        ("http://[::1]:9000", "http://localhost:9000", "localhost"),
    ],
)
def test_a_site_is_called_as_browsers_call_it(
    public_url: str | None, origin: str, host: str
) -> None:
    site = Site(public_url, 8080)
    assert (site.origin, site.host) == (origin, host)
    site.listens_on("http://127.0.0.1:7000")
    assert site.origin == ("http://localhost:7000" if public_url is None else origin)
