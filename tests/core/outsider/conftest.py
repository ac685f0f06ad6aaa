"""Searches that one history after the other asks for again: searched once for all of them."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import pytest

from bot.core.disclosure import consistency, linear
from bot.core.disclosure.linear import Row, Rule, Same

SEARCHES = 4_000
"""How many are kept: more than the ordinary suite asks for."""


@lru_cache(SEARCHES)
def _found(
    rules: Sequence[Rule], aim: tuple[Sequence[int], Row], same: Same, whole: bool, _: int
) -> bool:
    return linear.some_way_exists(rules, aim, same, whole=whole)


def _searched_once(
    rules: Sequence[Rule],
    aim: tuple[Sequence[int], Row],
    same: Same = (),
    *,
    whole: bool = True,
) -> bool:
    """The search itself: what it is asked decides what it finds, and where it gives up."""
    asked = tuple((tuple(atoms), tuple(rows)) for atoms, rows in rules)
    alike = tuple(tuple(atoms) for atoms in same)
    return _found(asked, (tuple(aim[0]), aim[1]), alike, whole, linear._NODES)


@pytest.fixture(scope="package", autouse=True)
def searching_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consistency, "some_way_exists", _searched_once)
        yield
