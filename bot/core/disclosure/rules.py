"""The disclosure rules as tables. The floors are constants: a programme may only raise them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import StandEasyError
from bot.core.instruments import Sensitivity
from bot.core.programme import SMALLEST_HEADS, SMALLEST_THRESHOLD, SMALLEST_UNIT, DisclosureSettings

RULES_VERSION = 5
"""Changes whenever the same counts would be released differently."""

SMALLEST_MINORITY = 3
"""Fewer people than this are never the difference between everybody and the rest."""

HOMOGENEOUS_SHARE = 90
MEAN_FROM = 50
ROUND_COUNTS_TO = 5
COUNTS_FROM = 10


class Level(StrEnum):
    """The levels of the organisation's tree, largest first."""

    FORCE = "force"
    DEPARTMENT = "department"
    UNIT = "unit"


DEPTH: dict[Level, int] = {Level.FORCE: 0, Level.DEPARTMENT: 1, Level.UNIT: 2}


@dataclass(frozen=True, slots=True)
class SensitivityRule:
    """How results of one sensitivity may be shown."""

    level: Level
    """The smallest groups shown."""
    supervisors: int
    """A group needs this many supervisors with teams that answered, so that a result never
    points at one."""
    in_groups_of_answers: bool
    """True: shares in bands; False: counts at force level, rounded, from ten."""


SENSITIVITY_RULES: dict[Sensitivity, SensitivityRule] = {
    Sensitivity.ORDINARY: SensitivityRule(Level.UNIT, 0, True),
    Sensitivity.SUPERVISION: SensitivityRule(Level.DEPARTMENT, 3, True),
    Sensitivity.EXIT: SensitivityRule(Level.FORCE, 0, False),
    Sensitivity.POST_INCIDENT: SensitivityRule(Level.FORCE, 0, False),
    Sensitivity.SUPPORT_TAPS: SensitivityRule(Level.FORCE, 0, False),
}

COUNT_EDGES: tuple[int, ...] = (10, 15, 25, 50, 100)
"""Where the bands begin in which numbers of respondents are written; never exactly."""

RATE_EDGES: tuple[int, ...] = (
    *COUNT_EDGES,
    *(150, 200, 250, 300, 400, 500, 600, 800),
    *(1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000),
    *(10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000),
)
"""The same for response rates. They hold every edge of the counts, so that a rate and a count
of the same people never meet in a single number."""

STEP = 5
"""Edges lie this far apart at least, and so far above what is known at least."""

MOST_OF_THE_ROOM = 80
"""No band begins above this share of the people a group can hold, in per cent: “25 or more”
of 25 heads would say that everybody answered."""


def room_for(people: int) -> int:
    """Return how many heads it takes so that this many people are not nearly all of them."""
    return -(-100 * people // MOST_OF_THE_ROOM)


@dataclass(frozen=True, slots=True)
class Grid:
    """Bands of `width` points, used where every share is at least `only_from` points."""

    width: int
    only_from: int


Grids = tuple[tuple[int, tuple[Grid, ...]], ...]

GRIDS: Grids = (
    (100, (Grid(5, 10), Grid(10, 0))),
    (25, (Grid(10, 20), Grid(20, 0))),
    (0, (Grid(20, 0),)),
)
"""Per smallest n, the grids from fine to coarse. The fine grid stops short of the ends, so
that the end bands are always merged there and merging them says nothing about a minority
(docs/decisions/0002)."""

CUT_GRIDS: Grids = (
    (100, (Grid(10, 20), Grid(20, 0))),
    (0, (Grid(20, 0),)),
)
"""The same for the cells of cuts, which are never written in steps of five."""

PEOPLE_IN_A_CELL = 20
"""Every cell of a cut holds so many people, or the cut is not shown."""


class FloorTooLow(StandEasyError):
    """The disclosure setting {setting} is {value}: expected {floor} or more."""

    hint = "The floors are fixed; a programme can raise them, never lower them."


@dataclass(frozen=True, slots=True)
class DisclosureRules:
    """The rules of one round: the floors, or what the programme raised them to."""

    threshold: int = SMALLEST_THRESHOLD
    heads: int = SMALLEST_HEADS
    unit_heads: int = SMALLEST_UNIT

    def __post_init__(self) -> None:
        for setting, value, floor in (
            ("threshold", self.threshold, SMALLEST_THRESHOLD),
            ("heads", self.heads, SMALLEST_HEADS),
            ("unit_heads", self.unit_heads, SMALLEST_UNIT),
        ):
            if value < floor:
                raise FloorTooLow(setting=setting, value=value, floor=floor)

    @property
    def heads_needed(self) -> int:
        """The heads a group needs: a raised threshold must not be nearly all of them."""
        return max(self.heads, room_for(self.threshold))

    @staticmethod
    def from_settings(settings: DisclosureSettings) -> "DisclosureRules":
        """Return the rules a programme asks for."""
        return DisclosureRules(settings.threshold, settings.heads, settings.unit_heads)
