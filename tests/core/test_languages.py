"""Languages: a text in the reader's tongue, its fields made safe, its numbers and days as said."""

import gettext
from datetime import date, datetime, time

from bot.core.languages import Tongues, mark, plural

OPEN = mark("Open {door}")
DAYS = plural("{number} day", "{number} days")


class Backwards(gettext.NullTranslations):
    """A language in which every word is turned round, and numbers stay."""

    def gettext(self, message: str) -> str:
        return " ".join(word if word.startswith("{") else word[::-1] for word in message.split(" "))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def test_english_is_always_there_and_stands_in_for_what_is_not() -> None:
    tongues = Tongues()
    assert tongues.knows("en")
    assert not tongues.knows("cy")
    assert tongues.of(None).language == tongues.of("cy").language == "en"
    assert tongues.of("en").label(OPEN, door="it") == "Open it"


def test_a_text_is_said_in_the_readers_tongue() -> None:
    tongue = Tongues({"cy": Backwards()}).of("cy")
    assert tongue.label("Help") == "pleH"
    assert tongue.label(OPEN, door="it") == "nepO it"
    assert tongue.counted(DAYS, 1) == "1 yad"
    assert tongue.counted(DAYS, 2) == "2 syad"


def test_fields_cannot_break_the_markup_of_a_message() -> None:
    tongue = Tongues().of("en")
    assert tongue(OPEN, door="<b>&") == "Open &lt;b&gt;&amp;"
    assert tongue.label(OPEN, door="<b>&") == "Open <b>&"


def test_a_text_without_fields_keeps_its_braces() -> None:
    assert Tongues().of("en").label(OPEN) == "Open {door}"


def test_a_language_says_its_own_name_and_its_days_and_times() -> None:
    tongues = Tongues({"cy": Backwards()})
    english, welsh = tongues.among(["en", "gd", "cy"])
    assert tongues.known() == [english, welsh]
    assert [english.name, welsh.name] == ["English", "Cymraeg"]
    assert english.day(date(2026, 11, 30)) == "Monday 30 November"
    assert welsh.day(date(2026, 11, 30)) == "Dydd Llun 30 Tachwedd"
    assert english.time(time(9, 5)) == english.time(datetime(2026, 11, 30, 9, 5)) == "09:05"


def test_names_are_put_together_as_the_language_does() -> None:
    tongues = Tongues({"cy": Backwards(), "gd": Backwards()})
    english, welsh, gaelic = tongues.among(["en", "cy", "gd"])
    names = ["Roads", "Dogs", "Armed (B) Unit"]
    assert english.listed(names[:1]) == "Roads"
    assert english.listed(names[:2]) == "Roads and Dogs"
    assert english.listed(names) == "Roads, Dogs and Armed (B) Unit"
    assert gaelic.listed(names[:2]) == "Roads agus Dogs"
    # The Welsh word depends on what follows.
    assert welsh.listed(names[:2]) == "Roads a Dogs"
    assert welsh.listed(names) == "Roads, Dogs, ac Armed (B) Unit"
