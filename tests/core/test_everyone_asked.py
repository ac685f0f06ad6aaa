"""Alone nobody makes a few everyone."""

from collections.abc import Sequence

import pytest

from bot.core.errors import InvalidDocument
from bot.core.everyone_asked import check_everyone_alone, may_be_fewer
from bot.core.programme import Programme
from tests.core.builders import check_in_content, programme_content


def a_force(*teams: tuple[str, int], audience: str | Sequence[str] = "everyone") -> Programme:
    """A force of these teams, and a check-in that asks them."""
    asked = audience if isinstance(audience, str) else list(audience)
    check_ins = [check_in_content(audience=asked)]
    content = programme_content({"east": list(teams)}, check_ins=check_ins)
    return Programme.from_mapping(content, name="programme")


def test_heads_or_teams_that_go_and_a_check_in_that_newly_asks_all_are_looked_at() -> None:
    before = a_force(("a", 60), ("b", 20))
    for fewer in (a_force(("b", 20)), a_force(("a", 59), ("b", 90))):
        assert may_be_fewer(fewer, before)
    assert may_be_fewer(before, a_force(("a", 60), audience=["a"]))
    assert not may_be_fewer(a_force(("a", 60), ("b", 21), ("c", 5)), before)
    # Whom a check-in for some teams asks is looked at elsewhere.
    assert not may_be_fewer(a_force(("b", 20), audience=["b"]), before)
    assert not may_be_fewer(before, None)


def test_alone_nobody_makes_a_few_everyone() -> None:
    had = {"a": 60, "b": 20}
    # Neither invented heads nor invented teams stand for those that went.
    with pytest.raises(InvalidDocument, match="20 of 80 are left"):
        check_everyone_alone(a_force(("b", 90), ("c", 500)), had)
    with pytest.raises(InvalidDocument, match="39 of 80 are left"):
        check_everyone_alone(a_force(("a", 19), ("b", 20)), had)
    check_everyone_alone(a_force(("a", 20), ("b", 20)), had)
    # While a force is being set up there is nothing to hold on to.
    check_everyone_alone(a_force(("b", 20)), {})
