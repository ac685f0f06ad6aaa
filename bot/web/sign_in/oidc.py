"""The force's own sign-in, by OpenID Connect: authorization code, PKCE, state and nonce. By
Authlib and the library it checks signatures with.

What comes back is believed only when the provider that was set up signed it, for us, just now,
and for the very sign-in that this browser began. Of all claims the subject alone is used: a
mail address can be given to somebody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from bot.core.errors import StandEasyError
from bot.web.sign_in.site import LOOPBACK
from bot.workflows.moment import Now

SIGNED_BY: Final = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519", "RS384", "RS512", "ES384"]
"""With the provider's own key: never unsigned, and never with a secret that both hold."""
KEPT: Final = timedelta(hours=1)
ASKED_AGAIN: Final = timedelta(minutes=1)
LEEWAY_SECONDS: Final = 60
LONGEST_SUBJECT: Final = 255
_TIMEOUT: Final = 10.0


class ProviderUnreachable(StandEasyError):
    """The force's sign-in cannot be asked now: {reason}."""

    hint = "See STANDEASY_OIDC_ISSUER, and that this machine can reach it."


class NotVouchedFor(StandEasyError):
    """The force's sign-in did not vouch for anybody: {reason}."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this program by."""

    issuer: str
    client_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Client({self.issuer!r}, {self.client_id!r}, <secret>)"


@dataclass(slots=True)
class _Kept:
    metadata: dict[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """One provider, found by its issuer."""

    def __init__(self, client: Client, now: Now) -> None:
        self._client, self._now = client, now
        self._kept: _Kept | None = None

    @property
    def issuer(self) -> str:
        """Which provider this is."""
        return self._client.issuer

    @property
    def name(self) -> str:
        """What people see of it: its host."""
        return urlsplit(self.issuer).hostname or self.issuer

    async def begins(self, back_to: str, state: str, nonce: str, verifier: str) -> str:
        """Return where a browser is sent; raises `ProviderUnreachable`."""
        metadata = (await self._known()).metadata
        return str(
            prepare_grant_uri(
                metadata["authorization_endpoint"],
                self._client.client_id,
                "code",
                redirect_uri=back_to,
                scope="openid",
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    async def subject(
        self, back_to: str, code: str, nonce: str, verifier: str, said_by: str | None
    ) -> str:
        """Return whom a code stands for; raises `NotVouchedFor` or `ProviderUnreachable`."""
        if said_by is not None and said_by != self.issuer:
            raise NotVouchedFor(reason="another provider answered")
        known = await self._known()
        tokens = await self._tokens(known.metadata, back_to, code, verifier)
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise NotVouchedFor(reason="it sent no ID token")
        try:
            read = await self._read(known, id_token)
            access = {"access_token": tokens["access_token"]} if "access_token" in tokens else {}
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client.client_id},
                    "exp": {"essential": True},
                    "nonce": {"essential": True},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self._client.client_id, **access},
            )
            claims.validate(now=int(self._now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotVouchedFor(reason=type(error).__name__) from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise NotVouchedFor(reason="its subject is none")
        return subject

    async def _read(self, known: _Kept, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, known.keys, algorithms=SIGNED_BY)
        except InvalidKeyIdError:
            # Providers change their keys; one that we do not know is asked for, now and then.
            if self._now() < known.at + ASKED_AGAIN:
                raise
            self._kept = None
            return jwt.decode(id_token, (await self._known()).keys, algorithms=SIGNED_BY)

    async def _tokens(
        self, metadata: dict[str, Any], back_to: str, code: str, verifier: str
    ) -> dict[str, Any]:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": verifier,
        }
        client, auth = self._client, httpx.Auth()
        ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in ways:
            auth = httpx.BasicAuth(quote(client.client_id, safe=""), quote(client.secret, safe=""))
        else:
            fields |= {"client_id": client.client_id, "client_secret": client.secret}
        async with _asking() as http:
            try:
                sent = await http.post(metadata["token_endpoint"], data=fields, auth=auth)
                found = sent.json()
            except (httpx.HTTPError, ValueError) as error:
                raise ProviderUnreachable(reason=type(error).__name__) from None
        if sent.status_code != 200 or not isinstance(found, dict):
            raise NotVouchedFor(reason="it did not take the code")
        return found

    async def _known(self) -> _Kept:
        """Return what the provider says of itself, read again every hour."""
        now = self._now()
        if self._kept is None or now >= self._kept.at + KEPT:
            async with _asking() as http:
                metadata = await _fetched(
                    http, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                )
                self._check(metadata)
                keys = await _fetched(http, metadata["jwks_uri"])
            self._kept = _Kept(metadata, _readable(keys), now)
        return self._kept

    def _check(self, metadata: dict[str, Any]) -> None:
        if metadata.get("issuer") != self.issuer:
            raise ProviderUnreachable(reason="it calls itself by another name")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_protected(str(metadata.get(name, ""))):
                raise ProviderUnreachable(reason=f"its {name} is not protected by https")


def _readable(shown: dict[str, Any]) -> KeySet:
    """Return those of a provider's keys that can be read; raises `ProviderUnreachable`."""
    each, found = shown.get("keys"), []
    for key in each if isinstance(each, list) else []:
        try:
            found += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            # A kind that is not known here: to be passed over (RFC 7517, 5), or the first such
            # key that a provider shows beside its others would shut everybody out.
            continue
    if not found:
        raise ProviderUnreachable(reason="its keys cannot be read")
    return KeySet(found)


def is_protected(address: str) -> bool:
    """Whether nobody on the way can read or change what is said to an address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "http":
        return parts.hostname in LOOPBACK
    return parts.scheme == "https" and bool(parts.hostname)


def _asking() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False)


async def _fetched(http: httpx.AsyncClient, address: str) -> dict[str, Any]:
    try:
        answer = await http.get(address)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderUnreachable(reason=type(error).__name__) from None
    if not isinstance(found, dict):
        raise ProviderUnreachable(reason="it does not answer as one")
    return found
