"""The shipped instruments: own wording in two languages, short, and complete."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.instruments import AnswerGroup, Instrument, Item, Need, Sensitivity
from config.content import example_programme_path, shipped_instruments

FOLDER = example_programme_path().parents[1] / "instruments"
PAGE = Path(__file__).parents[2] / "docs" / "instruments.md"

INSTRUMENTS = {instrument.id: instrument for instrument in shipped_instruments()}
IDS = sorted(INSTRUMENTS)
FORCE_ALONE = {
    *("exit", "support-taps", "supervisors-quarterly"),
    *("tough-job-3-days", "tough-job-28-days", "tough-job-90-days"),
}

# Phrases of questionnaires that are not ours: WHO-5, SWEMWBS, ONS4, UWES, MBI, HSE.
NOT_OURS = (
    "cheerful|good spirits|fresh and rested|optimistic about|feeling useful|satisfied .* life|"
    "worthwhile|how happy|how anxious|bursting with|used up|burne?d out|emotionally drained|"
    "clear what is expected|unachievable|consulted about change|diagnos|symptom"
)


def texts_of(instrument: Instrument) -> Iterator[dict[str, str]]:
    """Yield every text of an instrument, in all its languages."""
    yield instrument.title
    for item in instrument.items:
        yield item.text
        yield from (option.label for option in item.options)
    for scale in instrument.scales:
        yield from (scale.title, scale.groups.low, scale.groups.middle, scale.groups.high)


def labels(item: Item) -> list[str]:
    return [option.label["en"] for option in item.options]


def test_everything_that_is_asked_of_officers_is_shipped() -> None:
    assert set(IDS) == {
        *("weekly-pulse", "monthly-wellbeing", "monthly-wellbeing-exhaustion"),
        *("quarterly-work", "trust", "stay", *FORCE_ALONE),
    }


@pytest.mark.parametrize("name", IDS)
def test_each_instrument_is_there_in_english_and_in_welsh(name: str) -> None:
    instrument = INSTRUMENTS[name]
    assert instrument.languages == ["en", "cy"]
    assert (instrument.licence, instrument.validated) == ("CC0-1.0", False)
    comments = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").split("\nid:")[0]
    assert "Welsh: awaiting review by a qualified translator" in comments
    assert "not validated" in comments or name == "support-taps"
    for text in texts_of(instrument):
        assert text["en"] != text["cy"] or text["en"].isdigit(), text


@pytest.mark.parametrize("name", IDS)
def test_questions_are_short_and_options_fit_on_a_button(name: str) -> None:
    for item in INSTRUMENTS[name].items:
        for text in item.text.values():
            assert len(text) <= 110, text
        for option in item.options:
            for label in option.label.values():
                assert len(label) <= (2 if item.layout == "scale" else 32), label


@pytest.mark.parametrize("name", IDS)
def test_the_wording_is_calm_and_our_own(name: str) -> None:
    for text in texts_of(INSTRUMENTS[name]):
        for said in text.values():
            assert "!" not in said
            assert said.strip() == said
            assert not re.search(NOT_OURS, said, re.IGNORECASE), said


@pytest.mark.parametrize("name", IDS)
def test_options_differ_in_every_language(name: str) -> None:
    for item in INSTRUMENTS[name].items:
        for language in ("en", "cy"):
            assert len({option.label[language] for option in item.options}) == len(item.options)


@pytest.mark.parametrize("name", IDS)
def test_good_answers_lead_to_no_support(name: str) -> None:
    instrument = INSTRUMENTS[name]
    for scale in instrument.scales:
        for item in map(instrument.item, scale.items):
            for option, score in zip(item.options, item.scores, strict=True):
                if score is None or scale.group_of(score) is not AnswerGroup.LOW:
                    assert not option.support, (item.id, option.label["en"])


@pytest.mark.parametrize("name", IDS)
def test_what_is_sensitive_is_released_for_the_force_alone(name: str) -> None:
    instrument = INSTRUMENTS[name]
    assert (instrument.publication.level == "force") == (name in FORCE_ALONE)
    counted = {Sensitivity.EXIT, Sensitivity.POST_INCIDENT, Sensitivity.SUPPORT_TAPS}
    for item in instrument.items:
        if item.sensitivity in counted:
            assert instrument.publication.level == "force"
            assert not instrument.scales
        about_a_supervisor = "your supervisor" in item.text["en"]
        assert (item.sensitivity is Sensitivity.SUPERVISION) == about_a_supervisor


@pytest.mark.parametrize("name", IDS)
def test_a_scale_from_0_to_10_is_labelled_so(name: str) -> None:
    for item in INSTRUMENTS[name].items:
        if item.layout == "scale":
            assert labels(item) == [str(number) for number in range(11)]
            assert [option.score for option in item.options] == list(range(11))
            assert re.search(r"0: .*, 10: ", item.text["en"])
            assert re.search(r"0: .*, 10: ", item.text["cy"])


def test_the_groups_from_0_to_10_are_named_after_the_answers_in_them() -> None:
    for instrument in (
        INSTRUMENTS["monthly-wellbeing"],
        INSTRUMENTS["monthly-wellbeing-exhaustion"],
    ):
        for scale in instrument.scales:
            item = instrument.item(scale.items[0])
            for group in AnswerGroup:
                named = getattr(scale.groups, group.value)
                inside = [
                    shown
                    for shown, score in enumerate(item.scores)
                    if score is not None and scale.group_of(score) is group
                ]
                for text in named.values():
                    first, last = re.findall(r"\d+", text)
                    assert [int(first), int(last)] == [inside[0], inside[-1]], text


def test_two_sentences_are_asked_word_for_word() -> None:
    assert INSTRUMENTS["trust"].items[0].text["en"] == (
        "I believe nobody in my force can see my answers."
    )
    assert INSTRUMENTS["quarterly-work"].item("struggling").text["en"] == (
        "If I said I was struggling, I would get support rather than be moved out of my role"
    )


def test_reasons_to_stay_and_to_leave_are_the_same_and_saying_none_stands_alone() -> None:
    stay = INSTRUMENTS["stay"].item("would-help")
    leave = INSTRUMENTS["exit"].item("reasons")
    assert [option.label for option in stay.options] == [option.label for option in leave.options]
    for item in (stay, leave):
        assert (item.kind, item.at_most, len(item.options)) == ("choices", 3, 20)
        assert labels(item)[-1] == "Prefer not to say"
        assert item.alone == 1 << 19
        assert not item.options[-1].support


def test_who_may_leave_is_led_to_somebody_to_talk_it_over_with() -> None:
    leaving = INSTRUMENTS["stay"].item("leaving")
    for option in leaving.options:
        likely = option.label["en"] in ("Likely", "Very likely")
        assert (option.support == [Need.LEAVING, Need.ASSOCIATION, Need.TALK]) == likely


def test_after_a_tough_job_nothing_asks_what_happened() -> None:
    three, later, last = (INSTRUMENTS[f"tough-job-{days}-days"] for days in (3, 28, 90))
    assert [labels(item) for item in three.items] == [
        ["Better", "About the same", "Worse", "Prefer not to say"],
        ["Yes", "Mostly", "Not really", "No"],
        ["Yes", "Not yet", "I don't want to"],
    ]
    assert later.items[:3] == three.items
    assert labels(later.items[3]) == ["No", "A bit", "A lot"]
    assert last.items == later.items
    worse = three.items[0].options[2]
    assert worse.support[:2] == [Need.TALK, Need.TRIM]


def test_every_part_of_the_support_menu_is_counted_by_one_option() -> None:
    opened = INSTRUMENTS["support-taps"].item("opened")
    assert [option.support for option in opened.options] == [[need] for need in Need]


@pytest.mark.parametrize("name", ["weekly-pulse", "monthly-wellbeing"])
def test_somebody_who_struggles_sees_the_crisis_card(name: str) -> None:
    assert any(
        Need.CRISIS in option.support for item in INSTRUMENTS[name].items for option in item.options
    )


def test_every_shipped_instrument_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for instrument in INSTRUMENTS.values():
        assert f"`{instrument.id}` version {instrument.version}" in page
        for item in instrument.items:
            assert item.text["en"] in page, item.text["en"]
        for scale in instrument.scales:
            assert scale.title["en"] in page, scale.title["en"]
