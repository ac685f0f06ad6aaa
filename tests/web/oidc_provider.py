"""A small OpenID provider over real HTTP, for tests: it signs for real, and lies when told to."""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.loopback import serving
from bot.web.sign_in.oidc import Client
from bot.workflows.moment import Now
from tests.read_once import reading_once

CLIENT_ID = "stand-easy"
CLIENT_SECRET = "only a test: a+b/c%"  # noqa: S105 - opens nothing

Claims = dict[str, Any]


@cache
def _a_key(name: str) -> RSAKey:
    """One for all providers of this name: making it takes long, and no test looks at it."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class OidcProvider:
    """One provider, and who sits before it."""

    now: Now
    issuer: str = ""
    path: str = ""
    subject: str = "subject of Robin"
    keys: list[RSAKey] = field(default_factory=lambda: [_a_key("first")])
    shown_beside: list[Claims] = field(default_factory=list)
    """What it shows with its keys, and before them."""
    shown_with_each: Claims = field(default_factory=dict)
    says_who_answers: bool = True
    signs_with: RSAKey | None = None
    algorithm: str = "RS256"
    changes: Callable[[Claims], Claims] = lambda claims: claims
    """What it makes of the claims before it signs them."""
    metadata: Claims = field(default_factory=dict)
    """What it says of itself beyond the truth."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: Callable[[Claims], Any] = lambda tokens: tokens

    @property
    def client(self) -> Client:
        """What this program is known by."""
        return Client(self.issuer, CLIENT_ID, CLIENT_SECRET)

    async def signs_in(self, address: str) -> str:
        """Open the address that a browser was sent to; return where it is sent back to."""
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(address)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def change_key(self) -> None:
        """Sign with a new key, and show no other."""
        self.keys = [_a_key("second")]

    def application(self) -> Starlette:
        """Return the provider's pages."""
        return Starlette(
            routes=[
                Route(f"{self.path}/.well-known/openid-configuration", self._configuration),
                Route(f"{self.path}/keys", self._keys),
                Route(f"{self.path}/authorize", self._authorize),
                Route(f"{self.path}/token", self._token, methods=["POST"]),
            ]
        )

    async def _configuration(self, request: Request) -> Response:
        self.asked.append("configuration")
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "code_challenge_methods_supported": ["S256"],
                **self.metadata,
            }
        )

    async def _keys(self, request: Request) -> Response:
        self.asked.append("keys")
        own: list[Claims] = [
            {**key.as_dict(private=False), **self.shown_with_each} for key in self.keys
        ]
        said = [{name: it for name, it in key.items() if it is not None} for key in own]
        return JSONResponse({"keys": [*self.shown_beside, *said]})

    async def _authorize(self, request: Request) -> Response:
        given = dict(request.query_params)
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT_ID
        assert given["scope"] == "openid"
        assert given["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        back = {"code": code, "state": given["state"]}
        if self.says_who_answers:
            back["iss"] = self.issuer
        return RedirectResponse(f"{given['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        self.asked.append("token")
        form = {name: str(value) for name, value in (await request.form()).items()}
        given = self.codes.pop(form["code"], None)
        if given is None or not self._is_client(request, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != given["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.now().timestamp())
        claims: Claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": given["nonce"],
        }
        key = self.signs_with or self.keys[0]
        header = {"alg": self.algorithm, "kid": key.kid}
        signed = jwt.encode(header, self.changes(claims), key, algorithms=[self.algorithm])
        tokens = {"access_token": "unused", "token_type": "Bearer", "id_token": signed}
        return JSONResponse(self.tokens(tokens))

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        if "client_secret" in form:
            return (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(given).decode().partition(":")
        return (kind, unquote(name), unquote(secret)) == ("Basic", CLIENT_ID, CLIENT_SECRET)


@asynccontextmanager
async def an_oidc_provider(now: Now, path: str = "") -> AsyncIterator[OidcProvider]:
    """A provider that can be reached, by clients that read the list of authorities once."""
    made = OidcProvider(now, path=path)
    with reading_once():
        async with serving(made.application()) as address:
            made.issuer = f"{address}{path}"
            yield made
