"""The force's own sign-in: bound by an invite, believed only when everything holds."""

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from bot.core.access import OPERATOR, Role
from bot.web.sign_in.oidc import Client, Provider, ProviderUnreachable
from tests.web.doors import Doorway, a_doorway, accept, sign_in
from tests.web.oidc_provider import CLIENT_ID, Claims, OidcProvider, an_oidc_provider
from tests.workflows.access import MORNING, House

OPEN = 'content="0; url=/results"'
THROUGH = "/sign-in/through"


@dataclass
class Scene:
    """A door, and the provider beside it."""

    made: Doorway
    provider: OidcProvider

    async def back(self, client: httpx.AsyncClient, path: str = THROUGH) -> str:
        """Send a browser to the provider, where somebody signs in; return where it is sent."""
        if path.startswith("/invite/"):
            page = await client.post(path, data={"": ""})
            assert page.status_code == 200, page.text
            return await self.provider.signs_in(led_to(page))
        away = await client.get(path)
        assert away.status_code == 303, away.text
        return await self.provider.signs_in(away.headers["Location"])

    async def through(self, client: httpx.AsyncClient, path: str = THROUGH) -> httpx.Response:
        """Sign a browser in."""
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
        return await client.get(await self.back(client, path), headers=headers)

    async def bound(self, *roles: Role) -> httpx.AsyncClient:
        """Return the browser of somebody whose invite was accepted through the provider."""
        client = self.made.browser()
        link = await self.made.invite("Robin Example", *(roles or (Role.LEAD,)))
        answer = await self.through(client, f"{link}/through")
        assert answer.status_code == 200, answer.text
        return client


def led_to(page: httpx.Response) -> str:
    """Return where a page leads on to by itself."""
    found = re.search(r'content="0; url=([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


@asynccontextmanager
async def a_scene(database: str, path: str = "") -> AsyncIterator[Scene]:
    """A door with a provider over HTTP."""
    moment = [MORNING]
    async with an_oidc_provider(lambda: moment[0], path) as provider:
        at: list[House] = []
        found = Provider(provider.client, lambda: at[0].moment)
        async with a_doorway(database, provider=found) as made:
            at.append(made.house)
            provider.now = made.house.now
            yield Scene(made, provider)


@pytest.fixture
async def scene(sqlite_database: str) -> AsyncIterator[Scene]:
    """A door with a provider over HTTP."""
    async with a_scene(sqlite_database) as made:
        yield made


async def test_an_invite_binds_the_subject_and_the_subject_signs_in(scene: Scene) -> None:
    client = await scene.bound()
    assert (await client.get("/results")).text == "the page of Robin Example"
    await client.post("/sign-out")
    answer = await scene.through(client)
    assert answer.status_code == 200
    assert OPEN in answer.text
    assert (await client.get("/results")).status_code == 200
    cookies = answer.headers.get_list("set-cookie")
    assert any(each.startswith("__Host-session=") and "strict" in each for each in cookies)
    assert "Sign in through 127.0.0.1" in (await scene.made.browser().get("/sign-in")).text
    page = await client.get("/account")
    assert "you sign in through your force" in page.text


async def test_who_asked_for_a_page_is_led_on_to_it_and_nobody_elsewhere(scene: Scene) -> None:
    client = await scene.bound()
    page = await client.get("/sign-in?again=1&to=/results/a%3Fb%3Dc%26d%3De")
    found = re.search(r'href="(/sign-in/through[^"]*)"', page.text)
    assert found
    answer = await scene.through(client, unescape(found[1]))
    assert 'content="0; url=/results/a?b=c&amp;d=e"' in answer.text
    for to in ("//evil.example", "https://evil.example"):
        assert OPEN in (await scene.through(client, f"{THROUGH}?to={to}")).text
    assert OPEN in (await scene.through(client)).text


async def test_who_was_not_invited_is_nobody_whatever_the_provider_says(scene: Scene) -> None:
    await scene.bound()
    scene.provider.subject = "somebody else"
    # The same mail address, and the same name.
    scene.provider.changes = lambda claims: (
        claims
        | {
            "email": "robin@fenmarch.example",
            "name": "Robin Example",
            "preferred_username": "Robin Example",
        }
    )
    client = scene.made.browser()
    answer = await scene.through(client)
    assert answer.status_code == 403
    assert "session" not in "".join(client.cookies)


async def test_a_subject_is_one_persons(scene: Scene) -> None:
    await scene.bound()
    link = await scene.made.invite("Sam Example", Role.ADMIN)
    client = scene.made.browser()
    assert (await scene.through(client, f"{link}/through")).status_code == 403
    # Nothing was used up.
    assert (await client.get(link)).status_code == 200


async def test_who_has_no_access_any_more_is_not_let_in(scene: Scene) -> None:
    client = await scene.bound()
    member = await scene.made.house.staff.named("Robin Example")
    await scene.made.house.staff.disable(member.id, OPERATOR)
    assert (await client.get("/results")).status_code == 303
    assert (await scene.through(client)).status_code == 403


async def test_recovering_through_the_provider_takes_the_place_of_passkeys(scene: Scene) -> None:
    made = scene.made
    client, device = await made.accepted("Robin Example", Role.LEAD)
    member = await made.house.staff.named("Robin Example")
    again = await made.house.staff.invite_again(member.id, OPERATOR)
    other = made.browser()
    answer = await scene.through(other, f"/invite/{again.secret}/through")
    assert answer.status_code == 200
    assert (await sign_in(client, device)).status_code == 403
    last = await made.house.staff.invite_again(member.id, OPERATOR)
    back = made.authenticator()
    assert (await accept(client, f"/invite/{last.secret}", back)).status_code == 303
    assert (await scene.through(made.browser())).status_code == 403


def _later(claims: Claims) -> Claims:
    return claims | {"iat": claims["iat"] + 3600, "nbf": claims["iat"] + 3600}


LIES: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: claims[name] for name in claims if name != "nonce"},
    "another audience": lambda claims: claims | {"aud": "another"},
    "two audiences": lambda claims: claims | {"aud": [CLIENT_ID, "another"]},
    "for another party": lambda claims: claims | {"azp": "another"},
    "no audience": lambda claims: {name: claims[name] for name in claims if name != "aud"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "a slash more": lambda claims: claims | {"iss": f"{claims['iss']}/"},
    "ran out": lambda claims: claims | {"exp": claims["iat"] - 61},
    "never runs out": lambda claims: {name: claims[name] for name in claims if name != "exp"},
    "not yet": _later,
    "no subject": lambda claims: {name: claims[name] for name in claims if name != "sub"},
    "an empty subject": lambda claims: claims | {"sub": ""},
    "a long subject": lambda claims: claims | {"sub": "x" * 256},
    "a subject that is a list": lambda claims: claims | {"sub": [claims["sub"]]},
    "a subject that is a number": lambda claims: claims | {"sub": 7},
    "another access token": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_is_not_for_us_now_opens_nothing(scene: Scene, lie: str) -> None:
    client = await scene.bound()
    await client.post("/sign-out")
    scene.provider.changes = LIES[lie]
    answer = await scene.through(client)
    assert answer.status_code == 403
    assert "You are not signed in" in answer.text
    assert (await client.get("/results")).status_code == 303


async def test_a_token_that_another_key_signed_opens_nothing(scene: Scene) -> None:
    await scene.bound()
    known = scene.provider.keys[0]
    forged = type(known).generate_key(2048, {"kid": "first"})
    scene.provider.signs_with = forged
    assert (await scene.through(scene.made.browser())).status_code == 403


async def test_a_token_that_is_unsigned_or_signed_by_a_secret_opens_nothing(scene: Scene) -> None:
    await scene.bound()

    def part(content: object) -> str:
        raw = json.dumps(content).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    kept: list[Claims] = []

    def keep(claims: Claims) -> Claims:
        kept.append(claims)
        return claims

    scene.provider.changes = keep
    public = json.dumps(scene.provider.keys[0].as_dict(private=False)).encode()
    shared = OctKey.import_key(public, {"kid": "first"})

    def unsigned(tokens: Claims) -> Claims:
        return tokens | {"id_token": f"{part({'alg': 'none'})}.{part(kept[-1])}."}

    def by_secret(tokens: Claims) -> Claims:
        header = {"alg": "HS256", "kid": "first"}
        return tokens | {"id_token": jwt.encode(header, kept[-1], shared, algorithms=["HS256"])}

    for swapped in (
        unsigned,
        by_secret,
        lambda tokens: {"access_token": "x"},
        lambda tokens: tokens | {"id_token": "x.y.z"},
        lambda tokens: tokens | {"id_token": 7},
        lambda tokens: [tokens],
    ):
        scene.provider.tokens = swapped
        assert (await scene.through(scene.made.browser())).status_code == 403


async def test_a_code_and_a_state_work_once_and_for_the_browser_that_began(scene: Scene) -> None:
    client = await scene.bound()
    await client.post("/sign-out")
    back = await scene.back(client)
    other = scene.made.browser()
    assert (await other.get(back)).status_code == 403
    # What another browser tried is used up for everybody.
    assert (await client.get(back)).status_code == 403
    back = await scene.back(client)
    assert (await client.get(back)).status_code == 200
    await client.post("/sign-out")
    assert (await client.get(back)).status_code == 403
    # Somebody else's code under one's own state: the provider's proof of the beginner fails.
    stolen = parse_qs(urlsplit(await scene.back(client)).query)["code"][0]
    mine = urlsplit(await scene.back(other))
    state = parse_qs(mine.query)["state"][0]
    answer = await other.get(f"/sign-in/return?state={state}&code={stolen}")
    assert answer.status_code == 403


async def test_a_state_of_signing_in_accepts_no_invite(scene: Scene) -> None:
    link = await scene.made.invite("Robin Example", Role.LEAD)
    client = scene.made.browser()
    back = await scene.back(client, f"{link}/through")
    client.cookies.delete("__Host-invite")
    assert (await client.get(back)).status_code == 403
    back = await scene.back(client)
    client.cookies.set("__Host-invite", link.removeprefix("/invite/"), domain="standeasy.example")
    assert (await client.get(back)).status_code == 403


async def test_an_answer_of_another_provider_is_not_taken(scene: Scene) -> None:
    client = await scene.bound()
    back = httpx.URL(await scene.back(client)).copy_set_param("iss", "https://evil.example")
    assert (await client.get(back)).status_code == 403


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?state=&code=", "?error=access_denied"])
async def test_a_return_that_nobody_began_opens_nothing(scene: Scene, query: str) -> None:
    answer = await scene.made.browser().get(f"/sign-in/return{query}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_a_new_key_of_the_provider_is_fetched_but_not_at_every_token(scene: Scene) -> None:
    client = await scene.bound()
    scene.provider.change_key()
    # A stranger could send tokens with invented key ids: the provider is not asked for each.
    assert (await scene.through(client)).status_code == 403
    scene.made.passes(minutes=1)
    assert (await scene.through(client)).status_code == 200
    assert scene.provider.asked.count("keys") == 2
    scene.made.passes(hours=1)
    await client.get(THROUGH)
    assert scene.provider.asked.count("keys") == 3


async def test_a_provider_that_takes_its_secret_in_the_form_is_told_it_there(scene: Scene) -> None:
    scene.provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    client = await scene.bound()
    assert (await client.get("/results")).status_code == 200


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "ftp://evil.example"},
        {"authorization_endpoint": ""},
        {"jwks_uri": None},
    ],
)
async def test_a_provider_that_says_odd_things_of_itself_is_not_used(
    scene: Scene, says: Claims
) -> None:
    scene.provider.metadata = says
    answer = await scene.made.browser().get(THROUGH)
    assert answer.status_code == 503
    assert "cannot be reached now" in answer.text


async def test_a_provider_out_of_reach_is_a_calm_page_and_passkeys_still_work(
    sqlite_database: str,
) -> None:
    gone = Provider(Client("http://127.0.0.1:9", "a", "b"), lambda: MORNING)
    async with a_doorway(sqlite_database, provider=gone) as made:
        client, device = await made.accepted("Robin Example")
        assert (await client.get(THROUGH)).status_code == 503
        assert (await sign_in(client, device)).status_code == 303


async def test_without_a_provider_its_pages_are_not_there(sqlite_database: str) -> None:
    async with a_doorway(sqlite_database) as made:
        client = made.browser()
        for path in (THROUGH, "/sign-in/return", "/invite/x/through"):
            assert (await client.get(path)).status_code == 404
        assert (await client.post("/invite/x/through")).status_code == 404
        assert "through" not in (await client.get("/sign-in")).text
    with pytest.raises(ProviderUnreachable):
        await Provider(Client("http://127.0.0.1:9", "a", "b"), lambda: MORNING).begins(
            "b", "s", "n", "v"
        )
