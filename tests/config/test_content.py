"""The content loader: every problem with its line, and what is shipped is valid."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.calendar import ReleasesTooClose, plans_until
from bot.core.errors import InvalidDocument
from bot.core.instruments import Need
from bot.core.programme import Programme
from bot.core.programme_checks import check_programme
from bot.core.support import REQUIRED_NEEDS, check_directory, entries_for
from config.content import (
    BrokenYaml,
    FileMissing,
    example_programme_path,
    load_instrument,
    load_programme,
    national_support,
    parse_yaml,
    read_yaml,
    shipped_instruments,
)

EXAMPLE = example_programme_path().read_text(encoding="utf-8")
PULSE = (example_programme_path().parents[1] / "instruments" / "weekly-pulse.yaml").read_text(
    encoding="utf-8"
)


def a_programme(folder: Path, text: str | bytes) -> Programme:
    """Load a programme from a file with this text."""
    path = folder / "force.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_programme(path, shipped_instruments())


def problem(folder: Path, text: str | bytes) -> str:
    """Return what is said about a programme that cannot be loaded."""
    with pytest.raises(InvalidDocument) as caught:
        a_programme(folder, text)
    message = str(caught.value)
    assert message.startswith("force.yaml: ")
    assert "\n" not in message
    return message


def line_of(text: str, part: str) -> int:
    """Return the number of the first line that holds `part`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


# --- What is shipped --------------------------------------------------------------------


def test_the_example_programme_is_valid_and_clearly_invented() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    assert "(invented)" in programme.force.name
    assert len(programme.force.departments) == 3
    assert sorted(team.headcount for team in programme.force.teams)[::8] == [8, 60]
    assert any(team.high_stress for team in programme.force.teams)
    for entry in programme.support:
        assert "nvented" in f"{entry.name['en']} {entry.source}"
        # Numbers that nobody has: Ofcom keeps 01632 960 for drama.
        assert entry.phone is None or entry.phone.startswith("01632 960 ")
        assert entry.link is None or re.match(r"https://[a-z.]+\.example(/|$)", entry.link)


def test_the_example_leads_to_the_forces_own_people_for_every_need() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    assert {need for entry in programme.support for need in entry.needs} == set(Need)
    centre = next(entry for entry in programme.support if "treatment" in entry.id)
    assert Need.CRISIS not in centre.needs
    assert sum(Need.READ in entry.needs for entry in programme.support) >= 3


def test_every_support_entry_is_there_in_english_and_in_welsh() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    for entry in (*programme.support, *national_support()):
        texts = [entry.name, entry.for_whom, entry.hours, entry.confidentiality]
        texts += [text for text in (entry.cost, entry.contact) if text is not None]
        for text in texts:
            assert set(text) == {"en", "cy"}, (entry.id, text)
            assert "!" not in text["en"] + text["cy"]
            assert max(map(len, text.values())) <= 110, text


def test_the_forces_entries_say_whether_specials_and_volunteers_are_covered() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    for entry in programme.support:
        if "superintendent" not in entry.id:
            assert "specials" in entry.for_whom["en"], entry.id


def test_in_welsh_the_welsh_lines_come_first_and_999_stays_ahead_of_them() -> None:
    entries = national_support()
    talk = entries_for(Need.TALK, entries, "cy")
    assert [entry.phone for entry in talk[:2]] == ["0808 164 0123", "0800 132 737"]
    assert entries_for(Need.CRISIS, entries, "cy")[0].phone == "999"
    assert not any(entry.scope == "wales" for entry in entries_for(Need.TALK, entries))
    # An evening line must not be what somebody finds in a crisis at three in the morning.
    for entry in entries_for(Need.CRISIS, entries, "cy"):
        assert entry.hours["en"] == "24 hours, every day", entry.id


def test_the_example_asks_nobody_more_than_twice_in_a_week() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    asked: Counter[tuple[int, int]] = Counter()
    for check_in in programme.check_ins:
        if check_in.invites:
            for plan in plans_until(check_in, check_in.starts_on + timedelta(days=1000)):
                asked.update(day.isocalendar()[:2] for day in plan.prompts)
    assert max(asked.values()) <= 2


def test_the_directory_as_shipped_is_accepted() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    entries = (*programme.support, *national_support())
    assert check_directory(entries, entries[0].last_verified) == []


def test_the_shipped_instruments_are_valid_and_free() -> None:
    instruments = shipped_instruments()
    assert ("weekly-pulse", 1) in [instrument.key for instrument in instruments]
    assert len({instrument.key for instrument in instruments}) == len(instruments)
    for instrument in instruments:
        assert instrument.licence == "CC0-1.0"
        assert not instrument.validated


def test_the_weekly_pulse_asks_five_questions_in_the_agreed_words() -> None:
    pulse = next(each for each in shipped_instruments() if each.id == "weekly-pulse")
    assert [item.text["en"] for item in pulse.items] == [
        "How are you doing overall this week?",
        "How well have you slept this week, whatever your shifts?",
        "Was your workload manageable this week?",
        "Did you have the people, kit and systems to do your job?",
        "Did you get the support you needed from your supervisor?",
    ]
    assert pulse.items[4].options[-1].score is None
    assert pulse.items[4].sensitivity == "supervision"
    assert Need.CRISIS in pulse.items[0].options[0].support


def test_national_support_has_what_everybody_may_need() -> None:
    entries = national_support()
    by_phone = {entry.phone for entry in entries}
    assert {"999", "0300 131 2789", "116 123", "0808 2000 247"} <= by_phone
    assert any(entry.text_to and "BLUELIGHT" in entry.text_to for entry in entries)
    assert {entry.scope for entry in entries} <= {"national", "wales"}
    assert {Need.CRISIS, Need.TALK} <= {need for entry in entries for need in entry.needs}
    assert set(REQUIRED_NEEDS) <= set(Need)
    # Ended in 2019, and still on many lists.
    assert not any("Infoline" in entry.name["en"] for entry in entries)


# --- Files that cannot be read ----------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(FileMissing, match="There is no file"):
            read_yaml(path)


def test_a_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    assert problem(tmp_path, b"force: \xff\xfe") == "force.yaml: expected a text in UTF-8"


@pytest.mark.parametrize("text", ["", "\n", "# nothing but a comment\n", "null", "~"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    assert "line 1" in problem(tmp_path, text)


@pytest.mark.parametrize("text", ["- a\n- b\n", "a text", "17", "2026-11-30", "[]"])
def test_something_else_than_a_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert "line 1" in problem(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [1, 2\n", 2, 1),
        ("a: b: c\n", 1, 5),
        ("a:\n\t- tab\n", 2, 1),
        ("a: 'open\n", 2, 1),
        ("force: {id: x\nname: y\n", 2, 5),
        ("a: *nobody\n", 1, 4),
        ("a: !!python/object/apply:os.getcwd []\n", 1, 4),
        ("a: 1\n---\nb: 2\n", 2, 1),
    ],
)
def test_broken_yaml_is_named_by_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(BrokenYaml) as caught:
        parse_yaml(text, "force.yaml")
    assert str(caught.value).startswith(f"force.yaml: line {line}, column {column}: ")


@pytest.mark.parametrize("text", ["a: \x00", "a: 2026-13-45", "\ud800"])
def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocument):
        parse_yaml(text, "force.yaml")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\na: 2\n", 2), ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4), ("a: [{b: 1, b: 2}]\n", 1)],
)
def test_a_key_that_comes_twice_is_refused(text: str, line: int) -> None:
    with pytest.raises(BrokenYaml, match=rf"line {line}, column \d+: the key [ab] comes twice"):
        parse_yaml(text, "force.yaml")


def test_a_key_that_is_no_word_is_refused(tmp_path: Path) -> None:
    for text in ("? [a, b]\n: 1\n", "? {a: b}\n: 1\n", "1: a\n", "true: a\n"):
        problem(tmp_path, text)


def bomb(depth: int, width: int) -> str:
    """Return a small text that means a huge one."""
    lines = ["l0: &l0 [x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines)


def test_a_text_that_means_a_huge_one_is_refused_at_once(tmp_path: Path) -> None:
    # 9 to the power of 30: whoever unfolded it would not come back.
    assert "alias" in problem(tmp_path, bomb(30, 9))


def test_an_alias_of_itself_is_refused(tmp_path: Path) -> None:
    assert "alias" in problem(tmp_path, "a: &a [*a]\n")


def test_a_text_of_a_thousand_levels_is_refused(tmp_path: Path) -> None:
    assert "deep" in problem(tmp_path, "a: " + "[" * 3_000 + "]" * 3_000)


# --- Documents that are not right ---------------------------------------------------------


def test_the_example_loads_from_any_file(tmp_path: Path) -> None:
    assert a_programme(tmp_path, EXAMPLE).force.id == "fenmarch"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("headcount: 22", "headcount: many", "headcount"),
        ("headcount: 22", "headcount: -1", "headcount"),
        ("headcount: 22", "headcount: 2.5", "headcount"),
        ("headcount: 22", "heads: 22", "heads"),
        ("timezone: Europe/London", "timezone: Europe/Nowhere", "timezone"),
        ("recurrence: FREQ=WEEKLY;BYDAY=MO", "recurrence: sometimes", "recurrence"),
        ("starts_on: 2026-01-05", "starts_on: soon", "starts_on"),
        ("format: 1", "format: 2", "format"),
        ("remind_after_hours: 48", "remind_after_hours: 48\n    again: true", "again"),
        ("last_verified: 2026-11-16", "last_verified: never", "last_verified"),
    ],
)  # fmt: skip
def test_each_problem_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = EXAMPLE.replace(old, new, 1)
    message = problem(tmp_path, text)
    assert expected in message
    named = [int(number) for number in re.findall(r"line (\d+)", message)]
    assert named
    # On the line, or where the part begins that is wrong as a whole.
    changed = line_of(text, new.splitlines()[-1].strip())
    assert all(number <= changed for number in named)
    assert max(named) > 1 or changed <= 2


def test_several_problems_are_named_at_once(tmp_path: Path) -> None:
    text = EXAMPLE.replace("headcount: 22", "headcount: x").replace("headcount: 30", "headcount: y")
    assert len(re.findall(r"line \d+", problem(tmp_path, text))) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [("instrument: weekly-pulse", "instrument: daily"), ("_version: 1", "_version: 7")],
)
def test_a_check_in_needs_an_instrument_that_is_here(tmp_path: Path, old: str, new: str) -> None:
    message = problem(tmp_path, EXAMPLE.replace(old, new, 1))
    assert "the check-in weekly-pulse expects one of the instruments exit version 1, " in message
    assert ", weekly-pulse version 1, got " in message


def test_what_is_released_for_the_force_alone_is_asked_of_everyone(tmp_path: Path) -> None:
    text = EXAMPLE.replace("instrument: weekly-pulse", "instrument: exit", 1)
    assert a_programme(tmp_path, text).check_ins[0].instrument == "exit"
    some = text.replace("audience: everyone", "audience: [control-room]", 1)
    message = problem(tmp_path, some)
    assert "the check-in weekly-pulse expects the audience everyone" in message
    assert "results of exit are released for the whole force alone" in message


@pytest.mark.parametrize("audience", ["[control-room]", "[control-room, dog-unit]"])
def test_what_is_released_from_departments_on_is_asked_of_whole_ones(
    tmp_path: Path, audience: str
) -> None:
    text = EXAMPLE.replace("instrument: weekly-pulse", "instrument: stay", 1)
    some = text.replace("audience: everyone", f"audience: {audience}", 1)
    message = problem(tmp_path, some)
    assert "weekly-pulse expects the audience everyone, or all teams of one or more dep" in message
    whole = text.replace(
        "audience: everyone", "audience: [control-room, child-protection, digital-forensics]", 1
    )
    assert a_programme(tmp_path, whole).check_ins[0].instrument == "stay"


def test_results_that_would_come_too_often_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleasesTooClose, match="expected 28 or more between releases"):
        a_programme(tmp_path, EXAMPLE.replace("prompts_per_round: 4", "prompts_per_round: 1"))


def test_a_recurrence_that_never_comes_is_refused(tmp_path: Path) -> None:
    never = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(InvalidDocument, match=r"line 37, check_ins\.0\.recurrence: it never asks"):
        a_programme(tmp_path, EXAMPLE.replace("FREQ=WEEKLY;BYDAY=MO", never))


def test_a_stored_programme_is_checked_like_a_file() -> None:
    programme = load_programme(example_programme_path(), shipped_instruments())
    check_programme(programme, shipped_instruments())
    with pytest.raises(InvalidDocument, match="programme: the check-in weekly-pulse expects"):
        check_programme(programme, [])


def test_an_instruments_problem_has_its_line_too(tmp_path: Path) -> None:
    path = tmp_path / "pulse.yaml"
    text = PULSE.replace("score: 3", "score: three", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDocument, match=f"line {line_of(text, 'score: three')}"):
        load_instrument(path)
    path.write_text(PULSE, encoding="utf-8")
    assert load_instrument(path).key == ("weekly-pulse", 1)
