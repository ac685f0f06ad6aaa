"""The structure of a pack: facts about a questionnaire, and none of its wording."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.core.documents import Document, Identifier, unique
from bot.core.instruments import Need, Scoring, Sensitivity


class OptionSet(Document):
    """Options that several items share: what each scores, from first to last."""

    scores: list[int | None] = Field(min_length=2, max_length=12)
    layout: Literal["rows", "scale"] = "rows"


class ItemFact(Document):
    """One item: where it stands in the questionnaire and how it is scored."""

    id: Identifier
    number: Annotated[int, Field(ge=1)]
    options: Identifier
    reverse: bool = False
    sensitivity: Annotated[Sensitivity, Field(strict=False)] = Sensitivity.ORDINARY
    support: dict[int, list[Annotated[Need, Field(strict=False)]]] = Field(default_factory=dict)
    """What comes first in the support menu, by the score as it was chosen."""


class ScaleFact(Document):
    """One scale: its items, how they make a score, and its three groups of answers."""

    id: Identifier
    items: list[Identifier] = Field(min_length=1)
    scoring: Scoring = Scoring()
    low_up_to: float
    high_from: float
    limits: Literal["published", "condition", "own"]
    """Whose the limits are: published and descriptive; published and tied to a condition; or
    this project's, because nobody published any for groups of answers."""


class Part(Document):
    """What is asked in one go: one instrument."""

    id: Identifier
    scales: list[Identifier] = Field(min_length=1)
    level: Literal["unit", "department", "force"] = "unit"
    validated: bool
    """Whether the questionnaire was validated in the form in which this part asks it."""


class Structure(Document):
    """The facts about one questionnaire."""

    pack: Identifier
    structure: Annotated[int, Field(ge=1)]
    """Changes whenever the same answers would be scored or published differently."""
    name: str
    rights: str
    """Who has to be asked, as far as is known."""
    sources: list[str] = Field(min_length=1)
    lead_in: bool = False
    """Whether one sentence stands before all items."""
    options: dict[Identifier, OptionSet]
    items: list[ItemFact] = Field(min_length=1)
    scales: list[ScaleFact] = Field(min_length=1)
    parts: list[Part] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        unique([item.id for item in self.items], "the item")
        unique([item.number for item in self.items], "the number")
        unique([scale.id for scale in self.scales], "the scale")
        unique([part.id for part in self.parts], "the part")
        scales, items = {scale.id for scale in self.scales}, {item.id for item in self.items}
        _all_of([name for part in self.parts for name in part.scales], scales, "the scale")
        _all_of([name for scale in self.scales for name in scale.items], items, "the item")
        if {item.options for item in self.items} != set(self.options):
            raise ValueError("expected the items to use all sets of options, and no others")
        return self

    @property
    def key(self) -> tuple[str, int]:
        """What a wording names it by."""
        return (self.pack, self.structure)

    def items_of(self, part: Part) -> list[ItemFact]:
        """Return the items of a part, in the order of the questionnaire."""
        wanted = {name for scale in self.scales if scale.id in part.scales for name in scale.items}
        return [item for item in self.items if item.id in wanted]


def _all_of(named: list[str], known: set[str], what: str) -> None:
    unique(named, what)
    if set(named) != known:
        differing = ", ".join(sorted(set(named) ^ known))
        raise ValueError(f"{what} is missing on one side: {differing}")
