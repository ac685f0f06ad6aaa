"""Changes that stand out: the few things of the newest release that the change rule lets us say.

Structured, without texts. Nothing is said where the rule does not allow it, and nothing is
read from a cell that is not shown. Many cells are looked at every round, and a few move by
chance even so (tests/core/evaluation/test_chance.py): it is where to look first, not a proof.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, zip_longest
from typing import Final

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import DEPTH, Level
from bot.core.evaluation.change_rule import MARGIN, Direction, change_of, compared, hull, spanning
from bot.core.evaluation.series import Point, all_series, in_order

__all__ = ["Direction", "Kind", "StandsOut", "change_of", "standing_out"]

LOWEST_FROM: Final = 60
"""A group is in the lowest band when at least this many in a hundred gave low answers."""

ROUNDS_LOOKED_AT: Final = 6
"""What happened before these is history, not news."""

MOST: Final = 5


class Kind(StrEnum):
    """In which way a group stands out, most urgent first."""

    LOWEST = "lowest"
    """In the lowest band for two rounds."""
    WORSE = "worse"
    BETTER = "better"
    BELOW_FORCE = "below_force"
    """More low answers than in the force for two rounds."""
    ABOVE_FORCE = "above_force"


@dataclass(frozen=True, slots=True)
class StandsOut:
    """One thing that stands out: in one theme, of one group or of neighbouring ones.

    `low` spans the newest bands of low answers of the groups; `against` what they are compared
    with: their bands before the change, or the newest of the force; None for `LOWEST`.
    """

    kind: Kind
    scale: str
    groups: tuple[ReleasedGroup, ...]
    """The first leads; the others are of the same level and department."""
    rounds: tuple[str, ...]
    """The ids of the rounds that say so, oldest first."""
    low: Band
    against: Band | None


@dataclass(frozen=True, slots=True)
class _Cell:
    """One group and scale that stands out by itself."""

    group: ReleasedGroup
    rounds: tuple[str, ...]
    low: Band
    against: Band | None

    @property
    def distance(self) -> int:
        """How far it stands out, in points."""
        if self.against is None:
            return self.low.low
        return max(self.low.low - self.against.high, self.against.low - self.low.high)


def standing_out(releases: Iterable[Release], check_in: str) -> tuple[StandsOut, ...]:
    """Return what stands out in the newest release of a check-in, what matters most first.

    At most five; the best of each kind comes before the second of any.
    """
    newest = in_order(releases, check_in)[-ROUNDS_LOOKED_AT:]
    if not newest:
        return ()
    series = all_series(newest, check_in)
    groups = newest[-1].groups
    scales = [str(scale["id"]) for scale in newest[-1].document["scales"]]
    # All that stands out does so in the newest round, so it is shown there.
    shown = {
        scale: [group for group in groups if group.scales.get(scale) is not None]
        for scale in scales
    }
    found: dict[Kind, list[StandsOut]] = {kind: [] for kind in Kind}
    for scale in scales:
        cells: dict[Kind, list[_Cell]] = {kind: [] for kind in Kind}
        for group in shown[scale]:
            points, force = series[group.id, scale], series[groups[0].id, scale]
            kind = _kind_of(points, force)
            if kind is not None:
                cells[kind[0]].append(_Cell(group, *kind[1:]))
        for each, standing in cells.items():
            found[each] += _together(each, scale, _outermost(standing, groups))
    ranked = [sorted(found[kind], key=_urgency) for kind in Kind]
    in_turn = chain.from_iterable(zip_longest(*ranked))
    return tuple(each for each in in_turn if each is not None)[:MOST]


_Said = tuple[Kind, tuple[str, ...], Band, Band | None]
"""The kind, and the rounds, the band and what it is against, as in a `_Cell`."""


def _kind_of(points: Sequence[Point], force: Sequence[Point]) -> _Said | None:
    """Return how a group stands out in a theme, the most urgent way alone."""
    own = points[-1].low
    if own is None or not points[-1].comparable:
        return None
    if _is_lowest(points):
        return Kind.LOWEST, _ids(points[-2:]), own, None
    change = change_of(points)
    if change.is_one:
        kind = Kind.WORSE if change.direction is Direction.WORSE else Kind.BETTER
        return kind, _ids(change.after), own, hull(change.before)
    way = _unlike(points[-2:], force[-2:])
    if way is None:
        return None
    kind = Kind.BELOW_FORCE if way is Direction.WORSE else Kind.ABOVE_FORCE
    return kind, _ids(points[-2:]), own, hull(force[-1:])


def _is_lowest(points: Sequence[Point]) -> bool:
    lows = [point.low for point in points[-2:] if point.low is not None]
    return len(lows) == 2 and min(lows).low >= LOWEST_FROM


def _unlike(points: Sequence[Point], force: Sequence[Point]) -> Direction | None:
    """Return in which way a group differs from the force in two rounds; None where it does not."""
    if len(points) < 2:
        return None
    ways = set()
    for own, whole in zip(points, force, strict=True):
        if own.low is None or whole.low is None:
            return None
        ways.add(compared(whole.low, own.low, MARGIN))
    way = ways.pop()
    # The force itself does not differ from the force.
    return None if ways or way is Direction.SAME else way


def _ids(points: Sequence[Point]) -> tuple[str, ...]:
    return tuple(point.round_id for point in points)


def _outermost(cells: Sequence[_Cell], groups: Sequence[ReleasedGroup]) -> list[_Cell]:
    """Return the cells that no larger group says already."""
    parents = {group.id: group.parent for group in groups}
    standing = {cell.group.id for cell in cells}

    def is_said(group_id: str) -> bool:
        parent = parents.get(group_id)
        return parent is not None and (parent in standing or is_said(parent))

    return [cell for cell in cells if not is_said(cell.group.id)]


def _together(kind: Kind, scale: str, cells: Sequence[_Cell]) -> list[StandsOut]:
    """Return neighbouring groups as one, the one that stands out furthest first."""
    neighbours: dict[tuple[str | None, Level], list[_Cell]] = {}
    for cell in cells:
        neighbours.setdefault((cell.group.parent, cell.group.level), []).append(cell)
    return [
        _as_one(kind, scale, sorted(inside, key=lambda cell: (-cell.distance, cell.group.id)))
        for inside in neighbours.values()
    ]


def _as_one(kind: Kind, scale: str, cells: Sequence[_Cell]) -> StandsOut:
    against = [cell.against for cell in cells if cell.against is not None]
    return StandsOut(
        kind=kind,
        scale=scale,
        groups=tuple(cell.group for cell in cells),
        # One group may need one round and its neighbour two: the longest holds for all.
        rounds=max((cell.rounds for cell in cells), key=len),
        low=spanning([cell.low for cell in cells]),
        against=spanning(against) if against else None,
    )


def _urgency(each: StandsOut) -> tuple[int, int, int, str, str]:
    """Larger groups first, then what stands out further, then more groups together."""
    leading = each.groups[0]
    if each.against is None:
        distance = each.low.low
    else:
        distance = max(each.low.low - each.against.high, each.against.low - each.low.high)
    return (DEPTH[leading.level], -distance, -len(each.groups), each.scale, leading.id)
