"""The support directory: where help is, for whom, and when somebody last checked it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.core.documents import Document, Identifier, LanguageMap, Name, unique
from bot.core.errors import StandEasyError
from bot.core.instruments import Need

WARN_AFTER = timedelta(days=90)
REFUSE_AFTER = timedelta(days=180)


class SupportEntry(Document):
    """One place to turn to."""

    id: Identifier
    name: LanguageMap
    needs: list[Annotated[Need, Field(strict=False)]] = Field(min_length=1)
    for_whom: LanguageMap
    phone: str | None = None
    text_to: Annotated[str, Field(pattern=r"^\S+ to \d+$")] | None = None
    """What to send to which number, such as “HELLO to 85258”; other languages say it their way."""
    link: Annotated[str, Field(pattern=r"^https://[^\s]+$")] | None = None
    contact: LanguageMap | None = None
    """Any other way: a room, an extension, a person's post."""
    hours: LanguageMap
    cost: LanguageMap | None = None
    confidentiality: LanguageMap
    scope: Literal["national", "wales", "force"]
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = Field(default_factory=list)
    """Languages besides English that are spoken there."""
    english: bool = True
    """Whether English is."""
    source: Name
    last_verified: date
    verified_by: Name

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.phone or self.text_to or self.link or self.contact):
            raise ValueError("expected at least one of phone, text_to, link, contact")
        if self.phone and not re.fullmatch(r"\+?\d[\d ]*", self.phone, re.ASCII):
            raise ValueError("expected a phone number of digits and spaces")
        unique(list(self.languages), "the language")
        if not (self.english or self.languages):
            raise ValueError("expected a language besides English where English is not spoken")
        return self


class SupportDirectory(Document):
    """All entries of one kind of source, in the order they are shown."""

    entries: list[SupportEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        unique([entry.id for entry in self.entries], "the support entry")
        return self


class DirectoryTooOld(StandEasyError):
    """The support entry {entry} was last verified on {last_verified}: expected a check within
    180 days."""

    hint = "Call the number or open the link, then set last_verified and verified_by."


class NeedWithoutEntry(StandEasyError):
    """The support directory has no entry of the force for {need}."""

    hint = "Add the force's contact for it to the programme's support entries."


class UnknownLanguage(StandEasyError):
    """The support entry {entry} is said to speak {language}: expected one of {known}."""

    hint = "Correct its languages, or give the directory its texts in that language."


REQUIRED_NEEDS = (Need.CRISIS, Need.TALK, Need.TRIM, Need.HEALTH)
"""What must lead somewhere: crisis help anywhere, the others to the force's own contacts."""


@dataclass(frozen=True, slots=True)
class AgeFinding:
    """An entry that wants verifying soon."""

    entry: str
    last_verified: date


class Age(StrEnum):
    """How old a verification is."""

    FRESH = "fresh"
    DUE = "due"
    TOO_OLD = "too old"


def age_of(entry: SupportEntry, today: date) -> Age:
    """Return whether an entry is fresh, due for verifying, or too old to show."""
    since = today - entry.last_verified
    if since > REFUSE_AFTER:
        return Age.TOO_OLD
    return Age.DUE if since >= WARN_AFTER else Age.FRESH


def check_directory(
    entries: Sequence[SupportEntry], today: date, languages: Collection[str] | None = None
) -> list[AgeFinding]:
    """Return the entries to verify soon.

    Raises `DirectoryTooOld` when one is past 180 days, `NeedWithoutEntry` when a need that
    everybody may have leads nowhere, and `UnknownLanguage` when an entry speaks none of
    `languages` (without them, those the directory is written in): wrong help is worse than a
    refused start.
    """
    for need in missing_needs(entries):
        raise NeedWithoutEntry(need=need)
    _check_languages(entries, languages)
    return check_ages(entries, today)


def missing_needs(entries: Sequence[SupportEntry]) -> list[Need]:
    """Return what must lead somewhere and does not."""
    return [
        need
        for need in REQUIRED_NEEDS
        if not any(
            need in entry.needs and (need is Need.CRISIS or entry.scope == "force")
            for entry in entries
        )
    ]


def lacking(own: Sequence[SupportEntry]) -> list[Need]:
    """Return the needs for which a force has named nobody of its own: nobody is let in so far."""
    return [need for need in missing_needs(own) if need is not Need.CRISIS]


def _check_languages(entries: Sequence[SupportEntry], languages: Collection[str] | None) -> None:
    known = {text for entry in entries for text in entry.name} if languages is None else languages
    for entry in entries:
        for language in entry.languages:
            if language not in known:
                raise UnknownLanguage(
                    entry=entry.id, language=language, known=", ".join(sorted(known))
                )


def check_ages(entries: Sequence[SupportEntry], today: date) -> list[AgeFinding]:
    """Return the entries to verify soon; raises `DirectoryTooOld`."""
    due = []
    for entry in entries:
        age = age_of(entry, today)
        if age is Age.TOO_OLD:
            raise DirectoryTooOld(entry=entry.id, last_verified=entry.last_verified)
        if age is Age.DUE:
            due.append(AgeFinding(entry.id, entry.last_verified))
    return due


def entries_for(
    need: Need, entries: Sequence[SupportEntry], language: str = "en", *, wales: bool = False
) -> list[SupportEntry]:
    """Return the entries for a need, those that speak the officer's language first.

    Otherwise the directory's order stays. Entries for Wales are there for officers whose
    language is Welsh, and for everybody where `wales` says that the force works in Welsh. Who
    reads English is not shown who does not speak it.
    """
    found = [
        entry
        for entry in entries
        if need in entry.needs and (entry.scope != "wales" or wales or language == "cy")
    ]
    # In danger, nobody reads past another line to find 999.
    if need is Need.CRISIS:
        return found
    if language == "en":
        return [entry for entry in found if entry.english]
    return sorted(found, key=lambda entry: language not in entry.languages)


def left_out(need: Need, entries: Sequence[SupportEntry]) -> set[str]:
    """Return the languages of the entries that nobody is shown who reads English."""
    return {
        language
        for entry in entries
        if need in entry.needs and not entry.english
        for language in entry.languages
    }
