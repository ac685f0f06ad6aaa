"""Invented histories: releases written down cell by cell, for rules that read releases alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.core.disclosure.release import FORMAT, Release, make_release

CHECK_IN = "weekly"
MONTH = timedelta(days=28)
FIRST_DAY = date(2026, 1, 5)

GROUPS: Mapping[str, str | None] = {
    "force": None,
    "department:roads": "force",
    "unit:cars": "department:roads",
    "unit:bikes": "department:roads",
    "unit:lorries": "department:roads",
    "department:harbour": "force",
    "unit:quay": "department:harbour",
    "unit:boats": "department:harbour",
}
"""Each with its parent."""

Low = tuple[int, int] | None


@dataclass(frozen=True)
class Shown:
    """How a group is shown in one round: its low bands by scale, None where not shown."""

    low: Mapping[str, Low]
    people: tuple[int, int | None] | None = (15, 24)
    comparable: bool = True


def low(*bands: Low, people: tuple[int, int | None] | None = (15, 24)) -> list[Shown]:
    """One theme of one group through rounds, from its bands of low answers."""
    return [Shown({"workload": band}, people) for band in bands]


def a_release(
    number: int,
    groups: Mapping[str, Shown],
    scales: Sequence[str] = ("workload",),
    *,
    check_in: str = CHECK_IN,
    instrument: tuple[str, int] = ("pulse", 1),
) -> Release:
    """The release of one round."""
    opens_on = FIRST_DAY + number * MONTH
    return make_release(
        {
            "format": FORMAT,
            "round": f"{check_in}-{number:02}",
            "check_in": check_in,
            "title": {"en": "Weekly pulse"},
            "opens_on": opens_on.isoformat(),
            "closes_on": (opens_on + MONTH).isoformat(),
            "instrument": {"id": instrument[0], "version": instrument[1], "validated": False},
            "scales": [_texts(scale) for scale in scales],
            "groups": [_group(group_id, shown, scales) for group_id, shown in groups.items()],
            "counts": [],
            "cuts": [],
        }
    )


def _texts(scale: str) -> dict[str, Any]:
    return {
        "id": scale,
        "title": {"en": scale.capitalize()},
        "low": {"en": "Not manageable"},
        "middle": {"en": "In between"},
        "high": {"en": "Manageable"},
    }


def _group(group_id: str, shown: Shown, scales: Sequence[str]) -> dict[str, Any]:
    return {
        "id": group_id,
        "name": group_id.rpartition(":")[2].capitalize(),
        "level": group_id.partition(":")[0],
        "parent": GROUPS.get(group_id, "force"),
        "teams": [],
        "respondents": None if shown.people is None else list(shown.people),
        "rate": None,
        "comparable": shown.comparable,
        "scales": {scale: _scale(shown.low.get(scale)) for scale in scales},
    }


def _scale(band: Low) -> dict[str, Any] | None:
    if band is None:
        return None
    return {"low": list(band), "middle": [0, 100], "high": [0, 100], "mean": None}


def releases_of(
    histories: Mapping[str, Sequence[Shown]], scales: Sequence[str] = ("workload",)
) -> list[Release]:
    """One release per round; all histories are of the same length."""
    rounds = len(next(iter(histories.values())))
    return [
        a_release(number, {group: shown[number] for group, shown in histories.items()}, scales)
        for number in range(rounds)
    ]
