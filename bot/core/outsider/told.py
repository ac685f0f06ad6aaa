"""What a release tells an outsider, as plain statements about sets of teams.

A statement is true of the answers whatever else is true, so a smaller list of statements is
what a smaller part of the release says by itself. The limits that stand in every release and
in the public rules are statements too: ten people behind every theme that is shown, ten
people in everything that is left over.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias

from bot.core.disclosure.release import Release, ReleasedGroup, ReleasedScale
from bot.core.errors import StandEasyError
from bot.core.outsider.aside import groups_of_themes, of_everybody
from bot.core.reporting_units import ReportingUnits

Teams: TypeAlias = frozenset[str]
BandsOfThree: TypeAlias = tuple[tuple[int, int], ...]

FLOOR_HEADS = 15
"""Groups of fewer heads are under the floor."""

CELL_PEOPLE = 20
"""People in every cell of a cut, by the public rules."""

WIDTHS = ((5, 100), (10, 25))
"""A band of this width is written only where so many people answered."""


class DoesNotFit(StandEasyError):
    """The release of round {round} names a group that its round does not have: {group}."""

    hint = "The list of the round's units was changed; restore it from a backup."


@dataclass(frozen=True, slots=True)
class People:
    """How many people of these teams answered anything."""

    teams: Teams
    least: float
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """How many people of these teams answered a scale, at least."""

    teams: Teams
    scale: str
    least: float


@dataclass(frozen=True, slots=True)
class Share:
    """The per cent of those who answered a scale that stand in one group of answers."""

    teams: Teams
    scale: str
    position: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A cut of these teams' people into cells: everybody stands in one, nobody knows where.

    Per cell the bands of each scale that is shown.
    """

    teams: Teams
    by: str
    cells: tuple[Mapping[str, BandsOfThree], ...]


Statement: TypeAlias = People | Answering | Share | Cells


@dataclass(frozen=True, slots=True)
class Told:
    """One release as an outsider reads it."""

    round_id: str
    check_in: str
    instrument: tuple[str, int]
    released_on: date | None
    prompts: int
    """Of the round at most: who answers at several is counted several times in shares."""
    scales: tuple[str, ...]
    heads: Mapping[str, int]
    """Of every team that the round asked."""
    there: Teams
    """Every team there was, asked or not."""
    units: tuple[Teams, ...]
    shown: Mapping[Teams, str]
    """The names of the groups of which anything is shown, by their teams."""
    remainders: Mapping[Teams, tuple[Teams, ...]]
    """What adding and subtracting shown groups leaves: the group, then those inside it."""
    statements: tuple[Statement, ...]
    heads_there: Mapping[str, int] = field(default_factory=dict)
    """Of every team there was, asked or not, where that is known."""
    supervisors: Mapping[str, int] = field(default_factory=dict)
    """The same."""
    themes: Mapping[str, tuple[Teams, ...]] = field(default_factory=dict)
    """The groups in which each theme about supervisors is shown."""
    of_everybody: tuple[str, ...] = ()
    """What is said of everybody although only some were asked."""

    def heads_of(self, teams: Iterable[str]) -> int:
        """Return how many heads the teams have that the round asked."""
        return sum(self.heads.get(team, 0) for team in teams)


def told_by(
    release: Release,
    units: ReportingUnits,
    *,
    released_on: date | None = None,
    prompts: int = 1,
    there: Iterable[str] = (),
    supervisors: Mapping[str, int] | None = None,
    about_supervisors: Collection[str] = (),
) -> Told:
    """Return what a release says, read beside the public list of its round's units.

    `there` are the teams the force had then, with their heads if they are known; those that the
    round asked are among them. `supervisors` says how many each had, `about_supervisors` which
    themes are about them.
    """
    document = release.document
    named = {group.id: _teams_of(group, units, release.round_id) for group in release.groups}
    heads = {team: count for unit in units.units for team, count in unit.heads_by_team.items()}
    shown = {named[group.id]: group.name for group in release.groups if group.shown}
    threshold = document["thresholds"]["respondents"]
    reader = _Reader(release, named, heads, threshold)
    left = remainders(shown)
    sides = _sides(units, document.get("cuts", []))
    instrument = document["instrument"]
    everyone = heads.keys() | set(units.waiting) >= set(there)
    return Told(
        round_id=release.round_id,
        check_in=document["check_in"],
        instrument=(instrument["id"], instrument["version"]),
        released_on=released_on,
        prompts=prompts,
        scales=tuple(scale["id"] for scale in document["scales"]),
        heads=heads,
        there=frozenset(heads).union(there),
        units=tuple(frozenset(unit.teams) for unit in units.units),
        shown={**shown, **{teams: cell for cell, teams in sides.items()}},
        remainders=left,
        statements=(
            *(statement for group in release.groups for statement in reader.group(group)),
            *reader.left_over(left),
            *reader.cuts(sides),
        ),
        heads_there=dict(there) if isinstance(there, Mapping) else {},
        supervisors=supervisors or {},
        themes=groups_of_themes(release, named, about_supervisors),
        of_everybody=() if everyone else tuple(dict.fromkeys(of_everybody(release))),
    )


def with_teams(
    told: Told, old: Teams, new: Teams, few: Mapping[str, int], heads: Mapping[str, int]
) -> Told:
    """Return what a release says with other names for some teams; what names some of them
    alone is left out."""
    known = {team: heads[team] for team in new if team in heads}
    kept_heads = {team: count for team, count in told.heads.items() if team not in old}

    def renamed(teams: Teams) -> Teams | None:
        if not old & teams:
            return teams
        return teams - old | new if old <= teams else None

    def kept(sets: Iterable[Teams]) -> Iterator[tuple[Teams, Teams]]:
        for teams in sets:
            name = renamed(teams)
            if name is not None:
                yield teams, name

    return replace(
        told,
        heads={**kept_heads, **known, **few},
        there=told.there - old | new,
        units=tuple(name for _, name in kept(told.units)),
        shown={name: told.shown[teams] for teams, name in kept(told.shown)},
        remainders={
            name: tuple(other for _, other in kept(told.remainders[teams]))
            for teams, name in kept(told.remainders)
        },
        statements=tuple(
            replace(said, teams=name)
            for said in told.statements
            if (name := renamed(said.teams)) is not None
        ),
    )


def _teams_of(group: ReleasedGroup, units: ReportingUnits, round_id: str) -> Teams:
    kind, _, name = group.id.partition(":")
    members = [
        unit
        for unit in units.units
        if kind == "force"
        or (kind == "department" and unit.department == name)
        or (kind == "unit" and unit.id == name)
    ]
    if not members:
        raise DoesNotFit(round=round_id, group=group.id)
    return frozenset(team for unit in members for team in unit.teams)


def _sides(units: ReportingUnits, cuts: Sequence[Mapping[str, Any]]) -> dict[str, Teams]:
    """Return the teams of the cells of the cut that is made of whole units, where it is shown."""
    if not any(cut["by"] == "high-stress" and cut["cells"] for cut in cuts):
        return {}
    return {
        cell: frozenset(
            team for unit in units.units if unit.high_stress is side for team in unit.teams
        )
        for cell, side in (("high-stress", True), ("rest", False))
    }


def remainders(shown: Iterable[Teams]) -> dict[Teams, tuple[Teams, ...]]:
    """Return what is left of each shown group without the shown groups inside it."""
    found: dict[Teams, tuple[Teams, ...]] = {}
    listed = sorted(shown, key=len)
    for number, group in enumerate(listed):
        inside = [other for other in listed[:number] if other < group]
        outermost = [one for one in inside if not any(one < other for other in inside)]
        rest = group.difference(*outermost)
        if outermost and rest:
            found[rest] = (group, *outermost)
    return found


class _Reader:
    """Makes statements of one release."""

    def __init__(
        self,
        release: Release,
        named: Mapping[str, Teams],
        heads: Mapping[str, int],
        threshold: int,
    ) -> None:
        self._release, self._named, self._heads = release, named, heads
        self._threshold = threshold

    def group(self, group: ReleasedGroup) -> list[Statement]:
        """What is said of one group."""
        teams = self._named[group.id]
        said: list[Statement] = []
        if group.respondents is not None:
            least, most = group.respondents
            said.append(People(teams, least, most))
        if group.rate is not None:
            heads = sum(self._heads[team] for team in teams)
            rate = group.rate
            said.append(People(teams, rate.low * heads / 100, rate.high * heads / 100))
        if group.id == "force":
            said += [People(teams, least) for least in self._counted()]
        for scale, bands in group.scales.items():
            if bands is not None:
                said += self._scale(teams, scale, bands)
        return said

    def _scale(self, teams: Teams, scale: str, shown: ReleasedScale) -> list[Statement]:
        width = min(band.high - band.low for band in shown.bands)
        by_width = [least for at_most, least in WIDTHS if width <= at_most]
        return [
            Answering(teams, scale, max([self._threshold, *by_width])),
            *(
                Share(teams, scale, position, band.low, band.high)
                for position, band in enumerate(shown.bands)
            ),
        ]

    def _counted(self) -> list[float]:
        """How many of the force answered at least, by the counts of options."""
        return [
            max(count - 2 + 3, (count - 2) / 0.9)
            for item in self._release.counts
            if not item.taps
            for _, count in item.options
            if count is not None
        ]

    def left_over(self, left: Mapping[Teams, Sequence[Teams]]) -> list[Statement]:
        """What the rules say of everything that is left over."""
        said: list[Statement] = [People(teams, self._threshold) for teams in left]
        for scale in self._release.document["scales"]:
            shown = [
                self._named[group.id]
                for group in self._release.groups
                if group.scales.get(scale["id"]) is not None
            ]
            said += [Answering(teams, scale["id"], self._threshold) for teams in remainders(shown)]
        return said

    def cuts(self, sides: Mapping[str, Teams]) -> list[Statement]:
        """What the cuts of the force say; where its cells are, is known of one of them."""
        said: list[Statement] = []
        for cut in self._release.document.get("cuts", []):
            cells = {cell["id"]: _shown_of(cell) for cell in cut["cells"]}
            if cells.keys() <= sides.keys():
                for cell, scales in cells.items():
                    said += self._side(sides[cell], scales)
            else:
                said.append(Cells(self._named["force"], cut["by"], tuple(cells.values())))
        return said

    def _side(self, teams: Teams, scales: Mapping[str, BandsOfThree]) -> list[Statement]:
        said: list[Statement] = [People(teams, CELL_PEOPLE)]
        for scale, bands in scales.items():
            said.append(Answering(teams, scale, CELL_PEOPLE))
            said += [
                Share(teams, scale, position, low, high)
                for position, (low, high) in enumerate(bands)
            ]
        return said


def _shown_of(cell: Mapping[str, Any]) -> dict[str, BandsOfThree]:
    return {
        scale: tuple((bands[name][0], bands[name][1]) for name in ("low", "middle", "high"))
        for scale, bands in cell["scales"].items()
        if bands is not None
    }
