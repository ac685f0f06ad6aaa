"""Languages: texts are written in English and read in the reader's tongue.

A text is marked where it is written and translated where it is shown. A text that a language
lacks is shown in English; whoever loads the translations says so.
"""

import gettext
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list

ENGLISH = "en"
_AS_WRITTEN_HERE = {ENGLISH: "en_GB"}
_BEFORE_VOWELS = re.compile(r"\((\w+)\)(?= \{(\d+)\})")
_VOWELS = "aeiouâêîôûáéíóúàèìòùäëïöü"


def mark(text: str) -> str:
    """Return `text`; written as `_` it tells the translators that it is to be translated."""
    return text


@dataclass(frozen=True, slots=True)
class Plural:
    """A text that depends on a number, `{number}` in it; languages have up to six forms."""

    one: str
    many: str


def plural(one: str, many: str) -> Plural:
    """Return a text that depends on a number, marked for the translators."""
    return Plural(one, many)


class Tongue:
    """One language: its texts, its days and its times of day."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations
        self._locale = Locale.parse(_AS_WRITTEN_HERE.get(language, language))

    @property
    def name(self) -> str:
        """What the language calls itself, such as “Cymraeg”."""
        # Babel knows a name for every language it knows; the code stands in all the same.
        return str(self._locale.get_language_name(self.language) or self.language)

    def __call__(self, text: str, **fields: object) -> str:
        """Return a text for a message, its fields made safe for markup."""
        safe = {name: escape(str(value)) for name, value in fields.items()}
        return self.label(text, **safe)

    def label(self, text: str, **fields: object) -> str:
        """Return a text for a button or a command, where there is no markup."""
        translated = self._translations.gettext(text)
        return translated.format(**fields) if fields else translated

    def counted(self, text: Plural, number: int) -> str:
        """Return a text in the form that goes with a number."""
        return self._translations.ngettext(text.one, text.many, number).format(number=number)

    def listed(self, names: Sequence[str]) -> str:
        """Return names one behind the other as people say them, such as “A, B and C”."""
        places = format_list([f"{{{n}}}" for n in range(len(names))], locale=self._locale)

        def ending(found: re.Match[str]) -> str:
            # Written as “a(c)” where the word is longer before a vowel.
            return found[1] if names[int(found[2])][:1].lower() in _VOWELS else ""

        return _BEFORE_VOWELS.sub(ending, places).format(*names)

    def day(self, day: date) -> str:
        """Return a day as people say it, such as “Monday 30 November”."""
        return str(format_date(day, "EEEE d MMMM", locale=self._locale))

    def time(self, at: time | datetime) -> str:
        """Return a time of day, such as “09:30”."""
        return str(format_time(at, "HH:mm", locale=self._locale))


class Tongues:
    """Every language there are translations for; English always."""

    def __init__(self, translations: Mapping[str, gettext.NullTranslations] | None = None) -> None:
        found = {ENGLISH: gettext.NullTranslations(), **(translations or {})}
        self._tongues = {code: Tongue(code, texts) for code, texts in found.items()}

    def of(self, language: str | None) -> Tongue:
        """Return a language's tongue; English when there is none."""
        return self._tongues.get(language or ENGLISH, self._tongues[ENGLISH])

    def knows(self, language: str) -> bool:
        """Whether there are translations for a language."""
        return language in self._tongues

    def known(self) -> list[Tongue]:
        """Return the tongue of every language there are translations for, English first."""
        return list(self._tongues.values())

    def among(self, languages: Iterable[str]) -> list[Tongue]:
        """Return the tongues of those languages that there are translations for."""
        return [self._tongues[code] for code in languages if code in self._tongues]
