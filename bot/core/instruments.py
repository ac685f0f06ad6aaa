"""Instruments: what is asked, what each option scores, and what may be published of it.

An instrument that exists is complete: every item has its options and its texts, every scale
its items and its groups of answers, and its unfinished answers fit into a button.
"""

import math
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.core.documents import Document, Identifier, LanguageMap, Name, unique

MAX_ITEMS = 20
MAX_OPTIONS = 20
MAX_LANGUAGES = 16
"""A button has four bits for the language."""
DRAFT_ANSWER_BITS = 184
"""Room for unfinished answers in a button (see `bot.core.drafts`)."""


class Need(StrEnum):
    """What a part of the support directory is for."""

    CRISIS = "crisis"
    TALK = "talk"
    TRIM = "trim"
    HEALTH = "health"
    HOME = "home"
    ASSOCIATION = "association"
    CHAPLAINCY = "chaplaincy"
    READ = "read"
    LEAVING = "leaving"


class Sensitivity(StrEnum):
    """How carefully results of an item are published; `bot.core.disclosure` has the table."""

    ORDINARY = "ordinary"
    SUPERVISION = "supervision"
    EXIT = "exit"
    POST_INCIDENT = "post-incident"
    SUPPORT_TAPS = "support-taps"


NEVER_SCALED = frozenset({Sensitivity.EXIT, Sensitivity.POST_INCIDENT, Sensitivity.SUPPORT_TAPS})
"""Published as rounded counts for the whole force, never as shares or means."""


class AnswerGroup(StrEnum):
    """The three groups of answers that results are published in."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Option(Document):
    """One answer that can be chosen: its label and its score are one record."""

    label: LanguageMap
    score: int | None = None
    """None: chosen, but not scored ("I didn't need any", "Prefer not to say")."""
    support: list[Annotated[Need, Field(strict=False)]] = Field(default_factory=list)
    """What to put first in the support menu for somebody who chose this."""
    alone: bool = False
    """Choosing it clears the others, and choosing another clears it ("Prefer not to say")."""
    code: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    """The force's own code for this answer, as in its leavers framework."""


class Item(Document):
    """One question."""

    id: Identifier
    text: LanguageMap
    kind: Literal["choice", "choices"] = "choice"
    layout: Literal["rows", "scale"] = "rows"
    """`rows`: one option a row; `scale`: short labels, two rows."""
    at_most: Annotated[int, Field(ge=1, le=MAX_OPTIONS)] | None = None
    """How many options may be chosen (`choices` only)."""
    options: list[Option] = Field(min_length=2, max_length=MAX_OPTIONS)
    reverse: bool = False
    sensitivity: Annotated[Sensitivity, Field(strict=False)] = Sensitivity.ORDINARY

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.kind == "choices") != (self.at_most is not None):
            raise ValueError("at_most goes with kind choices, and only there")
        if self.kind == "choice" and len(self.options) > 12:
            raise ValueError(f"expected at most 12 options, got {len(self.options)}")
        if self.at_most is not None and self.at_most > len(self.options):
            raise ValueError("at_most is larger than the number of options")
        if self.kind == "choices" and any(option.score is not None for option in self.options):
            raise ValueError("options of an item of kind choices are counted, not scored")
        if self.kind == "choice" and any(option.alone for option in self.options):
            raise ValueError("alone goes with kind choices: a choice is always alone")
        unique([option.label["en"] for option in self.options], "the option label")
        return self

    @cached_property
    def states(self) -> int:
        """How many states an unfinished answer can be in (see `bot.core.drafts`)."""
        if self.kind == "choice":
            return 2 + len(self.options)
        return 2 + (2 << len(self.options))

    @cached_property
    def alone(self) -> int:
        """The options that are chosen alone or not at all, as a bit mask."""
        return sum(1 << position for position, option in enumerate(self.options) if option.alone)

    @cached_property
    def scores(self) -> tuple[int | None, ...]:
        """The score of each option, reversed items turned round."""
        given = [option.score for option in self.options]
        if not self.reverse:
            return tuple(given)
        scored = [score for score in given if score is not None]
        ends = min(scored) + max(scored)
        return tuple(None if score is None else ends - score for score in given)


class GroupLabels(Document):
    """What the three groups of answers of a scale are called."""

    low: LanguageMap
    middle: LanguageMap
    high: LanguageMap


class Scoring(Document):
    """How a scale's answers become the score that its groups of answers are read from.

    Only the groups use it: a mean that is released is always one of the answers as they stand,
    so that no transformation makes it finer than the rules for means allow.
    """

    by: Literal["mean", "sum"] = "mean"
    """`sum`: of all items, so it takes an answer to each of them."""
    times: Annotated[int, Field(ge=1, le=100)] = 1
    """What a sum is multiplied by."""
    table: dict[int, float] = Field(default_factory=dict)
    """Or the score that stands for each sum there can be."""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if self.by == "mean" and (self.times != 1 or self.table):
            raise ValueError("times and table go with a sum, and only there")
        if self.table and self.times != 1:
            raise ValueError("expected times or a table, got both")
        scores = [score for _, score in sorted(self.table.items())]
        if any(not one < following for one, following in pairwise(scores)):
            raise ValueError("expected a table whose scores rise with the sum")
        return self

    def of(self, mean: float, items: int) -> float:
        """Return the score of a mean over `items` answers."""
        if self.by == "mean":
            return mean
        # The sum of whole scores is whole: rounding takes away what the division added.
        total = round(mean * items)
        return self.table[total] if self.table else float(total * self.times)


class Scale(Document):
    """One theme of the results: the score of its items, in three groups of answers."""

    id: Identifier
    title: LanguageMap
    items: list[Identifier] = Field(min_length=1)
    low_up_to: float
    """A score of at most this counts as low."""
    high_from: float
    """A score of at least this counts as high."""
    groups: GroupLabels
    scoring: Scoring = Scoring()
    of_a_condition: bool = False
    """Whether the literature ties one of these limits to a condition: then no unit is shown."""

    @model_validator(mode="after")
    def _groups_are_in_order(self) -> Self:
        if not self.low_up_to < self.high_from:
            raise ValueError("expected low_up_to to be less than high_from")
        unique(list(self.items), "the item")
        return self

    def group_of(self, mean: float) -> AnswerGroup:
        """Return the group of answers that a mean of this scale's items falls in."""
        score = self.scoring.of(mean, len(self.items))
        if score <= self.low_up_to:
            return AnswerGroup.LOW
        return AnswerGroup.HIGH if score >= self.high_from else AnswerGroup.MIDDLE


class Publication(Document):
    """What may be published of an instrument at all."""

    level: Literal["unit", "department", "force"] = "unit"
    """The smallest groups whose results are shown."""
    pooling: Literal["round"] = "round"
    """All prompts of a round are published together, once."""


class Instrument(Document):
    """A questionnaire in one wording. A new wording is a new version."""

    id: Identifier
    version: Annotated[int, Field(ge=1, le=65535)]
    title: LanguageMap
    licence: Name
    validated: bool
    """Whether this wording has been validated; said wherever results are shown."""
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = Field(
        min_length=1, max_length=MAX_LANGUAGES
    )
    items: list[Item] = Field(min_length=1, max_length=MAX_ITEMS)
    scales: list[Scale]
    publication: Publication = Publication()

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        unique([item.id for item in self.items], "the item")
        unique([scale.id for scale in self.scales], "the scale")
        for scale in self.scales:
            self._check_scale(scale)
        self._check_languages()
        # Each choice of an item is counted somewhere, or it should not be asked.
        scaled = {item_id for scale in self.scales for item_id in scale.items}
        for item in self.items:
            if (
                item.kind == "choice"
                and item.sensitivity is Sensitivity.ORDINARY
                and item.id not in scaled
            ):
                raise ValueError(f"the item {item.id} belongs to no scale")
        if self.draft_bits > DRAFT_ANSWER_BITS:
            raise ValueError(
                f"the answers need {self.draft_bits} bits, and a button holds"
                f" {DRAFT_ANSWER_BITS}: use fewer items or options"
            )
        return self

    def _check_scale(self, scale: Scale) -> None:
        known = {item.id: item for item in self.items}
        for item_id in scale.items:
            item = known.get(item_id)
            if item is None:
                raise ValueError(
                    f"the scale {scale.id} names the item {item_id}, which is not here"
                )
            if sum(option.score is not None for option in item.options) < 2:
                raise ValueError(f"the item {item_id} of scale {scale.id} has no scored options")
        if len({known[item_id].sensitivity for item_id in scale.items}) > 1:
            raise ValueError(f"the items of scale {scale.id} differ in sensitivity")
        sensitivity = known[scale.items[0]].sensitivity
        if sensitivity in NEVER_SCALED:
            raise ValueError(
                f"the items of scale {scale.id} are {sensitivity}: they are counted for the"
                " whole force and belong to no scale"
            )
        self._check_scoring(scale, [known[item_id] for item_id in scale.items])

    def _check_scoring(self, scale: Scale, items: list[Item]) -> None:
        if scale.of_a_condition and self.publication.level == "unit":
            raise ValueError(
                f"the limits of scale {scale.id} are those of a condition: expected the level"
                " department or force, got unit"
            )
        if not scale.scoring.table:
            return
        scores = [[score for score in item.scores if score is not None] for item in items]
        sums = range(sum(map(min, scores)), sum(map(max, scores)) + 1)
        if sorted(scale.scoring.table) != list(sums):
            raise ValueError(
                f"the table of scale {scale.id} expects a score for each sum from {sums[0]} to"
                f" {sums[-1]}, and for no other"
            )

    def _check_languages(self) -> None:
        unique(list(self.languages), "the language")
        texts = [self.title, *(item.text for item in self.items)]
        texts += [option.label for item in self.items for option in item.options]
        for scale in self.scales:
            texts += [scale.title, scale.groups.low, scale.groups.middle, scale.groups.high]
        for text in texts:
            missing = sorted(set(self.languages) - set(text))
            if missing:
                raise ValueError(f"“{text['en']}” is missing in {', '.join(missing)}")

    @cached_property
    def draft_bits(self) -> int:
        """How many bits the unfinished answers take."""
        return math.ceil(sum(math.log2(item.states) for item in self.items))

    @cached_property
    def key(self) -> tuple[str, int]:
        """What tells this wording from every other."""
        return (self.id, self.version)

    @cached_property
    def counts_taps(self) -> bool:
        """Whether it is no questionnaire at all: what was tapped is counted as its answers."""
        return any(item.sensitivity is Sensitivity.SUPPORT_TAPS for item in self.items)

    def item(self, item_id: str) -> Item:
        """Return the item with this id; `KeyError` if there is none."""
        return {item.id: item for item in self.items}[item_id]

    def sensitivity_of(self, scale: Scale) -> Sensitivity:
        """Return the sensitivity that the items of a scale share."""
        return self.item(scale.items[0]).sensitivity
