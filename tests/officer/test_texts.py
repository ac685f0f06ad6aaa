"""Texts: the voice of look.md, and a sentence for everything that can happen."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.core.instruments import Need
from bot.core.plain_words import PARTING, tapped_in
from bot.core.reporting_units import form_units
from bot.core.responses import LengthOfService, RoleType
from bot.core.signposting import MENU_ORDER
from bot.officer import check_ins, joining
from bot.officer.texts import common, introduction
from bot.officer.texts import joining as joining_texts
from bot.officer.texts import support as support_texts
from bot.officer.wording import group_name, group_size
from bot.sandbox.entities import parse_html
from bot.workflows.answer import Answered
from bot.workflows.codes import CodeProblem
from bot.workflows.enrol import Resumed
from tests.each import each_holds
from tests.officer.every_screen import ENGLISH, TONGUES
from tests.officer.every_text import every_text
from tests.officer.views import example_programme

# look.md, domain.md: jargon, praise, blame, diagnosis, and a promise that somebody reads along.
NEVER_SAID = (
    "utilise|wellbeing intervention|submit|submission|survey|questionnaire|\\buser|patient|"
    "diagnos|screening|symptom|\\bscore|well done|great job|good job|proud|thank you for|"
    "thanks for|congrat|you failed|your fault|invalid|error|illegal|prevents? PTSD|PTSD|"
    "you('re| are) fine|we are here for you|someone is reading|we read"
)


def said() -> Iterator[tuple[str, str]]:
    """Yield every sentence with its name, in every language."""
    for language in example_programme().force.languages:
        for name, text in every_text():
            yield f"{language}: {name}", TONGUES.of(language).label(text)


SAID = list(said())


def test_nobody_is_shouted_at_praised_or_blamed() -> None:
    def look(text: str) -> None:
        assert "!" not in text
        found = re.search(NEVER_SAID, text, re.IGNORECASE)
        assert found is None, found

    each_holds(SAID, look)


def test_one_emoji_at_most_and_only_where_it_means_something() -> None:
    def look(text: str) -> None:
        pictures = [char for char in text if ord(char) > 0x2100 and char not in "‹›✓·"]
        assert pictures in ([], ["🔒"])

    each_holds(SAID, look)


def test_markup_is_bold_and_italic_alone_and_closed() -> None:
    def look(text: str) -> None:
        assert set(re.findall(r"</?([^>]*)>", text)) <= {"b", "i"}
        shown, _ = parse_html(text)
        assert shown.strip() == shown != ""

    each_holds(SAID, look)


@pytest.mark.parametrize(
    ("heads", "said_as"),
    [(25, "about 25"), (27, "about 25"), (28, "about 30"), (48, "about 50"), (263, "about 260")],
)
def test_sizes_are_said_as_people_say_them(heads: int, said_as: str) -> None:
    assert group_size(ENGLISH, heads) == f"a group of {said_as} people"


def test_a_joined_group_is_named_in_the_readers_language() -> None:
    programme, welsh = example_programme(), TONGUES.of("cy")
    units = form_units(programme, [team.id for team in programme.force.teams]).units
    joined = next(unit for unit in units if unit.name == "Market Response and Night Relief")
    assert group_name(ENGLISH, joined, programme) == joined.name
    assert group_name(welsh, joined, programme) == "Market Response a Night Relief"
    # What is left of a team that is gone is the name that was frozen with the round.
    gone = replace(joined, teams=(*joined.teams, "gone"))
    assert group_name(welsh, gone, programme) == group_name(welsh, joined, None) == joined.name
    alone = next(unit for unit in units if len(unit.teams) == 1)
    assert group_name(welsh, alone, programme) == alone.name


def test_nothing_in_the_name_of_a_group_can_be_tapped_whatever_it_was_saved_with() -> None:
    programme = example_programme()
    unit = form_units(programme, [team.id for team in programme.force.teams]).units[0]
    name = "Fenmarch: fenmarch\u2764.ws, 0161\u2212496 0000"
    shown = group_name(ENGLISH, replace(unit, name=name, department=""), programme)
    assert tapped_in(name) is not None
    assert tapped_in(shown) is None
    assert shown.replace(PARTING, "") == name


def test_everything_that_can_be_wrong_with_a_code_has_its_sentence() -> None:
    assert set(joining.CODE_ANSWERS) == set(CodeProblem)
    assert len(set(joining.CODE_ANSWERS.values())) == len(CodeProblem)
    for text in joining.CODE_ANSWERS.values():
        assert "support is open to you" in text.lower()


def test_everything_that_can_become_of_answers_has_its_sentence() -> None:
    assert set(check_ins.SEALING_ANSWERS) == set(Answered)
    assert len(set(check_ins.SEALING_ANSWERS.values())) == len(Answered)


def test_every_way_of_coming_back_has_its_sentence() -> None:
    assert set(joining.RETURN_ANSWERS) == set(Resumed)


def test_every_role_and_length_of_service_can_be_said() -> None:
    assert set(joining_texts.ROLES) == {role.value for role in RoleType if role}
    assert set(joining_texts.SERVICES) == {length.value for length in LengthOfService if length}


def test_every_entry_of_the_menu_has_a_name() -> None:
    assert set(support_texts.NEEDS) == set(Need)
    assert set(MENU_ORDER) == set(Need) - {Need.CRISIS}
    assert len(set(support_texts.NEEDS.values())) == len(Need)


def test_home_and_family_does_not_say_what_for() -> None:
    assert not re.search("abuse|violence|domestic", support_texts.NEEDS[Need.HOME], re.IGNORECASE)


def test_telegram_takes_the_profile_and_the_commands() -> None:
    assert len(introduction.DESCRIPTION) <= 512
    assert len(introduction.SHORT_DESCRIPTION) <= 120
    for name, text in introduction.COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
        assert len(text) <= 256


def test_an_unknown_command_is_told_every_known_one() -> None:
    for name, _ in introduction.COMMANDS:
        assert f"/{name}" in common.COMMANDS_LIST or name == "start"
