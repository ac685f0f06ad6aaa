"""What is translated, as the catalogues and the content files have it, to be read back.

Everything is kept as a phone shows it: without markup.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from pydantic import BaseModel

from bot import wiring
from bot.core.languages import ENGLISH, Plural, Tongues
from bot.sandbox.entities import parse_html
from config.content import national_support
from config.translations import load_translations
from tests.programmes import the_example

TONGUES = Tongues(load_translations())
PLACE = Path(__file__).resolve().parents[2] / "config" / "translations"

_FIELD = re.compile(r"\{([a-z_]+)\}")
_DAY = re.compile(r"(.+) (\d+) (\w+)")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with fields: what stands around them in the other language, and the English."""

    english: str
    around: tuple[str, ...]
    fields: tuple[str, ...]

    def matches(self, text: str) -> Iterator[dict[str, str]]:
        """Yield every way in which a text can be this one: what each field holds."""
        first, *rest = self.around
        if text.startswith(first) and text.endswith(self.around[-1]):
            for values in _values(text[len(first) :], rest):
                yield dict(zip(self.fields, values, strict=True))


def _values(text: str, around: list[str]) -> Iterator[list[str]]:
    """Yield what stands before each of these, the last of which ends the text."""
    if len(around) == 1:
        value = text.removesuffix(around[0])
        if text.endswith(around[0]) and value and "\n" not in value:
            yield [value]
        return
    # What stands in a field is never more than a line.
    line = len(text.partition("\n")[0])
    at = text.find(around[0], 1)
    while 0 < at <= line:
        for values in _values(text[at + len(around[0]) :], around[1:]):
            yield [text[:at], *values]
        at = text.find(around[0], at + 1)


def _beginning(text: str) -> str:
    """Return the first letters of a text; none where it begins with a field."""
    return text[:2] if len(text) >= 2 else ""


def _unnumbered(text: str) -> str:
    """Return a text with a number, whichever it is."""
    return re.sub(r"\{number\}|\d+", "#", text)


def plain(text: str) -> str:
    """Return a text as a phone shows it."""
    return parse_html(text)[0]


class Catalogue:
    """Everything that is translated in the program: texts, plurals, ordinals and days."""

    def __init__(self, language: str) -> None:
        self.tongue, self.english = TONGUES.of(language), TONGUES.of(None)
        self.texts: dict[str, set[str]] = {}
        self.ordinals: dict[str, str] = {}
        self.templates: dict[str, list[Template]] = {}
        """Texts with fields, by how they begin; the most telling first."""
        self.plurals: dict[str, set[Plural]] = {}
        with (PLACE / language / "LC_MESSAGES" / "officer.po").open("rb") as file:
            for message in read_po(file, locale=language):
                if isinstance(message.id, tuple):
                    for form in message.string or ():
                        self.plurals.setdefault(_unnumbered(form), set()).add(Plural(*message.id))
                elif message.id:
                    self._add(str(message.id), str(message.string))
        for templates in self.templates.values():
            templates.sort(key=lambda each: -sum(map(len, each.around)))
        self.weekdays, self.months = dict[str, str](), dict[str, str]()
        for number in range(12):
            self._add_day(date(2026, 1 + number, 1 + number))

    def _add(self, english: str, translated: str) -> None:
        shown, meant = plain(translated), plain(english)
        around = _FIELD.split(shown)[::2]
        if shown.isdecimal():
            self.ordinals[shown] = meant
        elif len(around) == 1:
            self.texts.setdefault(shown, set()).add(meant)
        elif any(character.isalpha() for part in around for character in part):
            template = Template(meant, tuple(around), tuple(_FIELD.findall(shown)))
            self.templates.setdefault(_beginning(around[0]), []).append(template)

    def _add_day(self, day: date) -> None:
        for each in (day, day + timedelta(days=1)):
            shown, meant = (_DAY.fullmatch(of.day(each)) for of in (self.tongue, self.english))
            assert shown
            assert meant
            self.weekdays[shown[1]], self.months[shown[3]] = meant[1], meant[3]

    def like(self, text: str) -> Iterator[Template]:
        """Yield the texts with fields that begin as this one does."""
        yield from self.templates.get(_beginning(text), ())
        yield from self.templates.get("", ())

    def day(self, text: str) -> str | None:
        """Return a day in English."""
        found = _DAY.fullmatch(text)
        if found is None or found[1] not in self.weekdays or found[3] not in self.months:
            return None
        return f"{self.weekdays[found[1]]} {found[2]} {self.months[found[3]]}"

    def counted(self, text: str) -> set[str]:
        """Return what a text with a number can be in English; the form must fit the number."""
        # A form may say its number in words, or not at all.
        numbers = {0, 1, 2, 3, 6, *map(int, re.findall(r"\d+", text))}
        return {
            self.english.counted(each, number)
            for each in self.plurals.get(_unnumbered(text), ())
            for number in numbers
            if self.tongue.counted(each, number) == text
        }


@cache
def catalogue_of(language: str) -> Catalogue:
    """Return a language's catalogue."""
    return Catalogue(language)


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in content files: texts with their English, and names that have but one."""

    texts: frozenset[tuple[str, str]] = frozenset()
    names: frozenset[str] = frozenset()

    @staticmethod
    def of(language: str, documents: Iterable[BaseModel | str]) -> "Content":
        """Return what documents say in one language; a document may be just a name."""
        sources = list(documents)
        texts, names = set[tuple[str, str]](), {each for each in sources if isinstance(each, str)}
        dumped = [each.model_dump() for each in sources if isinstance(each, BaseModel)]
        for part in _parts_of(dumped):
            english, name = part.get(ENGLISH), part.get("name")
            if isinstance(english, str):
                texts.add((part.get(language) or english, english))
            if isinstance(name, str):
                names.add(name)
            if part.get("text_to"):
                names.add(part["text_to"].partition(" ")[0])
        return Content(frozenset(texts), frozenset(names))


def _parts_of(part: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every mapping in a document."""
    if isinstance(part, Mapping):
        yield part
        part = list(part.values())
    if isinstance(part, list | tuple):
        for each in part:
            yield from _parts_of(each)


@cache
def shipped(language: str) -> Content:
    """Return what ships: every instrument, the support entries, and the invented force."""
    instruments = wiring.instruments_by_key().values()
    return Content.of(language, (*instruments, *national_support(), the_example()))
