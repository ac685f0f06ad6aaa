"""What every document (instrument, programme, support directory) has in common.

A document is frozen, refuses keys it does not know, and says where it is wrong. Reading
files is not its business: it takes what a YAML or JSON reader made of one.
"""

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidationInfo,
)

from bot.core.characters import MOST_MARKS, odd_in_name, odd_places
from bot.core.errors import InvalidDocument

Place = tuple[str | int, ...]
"""Where in a document something stands: keys and list positions from the top."""


_GIVEN: Final = {"given": True}


def expected_plain(odd: str) -> str:
    """Return what is wrong with a text that has an odd character."""
    return (
        f"the character {odd} cannot be used: expected text without control characters, marks"
        " that change the direction of writing, characters that cannot be seen, and letters with"
        f" more than {MOST_MARKS} marks on them"
    )


class Document(BaseModel):
    """A part of a document: immutable, and strict about what it takes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def from_mapping(cls, content: object, *, name: str) -> Self:
        """Return the document, or raise `DocumentProblems` naming every place that is wrong.

        For what somebody gives. A stored document is not read by this: what was in force once
        stays readable when rules become stricter.
        """
        odd = [(place, expected_plain(which)) for place, which in odd_places(content)]
        if odd:
            raise DocumentProblems(name, odd)
        try:
            return cls.model_validate(content, context=_GIVEN)
        except ValidationError as error:
            raise DocumentProblems(name, problems_of(error)) from None


class DocumentProblems(InvalidDocument):
    """{document}: {problem}"""

    def __init__(self, name: str, problems: "list[tuple[Place, str]]") -> None:
        self.problems = problems
        described = "; ".join(
            f"{'.'.join(map(str, place))}: {text}" if place else text for place, text in problems
        )
        super().__init__(document=name, problem=described)


def problems_of(error: ValidationError) -> list[tuple[Place, str]]:
    """Return (place, plain sentence) pairs, without the values that were given."""
    return [
        (tuple(detail["loc"]), detail["msg"].removeprefix("Value error, "))
        for detail in error.errors(include_input=False, include_url=False)
    ]


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*", value) or len(value) > 40:
        raise ValueError(
            "expected an id of at most 40 lower-case letters, digits and single dashes,"
            " starting with a letter"
        )
    return value


Identifier = Annotated[str, AfterValidator(_identifier)]


def _wall_time(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    if isinstance(value, time) and value.tzinfo is None:
        return value
    raise ValueError('expected a time of day in quotes, such as "09:30"')


WallTime = Annotated[
    time, BeforeValidator(_wall_time), PlainSerializer(lambda at: at.strftime("%H:%M"))
]
"""A local time of day, written "HH:MM"."""


def _language_map(value: dict[str, str]) -> dict[str, str]:
    if "en" not in value:
        raise ValueError("expected at least the language en")
    for language, text in value.items():
        if not text.strip():
            raise ValueError(f"the text for {language} is empty")
    return value


LanguageMap = Annotated[dict[str, str], AfterValidator(_language_map)]
"""Text per language; English is always there."""


def _one_line(value: str, info: ValidationInfo) -> str:
    if info.context == _GIVEN and (odd := odd_in_name(value)) is not None:
        raise ValueError(expected_plain(odd))
    return value


Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_one_line)]


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in `language`, or the English one."""
    return texts.get(language) or texts["en"]


def unique(values: list[Any], what: str) -> None:
    """Raise `ValueError` naming the first value of `values` that comes twice."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value} comes twice")
        seen.add(value)
