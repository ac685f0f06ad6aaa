"""Limits: so many in so long, for each alone, in memory that stays small."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.staff import CHALLENGE_LASTS
from bot.web.sign_in import limits
from bot.web.sign_in.limits import Begun, Limit, SignInLimits
from bot.web.sign_in.reserve import Reserve

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_so_many_in_so_long_for_each_key() -> None:
    limit = Limit(2, MINUTE)
    assert [limit.allows("a", NOW) for _ in range(3)] == [True, True, False]
    assert limit.allows("b", NOW)
    assert not limit.allows("a", NOW + MINUTE - timedelta(seconds=1))
    assert limit.allows("a", NOW + MINUTE)


def test_what_is_kept_stays_small_whatever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEPT", 10)
    limit = Limit(1, MINUTE)
    for key in range(100):
        limit.allows(key, NOW + timedelta(seconds=key))
    assert len(limit._taken) <= 10
    for key in range(100):
        limit.allows(key, NOW)
    assert len(limit._taken) <= 10


def test_no_address_and_no_secret_is_kept_as_it_came() -> None:
    made = SignInLimits(lambda: NOW, lambda size: b"k" * size)
    assert made.may_store(Begun.BY_PASSKEY, "192.0.2.7")
    assert made.may_store(Begun.THROUGH, None)
    assert made.may_try("an invite")
    assert made.may_try(b"an id \xff")
    kept = repr([limit._taken for limit in (made._from_one, made._in_all, made._with_one)])
    for text in ("192.0.2.7", "an invite", "an id"):
        assert text not in kept


def test_many_addresses_together_are_too_many_as_well() -> None:
    made = SignInLimits(lambda: NOW, lambda size: b"k" * size)
    assert all(made.may_store(Begun.THROUGH, f"192.0.2.{number % 200}") for number in range(600))
    assert not made.may_store(Begun.THROUGH, "192.0.2.250")
    # One way in is not shut by what comes to the other.
    assert made.may_store(Begun.BY_PASSKEY, "192.0.2.250")


# --- The reserve ------------------------------------------------------------------------

BROWSER, PURPOSE = "b" * 64, "sign in by passkey"


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_challenge_in_reserve_works_once_for_its_browser_and_purpose() -> None:
    made = Reserve(Clock(), secrets.token_bytes)
    challenge = made.new_challenge(BROWSER, PURPOSE)
    assert bytes.fromhex(challenge)
    assert challenge != made.new_challenge(BROWSER, PURPOSE)
    assert not made.take(challenge, "c" * 64, PURPOSE)
    assert not made.take(challenge, BROWSER, "sign in through")
    assert made.holds(challenge, BROWSER, PURPOSE)
    assert made.take(challenge, BROWSER, PURPOSE)
    assert not made.holds(challenge, BROWSER, PURPOSE)
    for again in (challenge, challenge.upper()):
        assert not made.take(again, BROWSER, PURPOSE)


def test_a_challenge_in_reserve_ends_in_time_and_what_was_used_is_forgotten_then() -> None:
    clock = Clock()
    made = Reserve(clock, secrets.token_bytes)
    late, used = made.new_challenge(BROWSER, PURPOSE), made.new_challenge(BROWSER, PURPOSE)
    assert made.take(used, BROWSER, PURPOSE)
    clock.now += CHALLENGE_LASTS - timedelta(seconds=1)
    assert made.holds(late, BROWSER, PURPOSE)
    assert not made.holds(used, BROWSER, PURPOSE)
    clock.now += timedelta(seconds=1)
    assert not made.take(late, BROWSER, PURPOSE)
    assert not made.take(used, BROWSER, PURPOSE)
    assert made.take(made.new_challenge(BROWSER, PURPOSE), BROWSER, PURPOSE)
    assert len(made._used) == 1


@pytest.mark.parametrize("invented", ["", "x", "0" * 64, "0" * 112, "é" * 112, "z" * 112])
def test_what_no_reserve_made_is_none_of_it(invented: str) -> None:
    made, other = (Reserve(Clock(), secrets.token_bytes) for _ in range(2))
    assert not made.holds(invented, BROWSER, PURPOSE)
    challenge = made.new_challenge(BROWSER, PURPOSE)
    assert not other.take(challenge, BROWSER, PURPOSE)
    longer = f"{int(challenge[32:48], 16) + 600:016x}"
    assert not made.take(challenge[:32] + longer + challenge[48:], BROWSER, PURPOSE)
