"""What the outsider found: each violation in words, and how far anything was narrowed."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What can be wrong with what was published."""

    CONTRADICTION = "contradiction"
    """No answers agree with the release and the public rules: a rule was not kept."""
    SMALL_GROUP = "small group"
    NARROWED = "narrowed"
    """Everything together says more of a small group than the group around it does."""
    PINNED = "pinned"
    NOBODY = "nobody"
    NEARLY_EVERYBODY = "nearly everybody"
    ALIKE = "alike"
    HOMOGENEOUS = "homogeneous"
    TOO_SOON = "too soon"
    FEW_SUPERVISORS = "few supervisors"
    """A theme about supervisors is shown of a group, or left over, that has fewer than three."""
    NOT_EVERYBODY = "not everybody"
    """What may be said of the force alone is said of some of it."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing an outsider can derive and must not be able to."""

    kind: Kind
    rounds: tuple[str, ...]
    group: str
    derived: str
    """A sentence."""


@dataclass(slots=True)
class Account:
    """What was looked at, added up while it is looked at."""

    groups: int = 0
    """Groups under the floor that were examined, in each release and each window."""
    intervals: int = 0
    """Intervals of respondents and shares that were decided."""
    solved: int = 0
    """Linear programmes that this took."""
    windows: int = 0
    refuted: int = 0
    """Windows in which no answers stay the same: there the outsider learns nothing."""
    narrowing: float = 0.0
    """The largest narrowing of a share of a small group beyond the group around it, in points."""
    violations: list[Violation] = field(default_factory=list)

    def add(self, kind: Kind, rounds: tuple[str, ...], group: str, derived: str) -> None:
        """Note a violation, once."""
        found = Violation(kind, rounds, group, derived)
        if found not in self.violations:
            self.violations.append(found)
