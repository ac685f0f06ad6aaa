"""One's own access: passkeys added and removed, devices signed out, and nobody else's."""

from typing import Any

import httpx

from bot.core.access import Role
from tests.web.authenticator import unb64
from tests.web.doors import HOST, a_doorway, sign_in

COOKIE = "__Host-session"


async def asked_of(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Return what a browser is asked."""
    found: dict[str, Any] = (await client.post(path, data={"": ""})).json()
    return found


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


def _handles(page: str, kind: str) -> list[str]:
    parts = page.split(f'action="/account/{kind}/')[1:]
    return [part.split("/", 1)[0] for part in parts]
