"""Changes that stand out: the few things of the newest release that the change rule lets us say.

Structured, without texts. Nothing is said where the rule does not allow it, and nothing is
read from a cell that is not shown. Many cells are looked at every round, and a few move by
chance even so (tests/core/evaluation/test_chance.py): it is where to look first, not a proof.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


_Finder = Callable[[ReleasedGroup, Sequence[Point], Sequence[Point]], _Cell | None]


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
        said: set[str] = set()
        for kind, finder in _FINDERS.items():
            cells = [
                finder(group, series[group.id, scale], series[groups[0].id, scale])
                for group in shown[scale]
                if group.id not in said
            ]
            outermost = _outermost([cell for cell in cells if cell is not None], groups)
            said |= {cell.group.id for cell in cells if cell is not None}
            found[kind] += _together(kind, scale, outermost)
    ranked = [sorted(found[kind], key=_urgency) for kind in Kind]
    in_turn = chain.from_iterable(zip_longest(*ranked))
    return tuple(each for each in in_turn if each is not None)[:MOST]


def _lowest(group: ReleasedGroup, points: Sequence[Point], force: Sequence[Point]) -> _Cell | None:
    lows = [point.low for point in points[-2:] if point.low is not None]
    if len(lows) < 2 or not points[-1].comparable or min(lows).low < LOWEST_FROM:
        return None
    return _Cell(group, _ids(points[-2:]), lows[-1], None)


def _changed(way: Direction) -> _Finder:
    def find(group: ReleasedGroup, points: Sequence[Point], force: Sequence[Point]) -> _Cell | None:
        change = change_of(points)
        if change.direction is not way:
            return None
        return _Cell(group, _ids(change.after), hull(change.after[-1:]), hull(change.before))

    return find


def _differs(way: Direction) -> _Finder:
    def find(group: ReleasedGroup, points: Sequence[Point], force: Sequence[Point]) -> _Cell | None:
        pairs = list(zip(points, force, strict=True))[-2:]
        if group.level is Level.FORCE or len(pairs) < 2 or not points[-1].comparable:
            return None
        for own, whole in pairs:
            if own.low is None or whole.low is None:
                return None
            if compared(whole.low, own.low, MARGIN) is not way:
                return None
        return _Cell(group, _ids(points[-2:]), hull(points[-1:]), hull(force[-1:]))

    return find


_FINDERS: Final[Mapping[Kind, _Finder]] = {
    Kind.LOWEST: _lowest,
    Kind.WORSE: _changed(Direction.WORSE),
    Kind.BETTER: _changed(Direction.BETTER),
    Kind.BELOW_FORCE: _differs(Direction.WORSE),
    Kind.ABOVE_FORCE: _differs(Direction.BETTER),
}
"""In this order; what one says of a group in a theme, the later ones do not say again."""


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
