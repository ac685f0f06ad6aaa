"""Cuts: the whole force by role type, by length of service, and under high stress or not.

A cut is never crossed with another cut or with the tree. All its cells are shown or none, each
holds 20 people or more, and together they are the force: what a cell leaves over is made of
other cells. What a cell and the groups of the tree leave over of each other (`_safe_with_tree`)
holds nobody, or as many people as the smallest group that may be shown.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.disclosure.bands import Bands, people_band, share_bands
from bot.core.disclosure.counted import Counted, Number
from bot.core.disclosure.mingled import nobody_is_left_alone
from bot.core.disclosure.respondents import Known
from bot.core.disclosure.rules import (
    CUT_GRIDS,
    MOST_OF_THE_ROOM,
    PEOPLE_IN_A_CELL,
    STEP,
    DisclosureRules,
    Level,
)
from bot.core.disclosure.suppression import Group, GroupFacts, Safe, remainder
from bot.core.disclosure.travelled import Travelled
from bot.core.instruments import Scale, Sensitivity
from bot.core.reporting_units import ReportingUnits
from bot.core.responses import LengthOfService, RoleType
from bot.core.tabulation import UnsafeTable

HIGH_STRESS, ROLE, SERVICE = "high-stress", "role", "service"
CUTS = (HIGH_STRESS, ROLE, SERVICE)

Names = Mapping[int, tuple[str, str]]

_SIDES: Names = {
    True: ("high-stress", "Teams under high stress"),
    False: ("rest", "All other teams"),
}
_ROLES: Names = {
    RoleType.OFFICER: ("officer", "Police officers"),
    RoleType.STAFF: ("staff", "Police staff"),
    RoleType.SPECIAL: ("special", "Special constables"),
    RoleType.VOLUNTEER: ("volunteer", "Volunteers"),
    RoleType.NOT_SAID: ("not-said", "Not said"),
}
_SERVICES: Names = {
    LengthOfService.UNDER_1: ("under-1", "Under 1 year"),
    LengthOfService.FROM_1_TO_4: ("1-to-4", "1 to 4 years"),
    LengthOfService.FROM_5_TO_9: ("5-to-9", "5 to 9 years"),
    LengthOfService.FROM_10_TO_19: ("10-to-19", "10 to 19 years"),
    LengthOfService.FROM_20: ("20-or-more", "20 years or more"),
    LengthOfService.NOT_SAID: ("not-said", "Not said"),
}

PerPrompt = Sequence[Sequence[int]]
"""For each prompt, the answers in each of the three groups of answers."""


@dataclass(frozen=True, slots=True)
class CutSo:
    """What one cut would say of one scale: the bands of every cell, and how it was counted."""

    by: str
    cells: tuple[int, ...]
    bands: tuple[Bands, ...]
    least: tuple[int, ...]
    """Where the band of people begins that the width of the bands shows."""
    counts: tuple[tuple[int, int, int], ...]
    sets: tuple[frozenset[int], ...]
    """The units of each cell, where a cell is made of units."""


Withheld = Callable[[Scale, Sequence[CutSo]], bool]
"""Whether what cuts together would say of a scale must stay away for what else is shown of it."""


def released_cuts(
    table: UnsafeTable,
    units: ReportingUnits,
    counted: Counted,
    groups: Sequence[Group],
    known: Mapping[str, Known],
    rules: DisclosureRules,
    *,
    showing: Mapping[str, frozenset[str]],
    hidden: Collection[str] = (),
    withheld: Withheld = lambda scale, cuts: False,
) -> list[dict[str, Any]]:
    """Return the three cuts as a release says them; without cells where one is not shown.

    `known` is what is known of the respondents; `showing` are the groups in which each scale is
    shown, and under "" those whose respondents are; `hidden` the cuts that must stay away for
    what was shown before; `withheld` says so of one scale, for what else is shown of it.
    """
    cuts = _Cuts(table, units, counted, groups, known, rules)
    may = "force" in showing[""] and Level(table.instrument.publication.level) is Level.UNIT
    return [
        {
            "by": by,
            "cells": cuts.cells(by, names, showing, withheld) if may and by not in hidden else [],
        }
        for by, names in ((HIGH_STRESS, _SIDES), (ROLE, _ROLES), (SERVICE, _SERVICES))
    ]


class _Cuts:
    """Everything about the cuts of one round."""

    def __init__(
        self,
        table: UnsafeTable,
        units: ReportingUnits,
        counted: Counted,
        groups: Sequence[Group],
        known: Mapping[str, Known],
        rules: DisclosureRules,
    ) -> None:
        self._instrument = table.instrument
        self._force = table.force
        self._units = units
        self._counted = counted
        self._groups = groups
        self._known = known
        self._fewest = max(PEOPLE_IN_A_CELL, rules.threshold)
        self._rules = rules
        self._travelled = Travelled(table, units)
        self._prompts = sorted({prompt for _, _, prompt in table.force})
        self._sides: list[frozenset[int]] = []
        """The units of the cells that are shown, where they are made of units."""
        self._shown: dict[str, list[CutSo]] = {}
        """What the cuts that are shown say, by scale: each is held against those before it."""

    def cells(
        self,
        by: str,
        names: Names,
        showing: Mapping[str, frozenset[str]],
        withheld: Withheld,
    ) -> list[dict[str, Any]]:
        cells = self._complete(by, names)
        if not cells or not self._safe(by, None, cells, showing[""]):
            return []
        shown: dict[str, CutSo] = {}
        for scale in self._instrument.scales:
            if self._may_show(by, scale, cells, showing[scale.id]):
                so = self._said(by, scale, cells)
                if not withheld(scale, [*self._shown.get(scale.id, ()), so]):
                    shown[scale.id] = so
        if not shown:
            return []
        for scale_id, so in shown.items():
            self._shown.setdefault(scale_id, []).append(so)
        if by == HIGH_STRESS:
            self._sides = [self._side(bool(cell)) for cell in cells]
        return [
            {
                "id": names[cell][0],
                "label": {"en": names[cell][1]},
                "scales": {
                    scale.id: _written(shown[scale.id].bands[position])
                    if scale.id in shown
                    else None
                    for scale in self._instrument.scales
                },
            }
            for position, cell in enumerate(cells)
        ]

    def _complete(self, by: str, names: Names) -> tuple[int, ...]:
        """Return the cells of a cut; none where the table would not be complete.

        Who did not say is a cell like any other, left out only where everybody said.
        """
        cells = tuple(names)
        if by != HIGH_STRESS and not any(self._respondents(by, int(RoleType.NOT_SAID))):
            cells = cells[:-1]
        room = self._known["force"].most
        if 100 * self._fewest * len(cells) > MOST_OF_THE_ROOM * room:
            return ()
        enough = all(max(self._respondents(by, cell), default=0) >= self._fewest for cell in cells)
        return cells if enough else ()

    def _may_show(
        self, by: str, scale: Scale, cells: Sequence[int], showing: frozenset[str]
    ) -> bool:
        return (
            self._instrument.sensitivity_of(scale) is Sensitivity.ORDINARY
            and "force" in showing
            and all(
                max(map(sum, self._answers(by, cell, scale)), default=0) >= self._fewest
                for cell in cells
            )
            and self._safe(by, scale, cells, showing)
        )

    def _said(self, by: str, scale: Scale, cells: Sequence[int]) -> CutSo:
        bands, leasts, counts = [], [], []
        for cell in cells:
            answers = self._answers(by, cell, scale)
            low, middle, high = (sum(each[place] for each in answers) for place in range(3))
            remainders = [max(sum(each) - each[place] for each in answers) for place in range(3)]
            people = max(map(sum, answers))
            edges = self._edges(by, cell, len(cells))
            least = people_band(people, edges).least
            bands.append(share_bands((low, middle, high), remainders, least, CUT_GRIDS))
            leasts.append(least)
            counts.append((low, middle, high))
        sets = tuple(self._side(bool(cell)) for cell in cells) if by == HIGH_STRESS else ()
        return CutSo(by, tuple(cells), tuple(bands), tuple(leasts), tuple(counts), sets)

    def _edges(self, by: str, cell: int, number: int) -> list[int]:
        """Return where bands of people of a cell may begin: how wide its bands are shows it.

        Not one that would say that more than four fifths of those who can be in it answered.
        """
        finer = [edge for edge, _ in CUT_GRIDS if edge > self._fewest]
        room = self._known["force"].most // number
        if by == HIGH_STRESS:
            room = min(room, self._room(self._side(bool(cell))))
        return [self._fewest, *(e for e in finer if 100 * e <= MOST_OF_THE_ROOM * room)]

    # --- What is safe beside the tree -----------------------------------------------------

    def _safe(
        self, by: str, scale: Scale | None, cells: Sequence[int], showing: frozenset[str]
    ) -> bool:
        listed = [group for group in self._groups if group.id in showing]
        atoms = [rest for group in listed if (rest := remainder(group, listed))]
        if self._sides:
            atoms = [part for rest in atoms for side in self._sides if (part := rest & side)]
        return _safe_with_tree(self, by, scale, cells, atoms)

    def sides_are_safe(self, scale: Scale | None, atoms: Sequence[frozenset[int]]) -> bool:
        """Whether every part of the tree holds nobody of a side of the force, or enough."""
        small = Safe(self._rules.threshold, self._rules.heads, 0)
        large = Safe(self._fewest, -(-100 * self._fewest // MOST_OF_THE_ROOM), 0)
        for side in (self._side(True), self._side(False)):
            if not large.holds_for(self._facts(scale, side)) or not self._has_room(side):
                return False
            for atom in atoms:
                both = atom & side
                if both and not small.holds_for(self._facts(scale, both)):
                    return False
        return True

    def mingle(
        self, by: str, scale: Scale | None, cells: Sequence[int], atoms: Sequence[frozenset[int]]
    ) -> bool:
        """Whether no combination of cells and parts of the tree points at a few people."""
        positions = {each.id: place for place, each in enumerate(self._instrument.scales)}
        place = None if scale is None else positions[scale.id]
        rows = self._travelled.rows(atoms, place, by_role=by == ROLE)
        few = self._rules.threshold
        # A cut by service is held against the cut by role as well: both may be shown.
        return nobody_is_left_alone(rows, cells, few) and (
            by == ROLE or nobody_is_left_alone(self._travelled.crossed(place), cells, few)
        )

    def _facts(self, scale: Scale | None, units: frozenset[int]) -> GroupFacts:
        if scale is None:
            return self._counted.respondents(units)
        return self._counted.answering(scale, units)

    # --- Numbers ------------------------------------------------------------------------

    def _side(self, high_stress: bool) -> frozenset[int]:
        return frozenset(
            position
            for position, unit in enumerate(self._units.units)
            if unit.high_stress is high_stress
        )

    def _room(self, side: frozenset[int]) -> int:
        """Return the most people a side can hold, as far as everybody can tell."""
        return sum(self._known[tip.id].most for tip in self._tips(side))

    def _has_room(self, side: frozenset[int]) -> bool:
        """Whether “20 or more” of a side is no more than its units say, or leaves room."""
        least = sum(self._known[tip.id].least for tip in self._tips(side))
        return 100 * self._fewest <= MOST_OF_THE_ROOM * self._room(side) and not (
            least < self._fewest < least + STEP
        )

    def _tips(self, side: frozenset[int]) -> Iterator[Group]:
        parents = {group.parent for group in self._groups}
        return (group for group in self._groups if group.id not in parents and group.units <= side)

    def _respondents(self, by: str, cell: int) -> list[int]:
        if by == HIGH_STRESS:
            return self._counted.per_prompt(self._side(bool(cell)), lambda each: each.respondents)
        return self._travelled.respondents(cell, by_role=by == ROLE)

    def _answers(self, by: str, cell: int, scale: Scale) -> PerPrompt:
        if by == HIGH_STRESS:
            side = self._side(bool(cell))
            groups = [self._counted.per_prompt(side, _in_group(scale, n)) for n in range(3)]
            return list(zip(*groups, strict=True))
        return [self._of_prompt(by, cell, scale, prompt) for prompt in self._prompts]

    def _of_prompt(self, by: str, cell: int, scale: Scale, prompt: int) -> list[int]:
        mine = [
            answers[scale.id]
            for (role, service, asked), answers in self._force.items()
            if asked == prompt and (role if by == ROLE else service) == cell
        ]
        return [sum(each[place] for each in mine) for place in range(3)]


def _safe_with_tree(
    cuts: _Cuts,
    by: str,
    scale: Scale | None,
    cells: Sequence[int],
    atoms: Sequence[frozenset[int]],
) -> bool:
    """Whether a cut can stand beside the shown groups of the tree; `atoms` are what adding and
    subtracting those gives."""
    if by == HIGH_STRESS:
        return cuts.sides_are_safe(scale, atoms)
    return cuts.mingle(by, scale, cells, atoms)


def _in_group(scale: Scale, place: int) -> Number:
    return lambda cell: cell.scales[scale.id].groups[place]


def _written(bands: Bands) -> dict[str, list[int]]:
    return {
        "low": [bands.low.low, bands.low.high],
        "middle": [bands.middle.low, bands.middle.high],
        "high": [bands.high.low, bands.high.high],
    }
