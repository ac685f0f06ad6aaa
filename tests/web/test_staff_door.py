"""The door for people with access: invites, passkeys, sessions, and the silence to others."""

import json
from typing import Any

import httpx
import pytest

from bot.core.access import OPERATOR, Role
from bot.core.staff import IDLE_AT_MOST
from bot.web.sign_in.site import Site
from bot.web.sign_in.staff_door import own_path
from storage import staff_ways
from tests.web.authenticator import PRESENT, b64, unb64
from tests.web.doors import HOST, a_doorway, accept, sign_in

COOKIE = "__Host-session"


async def asked_of(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Return what a browser is asked."""
    found: dict[str, Any] = (await client.post(path, data={"": ""})).json()
    return found


async def test_from_an_invite_to_a_passkey_out_and_in_again(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        link = await made.invite("Robin Example", Role.LEAD)
        client, device = made.browser(), made.authenticator()
        page = await client.get(link)
        assert "You are invited, Robin Example" in page.text
        answer = await accept(client, link, device, name="work phone")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/results")
        assert (await client.get("/results")).text == "the page of Robin Example"
        assert "You are signed out" in (await client.post("/sign-out")).text
        assert COOKIE not in client.cookies
        assert (await client.get("/results")).status_code == 303
        answer = await sign_in(client, device, to="/results/weekly-1?a=b")
        assert answer.headers["Location"] == "/results/weekly-1?a=b"
        assert (await client.get("/results")).status_code == 200
        assert (await client.get("/sign-in")).headers["Location"] == "/results"


async def test_an_invite_shows_and_opens_nothing_once_it_was_used(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        link = await made.invite("Robin Example", Role.LEAD)
        await accept(made.browser(), link, made.authenticator())
        other = made.browser()
        texts = set()
        for path in (link, "/invite/x", "/invite/%F0%9F%94%92", f"/invite/{'0' * 64}"):
            answer = await other.get(path)
            assert answer.status_code == 403
            assert "Robin" not in answer.text
            assert "set-cookie" not in answer.headers
            texts.add(answer.text)
            refused = await other.post(f"{path}/challenge", data={"": ""})
            assert (refused.status_code, list(refused.json())) == (403, ["problem"])
            assert (await other.post(path, data={"credential": "{}"})).status_code == 403
        assert len(texts) == 1


async def test_a_used_answer_signs_nobody_in_again(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        asked = await asked_of(client, "/sign-in/challenge")
        answer = device.answer(asked)
        sent = {"credential": answer}
        assert (await client.post("/sign-in/passkey", data=sent)).status_code == 303
        asked = await asked_of(client, "/sign-in/challenge")
        for browser in (client, made.browser()):
            replayed = await browser.post("/sign-in/passkey", data=sent)
            assert replayed.status_code == 403
            assert "did not sign you in" in replayed.text
            assert COOKIE not in replayed.headers.get("set-cookie", "")


async def test_an_answer_to_another_browsers_challenge_signs_nobody_in(
    sqlite_database: str,
) -> None:
    async with a_doorway(sqlite_database) as made:
        _, device = await made.accepted("Robin Example")
        asked = await asked_of(made.browser(), "/sign-in/challenge")
        other = made.browser()
        await asked_of(other, "/sign-in/challenge")
        answer = await other.post("/sign-in/passkey", data={"credential": device.answer(asked)})
        assert answer.status_code == 403


async def test_a_late_answer_signs_nobody_in(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        asked = await asked_of(client, "/sign-in/challenge")
        made.passes(minutes=10)
        answer = await client.post("/sign-in/passkey", data={"credential": device.answer(asked)})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://standeasy.example.evil.example"),
        ("origin", "http://standeasy.example"),
        ("host", "evil.example"),
        ("flags", PRESENT),
        ("flags", 0),
        ("count", -1),
        ("key", None),
        ("id", b"another"),
        ("handle", bytes(16)),
    ],
)
async def test_a_device_that_misbehaves_signs_nobody_in(
    sqlite_database: str, name: str, value: Any
) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        assert (await sign_in(client, device)).status_code == 303
        value = made.authenticator().key if name == "key" else value
        value = 0 if name == "count" else value
        setattr(device, name, value)
        await client.post("/sign-out")
        assert (await sign_in(client, device)).status_code == 403
        assert (await client.get("/results")).status_code == 303


async def test_a_device_that_does_not_count_signs_in_each_time(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        device.counts = False
        for _ in range(2):
            assert (await sign_in(client, device)).status_code == 303


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://evil.example"),
        ("host", "evil.example"),
        ("flags", PRESENT),
    ],
)
async def test_an_invite_is_not_used_up_by_a_device_that_misbehaves(
    sqlite_database: str, name: str, value: Any
) -> None:
    async with a_doorway(sqlite_database) as made:
        link = await made.invite("Robin Example", Role.LEAD)
        client, device = made.browser(), made.authenticator()
        setattr(device, name, value)
        answer = await accept(client, link, device)
        assert answer.status_code == 403
        assert "Nothing was used up" in answer.text
        assert (await accept(client, link, made.authenticator())).status_code == 303


async def test_a_challenge_of_one_invite_does_not_answer_another(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        mine = await made.invite("Robin Example", Role.LEAD)
        theirs = await made.invite("Sam Example")
        client, device = made.browser(), made.authenticator()
        asked = await asked_of(client, f"{mine}/challenge")
        answer = await client.post(theirs, data={"credential": device.make(asked)})
        assert answer.status_code == 403
        asked = await asked_of(client, "/sign-in/challenge")
        asked["user"] = {"id": b64(b"x")}
        answer = await client.post(theirs, data={"credential": device.make(asked)})
        assert answer.status_code == 403


HOSTILE = [
    "",
    "{}",
    "[]",
    "null",
    "1",
    '"x"',
    "{" * 5000,
    json.dumps({"id": "x", "response": {"clientDataJSON": "x"}}),
    json.dumps({"id": 1, "response": {"clientDataJSON": None}}),
    json.dumps({"id": "A" * 4000, "response": {"clientDataJSON": b64(b'{"challenge":"AA"}')}}),
    json.dumps({"id": "AAAA", "response": {"clientDataJSON": b64(b"\xff\xfe")}}),
    json.dumps({"id": "é", "response": []}),
]


async def test_whatever_is_sent_in_place_of_an_answer_is_a_calm_page(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        link = await made.invite("Robin Example")
        for hostile in HOSTILE:
            client = made.browser()
            asked = await asked_of(client, "/sign-in/challenge")
            for path in ("/sign-in/passkey", link):
                answer = await client.post(path, data={"credential": hostile})
                assert answer.status_code == 403, hostile
            device = made.authenticator()
            device.handle = b"x" * 16
            sent = json.loads(device.answer(asked))
            for name in sent["response"]:
                broken = {**sent, "response": {**sent["response"], name: b64(b"\xa1\x00")}}
                answer = await client.post(
                    "/sign-in/passkey", data={"credential": json.dumps(broken)}
                )
                assert answer.status_code == 403
            made.passes(minutes=11)


# --- Sessions ---------------------------------------------------------------------------


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


async def test_too_many_tries_are_turned_away_for_a_while(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client = made.browser()
        statuses = [
            (await client.post("/sign-in/challenge", data={"": ""})).status_code for _ in range(61)
        ]
        assert set(statuses[:60]) == {200}
        assert statuses[60] == 429
        assert (await client.get("/invite/x")).status_code == 429
        assert (await client.get("/sign-in")).status_code == 200
        made.passes(minutes=1)
        statuses = []
        for _ in range(21):
            statuses.append((await client.get("/invite/x")).status_code)
            made.passes(seconds=2)
        assert statuses == [403] * 20 + [429]
        async with made.house.storage.read("all") as tx:
            assert await staff_ways.challenges(tx) == 60


async def test_with_the_database_gone_the_door_stays_shut_calmly(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, _ = await made.accepted("Robin Example")
    async with a_doorway("postgresql+asyncpg://nobody@127.0.0.1:9/none") as gone:
        browser = gone.browser()
        browser.cookies.set(COOKIE, client.cookies[COOKIE], domain=HOST)
        for path in ("/staff", "/account", "/invite/x"):
            answer = await browser.get(path)
            assert answer.status_code == 503
            assert "The database cannot be reached now" in answer.text
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


# --- One's own access -------------------------------------------------------------------


async def test_another_passkey_is_added_used_and_the_first_removed(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, first = await made.accepted("Robin Example")
        second = made.authenticator()
        page = await client.get("/account")
        assert "Passkey 1" in page.text
        assert "Remove" not in page.text
        asked = await asked_of(client, "/account/passkeys/challenge")
        assert [unb64(each["id"]) for each in asked["excludeCredentials"]] == [first.id]
        sent = {"credential": second.make(asked), "name": " key in \x00 the <b>drawer</b> "}
        answer = await client.post("/account/passkeys", data=sent)
        assert answer.headers["Location"] == "/account?said=added"
        page = await client.get("/account?said=added")
        assert "key in the &lt;b&gt;drawer&lt;/b&gt;" in page.text
        elsewhere = made.browser()
        assert (await sign_in(elsewhere, second)).status_code == 303
        handles = _handles(page.text, "passkeys")
        assert len(handles) == 2
        answer = await client.post(f"/account/passkeys/{handles[0]}/remove", data={"": ""})
        assert answer.headers["Location"] == "/account?said=removed"
        assert (await sign_in(made.browser(), first)).status_code == 403
        assert (await elsewhere.get("/account")).status_code == 303
        refused = await client.post(f"/account/passkeys/{handles[1]}/remove", data={"": ""})
        assert refused.status_code == 422
        assert "your only way in" in refused.text


async def test_ways_in_are_changed_soon_after_signing_in_alone(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        asked = await asked_of(client, "/account/passkeys/challenge")
        made.passes(minutes=15)
        sent = {"credential": made.authenticator().make(asked)}
        for path in ("/account/passkeys", "/account/passkeys/x/remove"):
            answer = await client.post(path, data=sent)
            assert answer.headers["Location"] == "/sign-in?again=1&to=/account"
        refused = await client.post("/account/passkeys/challenge", data={"": ""})
        assert refused.status_code == 403
        assert "Sign in again" in (await client.get("/account")).text
        again = await client.get("/sign-in?again=1&to=/account")
        assert again.status_code == 200
        answer = await sign_in(client, device, to="/account")
        assert answer.headers["Location"] == "/account"
        assert "Add a passkey" in (await client.get("/account")).text


async def test_what_is_somebody_elses_is_not_there(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        robin, _ = await made.accepted("Robin Example")
        sam, device = await made.accepted("Sam Example", Role.LEAD)
        await sign_in(made.browser(), device)
        page = (await sam.get("/account")).text
        (session,) = _handles(page, "sessions")
        answer = await robin.post(f"/account/sessions/{session}/end", data={"": ""})
        assert answer.headers["Location"] == "/account"
        assert _handles((await sam.get("/account")).text, "sessions") == [session]
        answer = await sam.post(f"/account/sessions/{session}/end", data={"": ""})
        assert answer.headers["Location"] == "/account?said=ended"
        # A challenge for one's own passkey does not add one to somebody else.
        asked = await asked_of(sam, "/account/passkeys/challenge")
        robin.cookies.set("__Host-sign-in", sam.cookies["__Host-sign-in"], domain=HOST)
        sent = {"credential": made.authenticator().make(asked)}
        assert (await robin.post("/account/passkeys", data=sent)).status_code == 422


async def test_signing_out_everywhere_ends_every_session(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client, device = await made.accepted("Robin Example")
        other = made.browser()
        await sign_in(other, device)
        answer = await client.post("/account/sign-out-everywhere", data={"": ""})
        assert answer.headers["Location"] == "/sign-in"
        for each in (client, other):
            assert (await each.get("/account")).status_code == 303


async def test_the_pages_run_our_own_script_alone(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client = made.browser()
        page = await client.get("/sign-in")
        assert page.text.count("<script") == 1
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"


def _handles(page: str, kind: str) -> list[str]:
    parts = page.split(f'action="/account/{kind}/')[1:]
    return [part.split("/", 1)[0] for part in parts]
