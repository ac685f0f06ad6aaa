"""The wording of a pack: the texts that a force brings, and what entitles it to them."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bot.core.documents import Document, Identifier, LanguageMap
from bot.core.instruments import MAX_LANGUAGES


def _between(least: int, most: int) -> Callable[[str], str]:
    def checked(value: str) -> str:
        if not least <= len(value.strip()) <= most:
            raise ValueError(f"expected {least} to {most} characters, got {len(value.strip())}")
        return value

    return checked


class Licence(Document):
    """What entitles the force to these texts."""

    statement: Annotated[str, AfterValidator(_between(20, 600))]
    granted_by: Annotated[str, AfterValidator(_between(3, 50))]
    given_on: date


class ScaleWording(Document):
    """What a theme and its groups of answers are called in results."""

    title: LanguageMap
    low: LanguageMap
    middle: LanguageMap
    high: LanguageMap


class Wording(Document):
    """The texts of one pack in one version."""

    pack: Identifier
    structure: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1, le=65535)]
    """The version of the instruments made from it: another wording is another version."""
    official: bool
    """Whether the texts are those of the owner, unchanged."""
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = Field(
        min_length=1, max_length=MAX_LANGUAGES
    )
    licence: Licence
    titles: dict[Identifier, LanguageMap]
    lead_in: LanguageMap | None = None
    options: dict[Identifier, list[LanguageMap]]
    items: dict[Identifier, LanguageMap]
    scales: dict[Identifier, ScaleWording]


def digest_of(content: Mapping[str, Any]) -> bytes:
    """Return the hash of what officers are asked and what their answers mean.

    The licence is left out: renewing it changes no question.
    """
    asked = {key: value for key, value in content.items() if key != "licence"}
    return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).digest()
