"""Translations: one catalogue per language, read from its .po file when the program starts.

A further language is a further folder, <language>/LC_MESSAGES/officer.po beside this file's
namesake; nothing in the program names one.
"""

import gettext
import io
import logging
from importlib.resources import files
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = logging.getLogger(__name__)

CATALOGUE = "officer.po"


class _SaysWhatIsMissing(gettext.NullTranslations):
    """Stands behind a language: what is asked of it here was not translated."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._said: set[str] = set()

    def gettext(self, message: str) -> str:
        self._say(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self._say(msgid1)
        return msgid1 if n == 1 else msgid2

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            log.warning("not translated into %s, shown in English: %.60s", self._language, message)


def load_translations(folder: Path | None = None) -> dict[str, gettext.NullTranslations]:
    """Return the translations of every language that has a folder."""
    place = folder or Path(str(files("config").joinpath("translations")))
    return {
        path.parent.parent.name: _read(path)
        for path in sorted(place.glob(f"*/LC_MESSAGES/{CATALOGUE}"))
    }


def _read(path: Path) -> gettext.NullTranslations:
    language = path.parent.parent.name
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    translations.add_fallback(_SaysWhatIsMissing(language))
    return translations
