"""Tabulation: from encoded responses to counts per team, prompt and group of answers.

What comes out is an `UnsafeTable`: exact, unprotected, and good for nothing but
`bot.core.disclosure`. It has no road to a page, a file or a log. Role type and length of
service, which travel inside the seal, are counted beside the team, never with the answers of
one: answers by role and service are those of the whole force.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.core.instruments import AnswerGroup, Instrument, Item, Scale
from bot.core.responses import (
    LengthOfService,
    ResponseHead,
    RoleType,
    UnreadableResponse,
    decode_answers,
    decode_head,
    split,
)
from bot.core.scoring import item_scores, scale_mean

GROUPS = tuple(AnswerGroup)


@dataclass(slots=True)
class ScaleCounts:
    """One team's answers on one scale at one prompt: how many per group, and their sum.

    `total` counts in fractions of a point: divide it by the scale's `denominator`.
    """

    groups: list[int] = field(default_factory=lambda: [0, 0, 0])
    total: int = 0


@dataclass(slots=True)
class TeamCounts:
    """One team at one prompt."""

    respondents: int = 0
    scales: dict[str, ScaleCounts] = field(default_factory=dict)
    options: dict[str, list[int]] = field(default_factory=dict)
    """Per item id that is counted by option: how many chose each."""
    answered: dict[str, int] = field(default_factory=dict)
    """Per item id that is counted by option: how many chose anything."""
    travelled: dict[int, int] = field(default_factory=dict)
    """What travelled with the answers (see `whose`): how many with the same."""


ByScale = dict[str, list[int]]
"""Per scale id: how many answers in each group."""


@dataclass(frozen=True, slots=True, repr=False)
class UnsafeTable:
    """Exact counts of one round, by (team, prompt). `repr` shows nothing."""

    instrument: Instrument
    cells: Mapping[tuple[str, int], TeamCounts]
    force: Mapping[tuple[RoleType, LengthOfService, int], ByScale] = field(default_factory=dict)
    """The answers of the whole force, per role type, length of service and prompt."""

    def __repr__(self) -> str:
        return "UnsafeTable(<unprotected>)"


class Tabulator:
    """Adds up responses one by one, in any order; memory grows with teams, not responses."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._cells: dict[tuple[str, int], TeamCounts] = {}
        self._force: dict[tuple[RoleType, LengthOfService, int], ByScale] = {}
        self._heads: dict[bytes, tuple[TeamCounts, int, ByScale]] = {}
        self._placements: dict[bytes, _Placement] = {}
        self._counted = counted_items(instrument)
        # Of one question there are a few answers: what each scores is worked out once.
        self._scored = lru_cache(maxsize=4096)(self._score)

    def add(self, content: bytes) -> None:
        """Count one encoded response; raises `UnreadableResponse`."""
        head, body = split(content)
        found = self._heads.get(head)
        if found is None:
            found = self._counts_for(decode_head(head))
            self._heads[head] = found
        counts, traveller, force = found
        placement = self._placements.get(body)
        if placement is None:
            placement = self._place(body)
            # Most responses repeat an earlier one answer for answer; remembering what the
            # bytes mean makes counting them cheap. The limit keeps memory flat.
            if len(self._placements) < 20_000:
                self._placements[body] = placement
        counts.respondents += 1
        key = traveller | placement.asked
        counts.travelled[key] = counts.travelled.get(key, 0) + 1
        for scale_id, (group, mean) in placement.scales:
            scale = counts.scales[scale_id]
            scale.groups[group] += 1
            scale.total += mean
            force[scale_id][group] += 1
        for item_id, chosen in placement.options:
            options = counts.options[item_id]
            for option in chosen:
                options[option] += 1
            counts.answered[item_id] += 1

    def table(self) -> UnsafeTable:
        """Return the exact counts of everything added."""
        return UnsafeTable(self._instrument, dict(self._cells), dict(self._force))

    def _counts_for(self, head: ResponseHead) -> tuple[TeamCounts, int, ByScale]:
        if head.instrument != self._instrument.key:
            raise UnreadableResponse(problem="it answers another instrument or version")
        key = (head.team, head.prompt)
        if key not in self._cells:
            self._cells[key] = TeamCounts(
                scales={scale.id: ScaleCounts() for scale in self._instrument.scales},
                options={
                    item.id: [0] * len(item.options) for item in counted_items(self._instrument)
                },
                answered={item.id: 0 for item in counted_items(self._instrument)},
            )
        force = self._force.setdefault(
            (head.role_type, head.service, head.prompt),
            {scale.id: [0, 0, 0] for scale in self._instrument.scales},
        )
        return self._cells[key], head.role_type << 3 | head.service, force

    def _place(self, body: bytes) -> "_Placement":
        instrument = self._instrument
        answers = decode_answers(body, instrument)
        scores = item_scores(instrument, answers)
        scales = []
        asked = 0
        for position, scale in enumerate(instrument.scales):
            scored = self._scored(position, tuple(scores[item] for item in scale.items))
            if scored is not None:
                asked |= 1 << (_BITS + position)
                scales.append((scale.id, scored))
        chosen = dict(zip((item.id for item in instrument.items), answers, strict=True))
        options = [(item.id, chosen[item.id]) for item in self._counted if chosen[item.id]]
        return _Placement(tuple(scales), tuple(options), asked)

    def _score(self, position: int, scores: tuple[int | None, ...]) -> tuple[int, int] | None:
        """Return the group of a scale that its items' scores fall into, and their whole total."""
        scale = self._instrument.scales[position]
        mean = scale_mean(scale, dict(zip(scale.items, scores, strict=True)))
        if mean is None:
            return None
        return GROUPS.index(scale.group_of(float(mean))), int(mean * denominator(scale))


@dataclass(frozen=True, slots=True)
class _Placement:
    """Where one set of answers is counted."""

    scales: tuple[tuple[str, tuple[int, int]], ...]
    options: tuple[tuple[str, tuple[int, ...]], ...]
    asked: int
    """Which scales were answered, a bit for each, above those that tell who answered."""


_BITS = 6
"""Three for the role type, three for the length of service."""


def whose(travelled: int) -> tuple[int, int]:
    """Return the role type and length of service of a key of `TeamCounts.travelled`."""
    return travelled >> 3 & 7, travelled & 7


def answers_scale(travelled: int, position: int) -> bool:
    """Whether those behind a key of `TeamCounts.travelled` answered the scale at a position."""
    return bool(travelled >> (_BITS + position) & 1)


def counted_items(instrument: Instrument) -> list[Item]:
    """Return the items whose options are counted one by one, not scored into a scale."""
    scaled = {item_id for scale in instrument.scales for item_id in scale.items}
    return [item for item in instrument.items if item.id not in scaled]


def denominator(scale: Scale) -> int:
    """Return the number that makes every mean of a scale's answered items whole."""
    return math.lcm(*range(1, len(scale.items) + 1))
