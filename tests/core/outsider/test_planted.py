"""An auditor that finds nothing must be one that would have: rules switched off, one at a time.

Each seed is a history in which the auditor finds nothing while the rule is kept.
"""

from functools import cache

import pytest

from bot.core.outsider.audit import audit
from bot.core.outsider.findings import Kind
from tests.core.outsider.histories import history
from tests.core.outsider.plants import PLANTS

FORTNIGHT = 14

FOUND_IN: dict[str, tuple[int, Kind]] = {
    "remainders": (2, Kind.CONTRADICTION),
    "heads": (5, Kind.NARROWED),
    "parts over time": (7, Kind.NARROWED),
    "new names": (5, Kind.NARROWED),
    "homogeneity": (4, Kind.HOMOGENEOUS),
    "edges of numbers": (9, Kind.NEARLY_EVERYBODY),
    "bands together": (10, Kind.ALIKE),
    "cuts beside the tree": (18, Kind.NARROWED),
    "days between": (0, Kind.TOO_SOON),
    "widths": (0, Kind.CONTRADICTION),
    "exact numbers": (0, Kind.NEARLY_EVERYBODY),
    "what nearly all chose": (4, Kind.NEARLY_EVERYBODY),
}


@cache
def is_clean(seed: int) -> bool:
    """Whether nothing is found while all rules are kept."""
    return not audit(history(seed)).violations


@pytest.mark.parametrize("rule", PLANTS)
def test_a_rule_that_is_switched_off_is_noticed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seed, kind = FOUND_IN[rule]
    with monkeypatch.context() as patch:
        PLANTS[rule](patch)
        told = history(seed, FORTNIGHT if rule == "days between" else 28)
    assert kind in {violation.kind for violation in audit(told).violations}
    assert is_clean(seed), "and nothing while the rule is kept"
