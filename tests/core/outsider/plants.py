"""Rules of disclosure control switched off one at a time, for an auditor that must notice."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from bot.core.disclosure import (
    bands,
    consistency,
    cuts,
    engine,
    ledger,
    new_names,
    option_counts,
    respondents,
    suppression,
)
from bot.core.disclosure.bands import Band, Bands, PeopleBand
from bot.core.disclosure.reading import Reading
from bot.core.disclosure.rules import DisclosureRules, Grid
from bot.core.disclosure.scales import Scales
from bot.core.disclosure.suppression import Safe
from bot.core.instruments import Scale
from bot.workflows import release_distance
from tests.core.outsider.histories import History

Plant = Callable[[pytest.MonkeyPatch], None]


def _replace(module: Any, name: str, rule: Any) -> Plant:
    return lambda patch: patch.setattr(module, name, rule)


def _no_parts_over_time(patch: pytest.MonkeyPatch) -> None:
    """Neither are units formed with what was ever shown, nor is anything withheld for it."""
    patch.setattr(History, "knows_what_was_shown", False)
    patch.setattr(ledger, "withheld_over_time", lambda *_: frozenset())


def _small_heads(rules: DisclosureRules, supervisors: int = 0) -> Safe:
    return Safe(people=rules.threshold, heads=1, supervisors=supervisors)


def _as_it_is(position: int, share: Fraction) -> Bands:
    """The finest bands, whoever they point at."""
    edge = min(95, int(share) // 5 * 5)
    found = [Band(0, 100 - edge)] * 3
    found[position] = Band(edge, edge + 5)
    return Bands(*found)


def _every_edge(edges: Any, threshold: int, least: int, most: int) -> tuple[int, ...]:
    return (threshold, *(edge for edge in edges if edge > threshold))


def _exactly(people: int, edges: Any) -> PeopleBand:
    return PeopleBand(people, people)


def _every_count(patch: pytest.MonkeyPatch) -> None:
    """However many chose it, and whatever that proves."""
    patch.setattr(option_counts, "rounded_count", lambda people, of: people // 5 * 5 + 5)
    patch.setattr(option_counts, "_proven", lambda *_: 0)


def _supervision_as_anything(scales: Scales, scale: Scale, *_: object) -> Reading:
    return scales.reading(scale)


def _nobody_else_exists(patch: pytest.MonkeyPatch) -> None:
    """Whom a round does not ask, the engine does not know: so those asked are the force."""
    patch.setattr(History, "knows_who_is_not_asked", False)


def _any_cut(patch: pytest.MonkeyPatch) -> None:
    """Neither what a cut and the tree leave over of each other counts, nor what they prove."""
    patch.setattr(cuts, "_safe_with_tree", lambda *_: True)
    patch.setattr(Reading, "contradicts", lambda *_: False)


PLANTS: dict[str, Plant] = {
    "remainders": _replace(suppression, "_unsafe_remainder", lambda *_: None),
    "heads": _replace(engine, "_safe", _small_heads),
    "parts over time": _no_parts_over_time,
    "new names": _replace(new_names, "withheld_for_new_names", lambda *_: frozenset()),
    "homogeneity": _replace(bands, "_homogeneous", _as_it_is),
    "edges of numbers": _replace(respondents, "usable_edges", _every_edge),
    "bands together": _replace(consistency, "proven_groups", lambda *_: frozenset()),
    "cuts beside the tree": _any_cut,
    "cuts and the tree together": _replace(Reading, "contradicts", lambda *_: False),
    "days between": _replace(release_distance, "may_release", lambda *_: True),
    "widths": _replace(bands, "_finest", lambda *_: Grid(5, 0)),
    "exact numbers": _replace(engine, "people_band", _exactly),
    "what nearly all chose": _every_count,
    "supervision over time": _replace(engine, "reading_over_time", _supervision_as_anything),
    "some of the force": _nobody_else_exists,
}
