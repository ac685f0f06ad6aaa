"""Reading a conversation in another language: all of it comes back, and nothing passes unread."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from bot.core.disclosure.bands import Band
from bot.core.documents import in_language
from bot.core.languages import Plural, Tongue
from bot.officer.texts import check_ins, joining, when_to_ask
from bot.officer.texts import introduction as introduction_texts
from bot.officer.texts import leaving as leaving_texts
from bot.officer.texts import settings as settings_texts
from bot.sandbox.phones import Phone
from tests.officer.back_translation import Reader, Unreadable
from tests.officer.every_screen import every_screen
from tests.officer.findings import a_finding
from tests.officer.translated_phone import TranslatedPhone
from tests.officer.translated_texts import TONGUES, plain
from tests.officer.views import example_programme, pulse
from tests.station import Station

ENGLISH, WELSH = TONGUES.of("en"), TONGUES.of("cy")
REPLY = in_language(a_finding(Band(20, 40)).reply, "cy")
READER = Reader("cy", lambda: (pulse(), example_programme(), REPLY))


# --- Every screen ---------------------------------------------------------------------------


def read(tongue: Tongue, text: str, *, in_check_in: bool = False) -> str:
    """Return a text in English, whichever language it is in."""
    return text if tongue is ENGLISH else READER.read(text, in_check_in=in_check_in)


def screens(tongue: Tongue) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each screen's name, and its text and its labels as they are read in English."""
    for shown in every_screen(tongue):
        buttons = [button for row in shown.screen.rows for button in row]
        labels = [
            read(tongue, each.label, in_check_in=not each.data.startswith(":")) for each in buttons
        ]
        yield shown.name, read(tongue, plain(shown.screen.text)), sorted(labels)


def paragraphs(tongue: Tongue) -> dict[str, list[str]]:
    """Return the paragraphs of each screen, each once; pages of one thing are one screen."""
    found: dict[str, dict[str, None]] = {}
    for name, text, _ in screens(tongue):
        # These name the language they are in.
        if name.startswith(("settings", "language_set")):
            text = text.replace(tongue.name, "this language")
        found.setdefault(name.partition(", page")[0], {}).update(dict.fromkeys(text.split("\n\n")))
    return {name: list(said) for name, said in found.items()}


def test_every_screen_in_welsh_is_the_english_one() -> None:
    english, welsh = paragraphs(ENGLISH), paragraphs(WELSH)
    review = settings_texts.AWAITING_REVIEW["cy"]
    assert english.keys() == welsh.keys()
    for name, said in english.items():
        both = [[each for each in one if each != review] for one in (said, welsh[name])]
        # Who speaks Welsh finds more lines to call.
        if not name.startswith("need_page"):
            assert both[0] == both[1], name


def test_every_screen_in_welsh_has_the_english_buttons() -> None:
    english = {name: labels for name, _, labels in screens(ENGLISH)}
    for name, _, labels in screens(WELSH):
        # Pages end where they are full, so one may lead on to more in one language alone.
        if ", page" not in name:
            assert labels == english[name], name


def test_the_command_menu_and_the_introduction_in_welsh_are_the_english_ones() -> None:
    texts = [text for _, text in introduction_texts.COMMANDS]
    for text in (*texts, introduction_texts.DESCRIPTION, introduction_texts.SHORT_DESCRIPTION):
        assert READER.read(WELSH.label(text)) == text


# --- What cannot be read --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        check_ins.READY,
        f"{WELSH.label(check_ins.READY)} And in English.",
        f"{WELSH.label(check_ins.READY)}\n{check_ins.READY}",
        # English in the field of a Welsh text, and the other way round.
        WELSH.label(settings_texts.PAUSED, day="Monday 30 November"),
        settings_texts.PAUSED.format(day="Dydd Llun 30 Tachwedd"),
        "Dydd Llun 30 November",
        "Neges o unman",
    ],
)
def test_what_is_not_in_welsh_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable, match="Not in cy, or from nowhere"):
        READER.read(text)


def test_a_plural_in_the_wrong_form_cannot_be_read() -> None:
    days = when_to_ask.DAYS
    assert READER.read(WELSH.counted(days, 2)) == "2 days"
    wrong = WELSH.counted(days, 3).replace("3", "2")
    assert wrong != WELSH.counted(days, 2)
    with pytest.raises(Unreadable):
        READER.read(wrong)


def test_a_number_in_words_is_read() -> None:
    tries: Plural = leaving_texts.TRIES
    for number in (1, 2, 3, 6, 7, 40):
        assert READER.read(WELSH.counted(tries, number)) == ENGLISH.counted(tries, number)


def test_one_welsh_word_for_two_english_ones_is_told_apart_by_where_it_stands() -> None:
    rather_not = WELSH.label(joining.RATHER_NOT)
    assert READER.read(rather_not) == "Rather not say"
    assert READER.read(rather_not, in_check_in=True) == "Prefer not to say"


class Answer(BaseModel):
    """Something that can be answered."""

    label: dict[str, str]


def test_one_welsh_word_for_two_english_answers_is_told_apart_by_what_is_asked() -> None:
    known = [Answer(label={"en": "Wholly", "cy": "I gyd"})]
    assert Reader("cy", lambda: known).read("I gyd", in_check_in=True) == "Wholly"
    # Where both are asked, which one is meant is not left to luck.
    known.append(Answer(label={"en": "Entirely", "cy": "I gyd"}))
    with pytest.raises(Unreadable, match="is any of"):
        Reader("cy", lambda: known).read("I gyd", in_check_in=True)


def test_what_is_asked_later_can_be_read_then() -> None:
    known: list[BaseModel] = []
    reader = Reader("cy", lambda: known)
    with pytest.raises(Unreadable):
        reader.read("Cwestiwn dychmygol")
    known.append(Answer(label={"en": "An invented question", "cy": "Cwestiwn dychmygol"}))
    assert reader.read("Cwestiwn dychmygol") == "An invented question"


# --- The phone ------------------------------------------------------------------------------


async def test_a_phone_in_welsh_shows_welsh_and_is_read_in_english(
    station: Station, language: str
) -> None:
    sam = await station.officer()
    await sam.joins()
    await station.next_prompt()
    await sam.sees(check_ins.READY)
    await sam.taps("Open", "Good")
    await sam.sees("2 of 5")
    shown = Phone.messages.__get__(sam.phone)[-1]
    if language == "cy":
        assert isinstance(sam.phone, TranslatedPhone)
        assert shown.text.startswith("2 o 5")
        assert shown.buttons[0] == ["Yn wael iawn"]
    assert sam.phone.last.buttons[0] == ["Very badly"]
    assert sam.phone.last.buttons[-1] == ["‹ Back", "Skip", "Help"]


@pytest.mark.english_only("makes the phones it needs")
async def test_a_text_that_was_never_translated_fails_the_conversation(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Station, "language", "cy")
    monkeypatch.setattr(joining, "ASK_SERVICE", "Not from any catalogue.")
    sam = await station.officer()
    with pytest.raises(Unreadable, match="Not from any catalogue"):
        await sam.joins()
    # Or else the station itself would complain of it at the end.
    station.translated.clear()
