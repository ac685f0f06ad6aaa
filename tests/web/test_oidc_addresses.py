"""What a provider is known by: nothing secret prints, and nothing is said unprotected."""

import pytest

from bot.web.sign_in.oidc import Client, Provider, is_protected
from tests.workflows.access import MORNING


async def test_what_a_provider_knows_us_by_does_not_print() -> None:
    client = Client("https://id.example", "a", "hush")
    assert "hush" not in repr(client)
    provider = Provider(client, lambda: MORNING)
    assert provider.name == "id.example"
    assert "hush" not in repr(vars(provider))


@pytest.mark.parametrize(
    ("address", "protected"),
    [
        ("https://id.example/a", True),
        ("http://127.0.0.1:8080/a", True),
        ("http://localhost/a", True),
        ("http://[::1]/a", True),
        ("http://id.example/a", False),
        ("http://127.0.0.1.evil.example/a", False),
        ("https:///a", False),
        ("ftp://127.0.0.1/a", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_what_is_said_to_an_address_is_protected(address: str, protected: bool) -> None:
    assert is_protected(address) is protected
