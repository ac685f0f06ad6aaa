"""The door for people with access: invites, passkeys, sessions, and the silence to others."""

import json
from typing import Any

import httpx
import pytest

from bot.core.access import Role
from tests.web.authenticator import PRESENT, b64
from tests.web.doors import a_doorway, accept, sign_in

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


async def test_the_pages_run_our_own_script_alone(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client = made.browser()
        page = await client.get("/sign-in")
        assert page.text.count("<script") == 1
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
