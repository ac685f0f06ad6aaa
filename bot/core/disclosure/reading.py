"""Reading: what a release would say of one scale, as its reader can put it together.

Where all of it together proves what the bands of a group leave open (`consistency.py`), groups
are withheld, the smallest first, until it does not.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.disclosure import consistency, narrowed, silence
from bot.core.disclosure.bands import Band, Bands, people_band
from bot.core.disclosure.consistency import Asked, Together
from bot.core.disclosure.counted import Counted
from bot.core.disclosure.cuts import CutSo
from bot.core.disclosure.narrowed import Few, Word
from bot.core.disclosure.respondents import Known
from bot.core.disclosure.rules import DEPTH
from bot.core.disclosure.statements import PLACES, Statement, statement
from bot.core.disclosure.suppression import Group, outermost_inside, remainder
from bot.core.instruments import Scale
from bot.core.programme import SMALLEST_HEADS, SMALLEST_THRESHOLD

REST = "rest of "

_GROUPS_FOR_ANOTHER = 40
"""Where more groups than these are shown one reader is asked: sums of so many leave room."""

Cells = Mapping[str, Mapping[str, Any]]
"""What a release says of one scale, by group."""

Atoms = Sequence[tuple[Group, frozenset[int]]]
"""Sets of units that nothing shown divides, each with the smallest shown group around it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What groups say together, and sides of a cut that are made of their units."""

    atoms: range
    statements: list[Statement]
    proven: frozenset[str]
    moving: Sequence[Asked]
    """What may be, but has to be asked again beside the cells of a cut."""
    room: Mapping[str, int]
    """The answers that all heads of a group, or of a side, could have given."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The cells of one scale, and what is known of the people behind them."""

    scale: Scale
    groups: Sequence[Group]
    shown: Sequence[Group]
    """The groups in which it is shown, each before what lies inside it."""
    cells: Cells
    respondents: Mapping[str, Known]
    answering: Mapping[str, Known]
    counted: Counted
    threshold: int
    everybody: bool = True
    """Whether a reader knows that whoever answers anything mostly answers this."""
    trees: dict[tuple[object, ...], Tree] = field(default_factory=dict, compare=False)
    """What was found out already, by reader and the sides that divide it, and by what is read."""

    def too_clear(self) -> frozenset[str]:
        """Return the groups that must not be shown for what all cells together would prove.

        Where it is proven of a group or of what is left of it, the smallest group inside goes;
        where nothing is inside, the group itself. Those furthest down go first, and each with
        its smallest sibling: which of the two it was is not said.
        """
        proven = frozenset().union(*(reader._tree().proven for reader in self._readers()))
        about = [group for group in self.shown if {group.id, REST + group.id} & proven]
        deepest = max((DEPTH[group.level] for group in about), default=0)
        going = {
            min(outermost_inside(group, self.shown) or [group], key=self._size).id
            for group in about
            if DEPTH[group.level] == deepest
        }
        for group in self.shown if going else ():
            inside = outermost_inside(group, self.shown)
            staying = [each for each in inside if each.id not in going]
            if staying and any(each.id in going for each in inside):
                going.add(min(staying, key=self._size).id)
        return frozenset(going)

    def contradicts(self, cuts: Sequence[CutSo]) -> bool:
        """Whether cuts together, and the tree, would prove something of a cell or of a group."""
        dividing = next((so for so in cuts if so.sets), None)
        read: list[Tree] = []
        for reader in self._readers():
            tree = reader._tree(dividing)
            if not any(tree is each for each in read) and self._finds(tree, cuts):
                return True
            read.append(tree)
        return False

    def _readers(self) -> Iterator["Reading"]:
        """Yield who may read it: somebody who knows that mostly everybody answers every question,
        and somebody who does not, to whom a group by itself says less."""
        yield self
        if len(self.shown) <= _GROUPS_FOR_ANOTHER:
            yield replace(self, everybody=False)

    def _finds(self, tree: Tree, cuts: Sequence[CutSo]) -> bool:
        """Whether who reads the tree so finds something, whoever it is.

        The cells of each cut hold the same people as the tree; sides are sets of its units.
        """
        same, cells = [tree.atoms], list[Statement]()
        for so in cuts:
            if not so.sets:
                same.append(range(same[-1].stop, same[-1].stop + len(so.cells)))
                cells += self._of_cells(so, [frozenset({number}) for number in same[-1]])
        together = Together([*tree.statements, *cells], same)
        return bool(
            tree.proven
            or consistency.proven_groups(together, cells)
            or silence.nearly_everybody(together, tree.room)
            or not all(together.allow(asked) for asked in tree.moving)
        )

    def _tree(self, cut: CutSo | None = None) -> Tree:
        """Return what the tree proves by itself, or with a cut that is made of its units."""
        sides = cut.sets if cut else ()
        key = (self.everybody, *sides)
        if key not in self.trees:
            atoms = self._atoms(sides)
            statements, of_sides = self._of_the_tree(atoms), list[Statement]()
            if cut:
                of_sides = self._of_cells(cut, [_within(side, atoms) for side in sides])
                statements += of_sides
            few = tuple(self._few(atoms, statements, list(zip(of_sides, sides, strict=True))))
            # Who does not know that everybody answers mostly reads the same as who does.
            read = (*statements, *few, *sides)
            if read not in self.trees:
                self.trees[read] = self._read(atoms, statements, few, of_sides, sides)
            self.trees[key] = self.trees[read]
        return self.trees[key]

    def _read(
        self,
        atoms: Atoms,
        statements: list[Statement],
        few: Sequence[Few],
        of_sides: Sequence[Statement],
        sides: Sequence[frozenset[int]],
    ) -> Tree:
        """Return what statements prove together, with what is said of a few people."""
        together = Together(statements)
        proven = consistency.proven_groups(together)
        proven |= narrowed.narrowed_groups(together, few)
        room = {group.id: self._room(group.units) for group in self.shown}
        room |= {said.id: self._room(side) for said, side in zip(of_sides, sides, strict=True)}
        proven |= silence.nearly_everybody(together, room)
        return Tree(range(len(atoms)), statements, proven, together.moving, room)

    def _of_cells(self, so: CutSo, inside: Sequence[frozenset[int]]) -> list[Statement]:
        _, most = self._people(self.shown[0])
        return [
            statement(f"{so.by} {cell}", atoms, bands, (least, most), self.counted.prompts, counts)
            for cell, atoms, bands, least, counts in zip(
                so.cells, inside, so.bands, so.least, so.counts, strict=True
            )
        ]

    def _atoms(self, sides: Sequence[frozenset[int]] = ()) -> Atoms:
        """Return the sets of units that no shown group divides (nor a side of a cut), and the
        smallest group around each."""
        rests = [(group, remainder(group, self.shown)) for group in self.shown]
        return [
            (group, part)
            for group, rest in rests
            for part in ((rest & side for side in sides) if sides else (rest,))
            if part
        ]

    def _of_the_tree(self, atoms: Atoms) -> list[Statement]:
        home = {unit: number for number, (_, units) in enumerate(atoms) for unit in units}
        whole = {group.units for group in self.shown}
        rests = [
            self._of_rest(name, number, units)
            for number, (name, (_, units)) in enumerate(zip(_names(atoms), atoms, strict=True))
            if units not in whole
        ]
        return rests + [
            self._of_group(group, frozenset(home[unit] for unit in group.units))
            for group in self.shown
        ]

    def _of_rest(self, name: str, atom: int, units: frozenset[int]) -> Statement:
        inside = self._outermost_within(units)
        people = self._between(
            units,
            self.threshold,
            sum(self.respondents[group.id].least for group in inside),
            sum(self.respondents[group.id].most for group in inside),
        )
        counts = self._counts(units)
        return statement(name, frozenset({atom}), None, people, self.counted.prompts, counts)

    def _outermost_within(self, units: frozenset[int]) -> list[Group]:
        """Return the largest groups that lie within some units, shown or not."""
        found: list[Group] = []
        left = set(units)
        for group in self.groups:  # each before what lies inside it
            if group.units <= left:
                found.append(group)
                left -= group.units
        return found

    def _of_group(self, group: Group, atoms: frozenset[int]) -> Statement:
        bands = _bands(self.cells[group.id])
        people, counts = self._people(group), self._counts(group.units)
        return statement(group.id, atoms, bands, people, self.counted.prompts, counts)

    def _people(self, group: Group) -> tuple[int, int]:
        """Return between which the people lie who answered, as bands and heads say.

        Not every reader can see all of this; one who can is the one who must learn nothing.
        """
        answering, over = self.answering[group.id], self.respondents[group.id]
        # What is known of the groups inside counts, also of those in which this is not shown.
        return self._between(
            group.units, answering.least, over.least, min(answering.most, over.most)
        )

    def _people_by_itself(self, group: Group) -> tuple[int, int]:
        """Return between which they lie as far as its own bands and heads say."""
        facts = self.counted.answering(self.scale, group.units)
        everybody = self.counted.respondents(group.units).people
        band = people_band(facts.people, self.answering[group.id].edges)
        over = people_band(everybody, self.respondents[group.id].edges)
        tops = [most for most in (band.most, over.most, facts.heads) if most is not None]
        return self._between(group.units, band.least, over.least, min(tops))

    def _few(
        self,
        atoms: Atoms,
        statements: Sequence[Statement],
        sides: Sequence[tuple[Statement, frozenset[int]]] = (),
    ) -> Iterator[Few]:
        """Yield the people under the floor in each set that no statement divides.

        They are small teams of one unit, and units of which nothing is shown. Of what a group
        leaves over nothing is said by itself, but by a side of a cut that it lies in; of what is
        in a side and a group that leaves nothing over, both say something.
        """
        prompts = self.counted.prompts
        tips = {next(iter(tip.units)): tip.id for tip in self.groups if len(tip.units) == 1}
        edges = {each.id: each.edges for each in statements}
        size = Counter(group.id for group, units in atoms for _ in units)
        for name, (group, units) in zip(_names(atoms), atoms, strict=True):
            own = []
            if size[group.id] == len(group.units):
                own += [(edges[group.id], *self._people_by_itself(group), group.units)]
            if units != group.units:
                own += [
                    (
                        said.edges,
                        *self._between(side, said.least, said.least, self._heads(side)),
                        side,
                    )
                    for said, side in sides
                    if units <= side
                ]
            if not own:
                continue
            room = {unit: self.respondents[tips[unit]].most for unit in group.units}
            for unit in units:
                inside = self._heads(frozenset({unit}))
                others = sum(room[each] for each in units) - room[unit]
                few = set(self.counted.small_teams(unit, SMALLEST_HEADS))
                certain = self.respondents[group.id].least - sum(room.values()) + room[unit]
                if not self.respondents[tips[unit]].edges and certain < SMALLEST_THRESHOLD:
                    few.add(inside)
                for some in few:
                    words = [
                        Word(about, least, most * prompts, (self._heads(held) - some) * prompts)
                        for about, least, most, held in own
                    ]
                    yield Few(name, some, (others + inside - some) * prompts, tuple(words))

    def _heads(self, units: frozenset[int]) -> int:
        return self.counted.respondents(units).heads

    def _room(self, units: frozenset[int]) -> int:
        return self._heads(units) * self.counted.prompts

    def _between(
        self, units: frozenset[int], least: int, respondents: int, most: int
    ) -> tuple[int, int]:
        """Return the range; from the fewest respondents on where so many did answer this, for a
        reader who knows that mostly everybody does. There may be more answers than heads."""
        people = self.counted.answering(self.scale, units).people
        if self.everybody and people >= respondents:
            least = max(least, respondents)
        return least, max(most, people)

    def _counts(self, units: frozenset[int]) -> list[int]:
        answers = self.counted.answers(self.scale, units)
        return [sum(prompt[place] for prompt in answers) for place in PLACES]

    def _size(self, group: Group) -> tuple[int, str]:
        return self.counted.answering(self.scale, group.units).people, group.id


def _names(atoms: Atoms) -> list[str]:
    """Return the names of the statements about sets that no shown group divides: all of a group,
    what is left over of it, or what is in one side of a cut of either."""
    pieces = Counter(group.id for group, _ in atoms)
    return [
        group.id
        if units == group.units
        else REST + group.id
        if pieces[group.id] == 1
        else f"{REST}{group.id}, {number}"
        for number, (group, units) in enumerate(atoms)
    ]


def _within(side: frozenset[int], atoms: Atoms) -> frozenset[int]:
    return frozenset(number for number, (_, units) in enumerate(atoms) if units <= side)


def _bands(cell: Mapping[str, Any]) -> Bands:
    return Bands(*(Band(*cell[name]) for name in ("low", "middle", "high")))
