"""Public figures: differentially private shares of the force and its departments.

For figures that leave the force, instead of the bands. Noise is drawn once, outside the core;
everything here is decided before it from public facts (heads, prompts, themes), or after it
from the noisy counts alone. Only this file makes `PublicFigures`.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core.disclosure.engine import RoundFacts
from bot.core.disclosure.rules import MOST_OF_THE_ROOM, Level
from bot.core.disclosure.suppression import Group, tree_of
from bot.core.errors import StandEasyError
from bot.core.instruments import Instrument, Scale, Sensitivity
from bot.core.reporting_units import ReportingUnits
from bot.core.tabulation import UnsafeTable

FORMAT = 1
FROM_PEOPLE = 100
"""Respondents from which a figure is shown, on the safe side of the noise."""
WIDEST_ERROR = 10
"""A share that may be more points off than this says too little to be shown."""
SURE_TOTAL = 5
"""So many noise scales: a sum of three noisy counts is off by less in 39 of 40 draws."""

Noise = Callable[[Sequence[int], int], list[int]]
"""Adds discrete Laplace noise of a whole-numbered scale to each count."""

_MAKERS_MARK = object()


class NotPublic(StandEasyError):
    """Public figures can be made by disclosure control only."""


class DamagedFigures(StandEasyError):
    """The public figures of the round {round} do not fit the hash they were stored with."""

    hint = "Somebody changed the database past the program. Restore a backup."


class PublicFigures:
    """The public figures of one round: canonical bytes and their hash."""

    __slots__ = ("_content", "_document")

    def __init__(self, content: bytes, *, mark: object) -> None:
        if mark is not _MAKERS_MARK:
            raise NotPublic
        self._content = content
        self._document: dict[str, Any] = json.loads(content)

    def __repr__(self) -> str:
        return f"PublicFigures({self.round_id})"

    @property
    def content(self) -> bytes:
        """The canonical bytes."""
        return self._content

    @property
    def document(self) -> Mapping[str, Any]:
        """The content as it was read; not to be changed."""
        return self._document

    @property
    def hash(self) -> bytes:
        """SHA-256 of the content, 32 bytes."""
        return hashlib.sha256(self._content).digest()

    @property
    def round_id(self) -> str:
        """Which round these are figures of."""
        return str(self._document["round"])

    @property
    def year(self) -> int:
        """The calendar year whose budget they used."""
        return int(self._document["year"])

    @property
    def epsilon(self) -> int:
        """What they used of it, in thousandths."""
        return int(self._document["epsilon_thousandths"])


def read_figures(content: bytes, expected_hash: bytes, round_id: str) -> PublicFigures:
    """Return stored public figures; raises `DamagedFigures` when they are not what was drawn."""
    if hashlib.sha256(content).digest() != expected_hash:
        raise DamagedFigures(round=round_id)
    figures = PublicFigures(content, mark=_MAKERS_MARK)
    if figures.round_id != round_id:
        raise DamagedFigures(round=round_id)
    return figures


def draw_figures(
    table: UnsafeTable,
    units: ReportingUnits,
    about: RoundFacts,
    *,
    prompts: int,
    epsilon: int,
    year: int,
    noise: Noise,
) -> PublicFigures | None:
    """Return the public figures of a round; None where it has none whatever was answered.

    `epsilon` is in thousandths. One person answers each of `prompts` once: that bounds what
    anybody adds to the counts, and the noise is scaled to it.
    """
    scales = [
        scale
        for scale in table.instrument.scales
        if table.instrument.sensitivity_of(scale) is Sensitivity.ORDINARY
    ]
    groups = _groups(units, table.instrument)
    if not scales or not groups:
        return None
    sensitivity = prompts * len(scales) * len({group.level for group in groups})
    noise_scale = -(-1000 * sensitivity // epsilon)
    counts = _counts(table, units, groups, scales, prompts)
    noisy = iter(max(0, count) for count in noise(counts, noise_scale))
    shown = [
        {
            "id": group.id,
            "name": group.name,
            "level": group.level.value,
            "scales": {
                scale.id: _shares([next(noisy) for _ in range(3)], prompts, noise_scale)
                for scale in scales
            },
        }
        for group in groups
    ]
    document = {
        "format": FORMAT,
        "round": about.round_id,
        "check_in": about.check_in,
        "title": dict(about.title),
        "opens_on": about.opens_on.isoformat(),
        "closes_on": about.closes_on.isoformat(),
        "year": year,
        "epsilon_thousandths": epsilon,
        "noise": {
            "kind": "discrete Laplace",
            "scale": noise_scale,
            "sensitivity": sensitivity,
            "answers_of_one_person": prompts,
        },
        "instrument": {
            "id": table.instrument.id,
            "version": table.instrument.version,
            "validated": table.instrument.validated,
        },
        "scales": [
            {
                "id": scale.id,
                "title": scale.title,
                "low": scale.groups.low,
                "middle": scale.groups.middle,
                "high": scale.groups.high,
            }
            for scale in scales
        ],
        "groups": shown,
    }
    content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PublicFigures(content.encode(), mark=_MAKERS_MARK)


def _groups(units: ReportingUnits, instrument: Instrument) -> list[Group]:
    """Return the groups that are asked about: by their heads, never by who answered."""
    levels = {Level.FORCE, Level.DEPARTMENT}
    if instrument.publication.level == "force":
        levels = {Level.FORCE}
    enough = -(-100 * FROM_PEOPLE // MOST_OF_THE_ROOM)
    return [
        group
        for group in tree_of(units)
        if group.level in levels
        and sum(units.units[position].heads for position in group.units) >= enough
    ]


def _counts(
    table: UnsafeTable,
    units: ReportingUnits,
    groups: Sequence[Group],
    scales: Sequence[Scale],
    prompts: int,
) -> list[int]:
    """Return three counts for each group and scale, over all prompts."""
    sums = {(group.id, scale.id): [0, 0, 0] for group in groups for scale in scales}
    inside: dict[str, list[str]] = {}
    for group in groups:
        for position in group.units:
            for team in units.units[position].teams:
                inside.setdefault(team, []).append(group.id)
    for (team, prompt), cell in table.cells.items():
        if prompt >= prompts:
            continue
        for group_id in inside.get(team, ()):
            for scale in scales:
                added = sums[group_id, scale.id]
                for place, count in enumerate(cell.scales[scale.id].groups):
                    added[place] += count
    return [count for counts in sums.values() for count in counts]


def _shares(noisy: list[int], prompts: int, noise_scale: int) -> dict[str, Any] | None:
    """Return shares in whole per cent and how far off they may be; None where too few are sure.

    It looks at noisy counts alone, so that showing and hiding use up nothing.
    """
    total = sum(noisy)
    if total < FROM_PEOPLE * prompts + SURE_TOTAL * noise_scale:
        return None
    error = max(_error(count / total, total, noise_scale) for count in noisy)
    if error > WIDEST_ERROR:
        return None
    low, middle, high = ((200 * count + total) // (2 * total) for count in noisy)
    return {"low": low, "middle": middle, "high": high, "points_off": error}


def _error(share: float, total: int, noise_scale: int) -> int:
    """Return how many points a share is off at most in about 19 of 20 draws, by the noise.

    Two standard deviations of a quotient of sums of Laplace noise, and half a point of rounding.
    """
    deviation = noise_scale * math.sqrt(2 * ((1 - share) ** 2 + 2 * share**2)) / total
    return math.ceil(200 * deviation + 0.5)
