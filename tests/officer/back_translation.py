"""Reads what the bot says in another language back into English, from the translations alone.

A conversation in that language can so be held against the English one. What comes from no
catalogue, no content file and no list of names cannot be read: that is a text somebody forgot
to have translated. Nothing is read twice: what stands in a field is read for itself.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

from pydantic import BaseModel

from bot.core.languages import ENGLISH
from tests.officer.translated_texts import TONGUES, Content, catalogue_of, shipped

# What parts of a message are put together with. A full stop may belong to a part or not.
JOINTS = re.compile(r"\n+|\. |, |\.$| · |✓ "), re.compile(r"\.\n+")
SAME_EVERYWHERE = re.compile(r"\+?\d[\d ]*|\d\d:\d\d|https://\S+")
ORDINAL = "nth"
"""A field with a word that may look like a number, such as the Welsh for “2nd” behind a noun."""


class Unreadable(AssertionError):
    """Something the bot said that stands in no catalogue and no content file."""


class Reading:
    """What can be read of one language where this content is asked and shown."""

    def __init__(self, language: str, here: Content) -> None:
        self._catalogue = catalogue_of(language)
        rest = shipped(language)
        self._names = (
            here.names | rest.names | {TONGUES.of(each).name for each in (ENGLISH, language)}
        )
        # An answer may have one word in this language where English has two: in the check-in
        # that is asked here, what it stands for is plain.
        self._contents = [_by_text(here.texts), _by_text(rest.texts)]
        self._known: dict[tuple[str, bool], str | None] = {}

    def parts(self, text: str, answer: bool) -> str | None:
        """Return a text in English; None where any of it cannot be read."""
        key = text, answer
        if key not in self._known:
            self._known[key] = self._put_together(text, answer)
        return self._known[key]

    def _put_together(self, text: str, answer: bool) -> str | None:
        """Read a text as a whole, or as the longest beginning that is one, and what follows."""
        whole = self._whole(text, answer)
        if whole is not None:
            return whole
        joints = [found for each in JOINTS for found in each.finditer(text)]
        for joint in sorted(joints, key=lambda found: -found.start()):
            head = self._whole(text[: joint.start()], answer)
            tail = None if head is None else self.parts(text[joint.end() :], answer)
            if tail is not None:
                return f"{head}{joint[0]}{tail}"
        return None

    def _whole(self, text: str, answer: bool) -> str | None:
        if not text or text in self._names or SAME_EVERYWHERE.fullmatch(text):
            return text
        texts = [self._catalogue.texts]
        for known in [*self._contents, *texts] if answer else [*texts, *self._contents]:
            if text in known:
                return _only(text, known[text])
        if found := self._catalogue.counted(text):
            return _only(text, found)
        return self._catalogue.day(text) or self._filled(text)

    def _filled(self, text: str) -> str | None:
        """Read a text with fields."""
        for template in self._catalogue.like(text):
            for values in template.matches(text):
                read = {name: self._field(name, value) for name, value in values.items()}
                if None not in read.values():
                    return template.english.format(**read)
        return None

    def _field(self, name: str, value: str) -> str | None:
        if name == ORDINAL:
            return self._catalogue.ordinals.get(value) or self.parts(value, False)
        return self.parts(value, False)


def _by_text(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    texts: dict[str, set[str]] = {}
    for shown, english in pairs:
        texts.setdefault(shown, set()).add(english)
    return texts


def _only(text: str, found: set[str]) -> str:
    if len(found) > 1:
        raise Unreadable(f"{text!r} is any of {sorted(found)}")
    return next(iter(found))


reading_of = cache(Reading)
"""Many tests ask and show the same, and read it once."""


class Reader:
    """Reads one language; `documents` are what is asked and shown where it reads, now."""

    def __init__(
        self, language: str, documents: Callable[[], Iterable[BaseModel | str]] = lambda: ()
    ) -> None:
        self.language = language
        self._documents = documents
        self._learn()

    def _learn(self) -> None:
        here = Content.of(self.language, self._documents())
        self._reading = reading_of(self.language, here)

    def read(self, text: str, *, in_check_in: bool = False) -> str:
        """Return a text in English; raises `Unreadable`.

        `in_check_in` says that it is a button of a check-in: an answer before anything else.
        """
        found = self._read(text, in_check_in)
        if found is None:
            # What is asked and shown may have changed since.
            self._learn()
            found = self._reading.parts(text, in_check_in)
        if found is None:
            raise Unreadable(f"Not in {self.language}, or from nowhere: {self._trouble(text)!r}")
        return found

    def _read(self, text: str, in_check_in: bool) -> str | None:
        try:
            return self._reading.parts(text, in_check_in)
        except Unreadable:
            return None

    def _trouble(self, text: str) -> str:
        """Return the first line that cannot be read, or everything where each line can."""
        lines = (line for line in text.split("\n") if self._reading.parts(line, False) is None)
        return next(lines, text)
