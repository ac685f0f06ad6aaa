"""Codes that link a lead's chat: none is taken for a team's code or for words, nor guessed."""

import secrets

import pytest

from bot.core.lead_codes import (
    ALPHABET,
    LENGTH,
    alert_digest_of,
    digest_of,
    in_parts,
    new_lead_code,
    typed_lead_code,
)
from bot.core.team_codes import new_team_code, tidy_code
from bot.officer.handlers import looks_like_a_code


def test_a_code_is_read_however_it_is_typed() -> None:
    for _ in range(50):
        code = new_lead_code(secrets.token_bytes)
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        for typed in (
            code,
            code.lower(),
            in_parts(code),
            in_parts(code).replace("-", " "),
            f" {code}\n",
        ):
            assert typed_lead_code(typed) == code


def test_it_fits_into_a_link_to_the_bot() -> None:
    # Telegram takes 64 of letters, digits, _ and -.
    assert new_lead_code(secrets.token_bytes).isalnum()
    assert LENGTH <= 64


def test_neither_kind_of_code_is_taken_for_the_other() -> None:
    for _ in range(50):
        mine, team = new_lead_code(secrets.token_bytes), new_team_code(secrets.token_bytes)
        assert typed_lead_code(team) is None
        assert not looks_like_a_code(mine)
        assert not looks_like_a_code(in_parts(mine))
        assert tidy_code(mine) != team


@pytest.mark.parametrize(
    "typed",
    ["", "stop", "please help me", "BCDF2345GHJK", "A" * 19, "A" * 21, "A" * 19 + "O"],
)
def test_anything_else_is_no_code(typed: str) -> None:
    assert typed_lead_code(typed) is None


def test_bytes_that_would_make_a_character_likelier_are_thrown_away() -> None:
    given = iter([b"\xff" * LENGTH, b"\xf0" * LENGTH, bytes(range(LENGTH)), bytes(LENGTH)])
    assert new_lead_code(lambda size: next(given)) == ALPHABET[:LENGTH]


def test_what_is_kept_is_a_hash_of_the_code_and_never_changes() -> None:
    assert len(digest_of("A" * LENGTH)) == 32
    assert digest_of("A" * LENGTH) != digest_of("B" * LENGTH)
    assert digest_of("A" * LENGTH).hex().startswith(DIGEST)


DIGEST = "be3db57feecf04d2"


def test_a_code_for_alerts_is_found_by_other_bytes() -> None:
    assert alert_digest_of("A" * 20) != digest_of("A" * 20)
    assert len(alert_digest_of("A" * 20)) == 32
