"""What each duty pattern gets: every day its cycle may have begun on is tried."""

from datetime import date

from bot.core.contact_times.duty_patterns import PATTERNS
from bot.core.year_ahead.patterns import State, pattern_ahead, patterns_ahead
from tests.core.builders import a_programme, check_in_content
from tests.programmes import pulse_alone

BEGINS = date(2026, 11, 22)


def test_every_pattern_of_the_table_is_there_with_each_of_its_days() -> None:
    found = {each.pattern: each for each in patterns_ahead(pulse_alone(), BEGINS)}
    assert list(found) == list(PATTERNS)
    assert {name: each.turns for name, each in found.items()} == {
        "2-2-2-4": 10,
        "2x2x3": 28,
        "4-on-4-off": 8,
        "6-on-3-off": 9,
        "office": 1,
    }
    for each in found.values():
        assert each.prompts == 52
        assert sum(each.states.values()) <= 52 * each.turns
        assert "11:00" <= each.earliest <= each.latest < "20:00"


def test_a_ten_day_cycle_meets_a_weekly_prompt_on_a_second_rest_day_or_before_a_late() -> None:
    ahead = pattern_ahead(pulse_alone(), BEGINS, "2-2-2-4")
    assert ahead.fewest == ahead.prompts == 52
    # Seven of its ten first days leave a second rest day within the week.
    assert ahead.states[State.SECOND_REST_DAY] >= 52 * 6
    assert ahead.states[State.BEFORE_A_LATE] > 0
    assert sum(ahead.states.values()) == 520


def test_who_works_every_day_a_prompt_lives_gets_the_fewest() -> None:
    daily = check_in_content(
        recurrence="FREQ=DAILY",
        prompts_per_round=16,
        remind_after_hours=None,
        window={"opens": "11:00", "closes": "12:00"},
    )
    ahead = pattern_ahead(a_programme(check_ins=[daily]), BEGINS, "4-on-4-off")
    assert ahead.prompts == 365
    # Two a week; between long days and after nights there is no moment at all.
    assert ahead.fewest <= 105
    assert State.BEFORE_A_LATE not in ahead.states


def test_a_programme_that_writes_to_nobody_has_nothing_for_any_pattern() -> None:
    own = check_in_content(invites=False, prompts_per_round=1, recurrence="FREQ=MONTHLY")
    ahead = pattern_ahead(a_programme(check_ins=[own]), BEGINS, "office")
    assert (ahead.prompts, ahead.fewest, ahead.states) == (0, 0, {})
    assert (ahead.earliest, ahead.latest) == ("", "")


def test_the_check_ins_of_whoever_hears_the_most_are_taken() -> None:
    some = check_in_content(id="some", audience=["a", "b"], instrument="other")
    programme = a_programme(check_ins=[check_in_content(), some])
    assert pattern_ahead(programme, BEGINS, "office").prompts == 104
