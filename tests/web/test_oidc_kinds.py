"""Providers as forces have them: each is believed exactly as it writes, and no claim too many."""

from tests.web.oidc_provider import Claims
from tests.web.test_oidc import Scene, a_scene, scene

__all__ = ["scene"]

TENANT = "0f3a6c1e-0000-4000-8000-5f1e5dfe0a11"
ROBIN = {
    "oid": "690222be-0000-4000-8000-7c1a3a2d9b55",
    "preferred_username": "robin@fenmarch.example",
    "name": "Robin Example",
}
UNKNOWN_KEYS: list[Claims] = [
    {"kty": "OKP", "crv": "of tomorrow", "kid": "a", "x": "AAAA"},
    {"kty": "EC", "crv": "brainpoolP256r1", "kid": "b", "x": "AAAA", "y": "AAAA"},
    {"kty": "of tomorrow", "kid": "c"},
    {"kty": "RSA", "kid": "d"},
    {},
]


async def test_entra_id_is_taken_as_it_writes(sqlite_database: str) -> None:
    """An issuer with the tenant in its path, no `iss` in the answer, no mail address, keys that
    name no algorithm, tokens dated five minutes back, and claims that nobody asked for."""
    async with a_scene(sqlite_database, f"/{TENANT}/v2.0") as scene:
        provider = scene.provider
        provider.says_who_answers = False
        (key,) = provider.keys
        kept = {"kty": "RSA", "use": "sig", "kid": key.kid, "x5t": key.kid, "x5c": ["MIIC"]}
        provider.shown_with_each = kept | {"alg": None, "issuer": provider.issuer}
        provider.metadata = {
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "tenant_region_scope": "EU",
        }

        def as_entra(claims: Claims) -> Claims:
            back = dict.fromkeys(("iat", "nbf"), claims["iat"] - 300)
            more = {"tid": TENANT, "ver": "2.0", "aio": "A", "rh": "0.A", "uti": "u"}
            return claims | back | more | {"exp": claims["iat"] + 3600} | ROBIN

        provider.changes = as_entra
        client = await scene.bound()
        await client.post("/sign-out")
        assert (await scene.through(client)).status_code == 200
        # The subject decides: the same person under another registration is nobody here.
        provider.subject = "the subject for another application"
        assert (await scene.through(scene.made.browser())).status_code == 403
        # So is whoever comes from another tenant, as the issuer of `common` would let them.
        provider.subject = "subject of Robin"
        elsewhere = provider.issuer.replace(TENANT, TENANT[::-1])
        provider.changes = lambda claims: as_entra(claims) | {"iss": elsewhere}
        assert (await scene.through(scene.made.browser())).status_code == 403


async def test_what_a_provider_that_names_no_tenant_calls_itself_is_not_an_issuer(
    scene: Scene,
) -> None:
    """As `common` and `organizations` of Entra ID do."""
    scene.provider.metadata = {"issuer": f"{scene.provider.issuer}/{{tenantid}}/v2.0"}
    assert (await scene.made.browser().get("/sign-in/through")).status_code == 503


async def test_keys_of_a_kind_not_known_here_shut_nobody_out(scene: Scene) -> None:
    scene.provider.shown_beside = UNKNOWN_KEYS
    client = await scene.bound()
    assert (await client.get("/results")).status_code == 200


async def test_a_provider_without_a_key_that_can_be_read_is_not_used(scene: Scene) -> None:
    scene.provider.keys = []
    scene.provider.shown_beside = UNKNOWN_KEYS
    answer = await scene.made.browser().get("/sign-in/through")
    assert answer.status_code == 503
    assert "cannot be reached now" in answer.text
