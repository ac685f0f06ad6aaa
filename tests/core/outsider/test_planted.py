"""An auditor that finds nothing must be one that would have: rules switched off, one at a time.

Each seed is a history in which the auditor finds nothing while the rule is kept, with as many
rounds as it takes until it finds something without the rule.
"""

from functools import cache

import pytest

from bot.core.outsider.audit import audit
from bot.core.outsider.findings import Kind
from tests.core.outsider.histories import history
from tests.core.outsider.plants import PLANTS

FORTNIGHT = 14

FOUND_IN: dict[str, tuple[int, int, Kind]] = {
    # Seed, rounds, and what is found.
    "remainders": (2, 1, Kind.CONTRADICTION),
    "heads": (5, 6, Kind.NARROWED),
    "parts over time": (7, 8, Kind.NARROWED),
    "new names": (5, 6, Kind.NARROWED),
    "homogeneity": (4, 3, Kind.HOMOGENEOUS),
    "edges of numbers": (9, 1, Kind.NEARLY_EVERYBODY),
    "bands together": (10, 4, Kind.ALIKE),
    "cuts beside the tree": (18, 6, Kind.NARROWED),
    "cuts and the tree together": (401788, 10, Kind.NARROWED),
    "days between": (0, 2, Kind.TOO_SOON),
    "widths": (0, 1, Kind.CONTRADICTION),
    "exact numbers": (0, 1, Kind.NEARLY_EVERYBODY),
    "what nearly all chose": (4, 3, Kind.NEARLY_EVERYBODY),
    "supervision over time": (119, 8, Kind.NARROWED),
    "some of the force": (7, 3, Kind.NOT_EVERYBODY),
}


@cache
def is_clean(seed: int, rounds: int) -> bool:
    """Whether nothing is found while all rules are kept."""
    return not audit(history(seed, rounds=rounds)).violations


@pytest.mark.parametrize("rule", PLANTS)
def test_a_rule_that_is_switched_off_is_noticed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seed, rounds, kind = FOUND_IN[rule]
    with monkeypatch.context() as patch:
        PLANTS[rule](patch)
        told = history(seed, FORTNIGHT if rule == "days between" else 28, rounds=rounds)
    assert kind in {violation.kind for violation in audit(told).violations}
    assert is_clean(seed, rounds), "and nothing while the rule is kept"
