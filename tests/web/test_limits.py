"""Limits: so many in so long, for each alone, in memory that stays small."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.web.sign_in import limits
from bot.web.sign_in.limits import Limit, SignInLimits

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
    assert made.allow("192.0.2.7", "an invite")
    assert made.allow(None, b"an id \xff")
    kept = repr([limit._taken for limit in (made._from_one, made._in_all, made._with_one)])
    for text in ("192.0.2.7", "an invite", "an id"):
        assert text not in kept


def test_many_addresses_together_are_too_many_as_well() -> None:
    made = SignInLimits(lambda: NOW, lambda size: b"k" * size)
    assert all(made.allow(f"192.0.2.{number % 200}") for number in range(600))
    assert not made.allow("192.0.2.250")
