"""A year on each duty pattern: every message at an allowed moment, none twice, none too many.

The whole year of everybody with `make fuzz`; the ordinary suite takes half of it, of about half of
the people: each pattern, each kind of answer that suits, and each habit is there once.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from tests.core.contact_times.duty_oracle import may_write
from tests.journeys.a_year import (
    FIRST_DAY,
    LAST_DAY,
    PAUSED,
    Habit,
    Person,
    Year,
    as_known_at,
    waited,
    weeks_of,
)
from tests.programmes import two_check_ins
from tests.workflows.office import an_office, at

WEEKS = (LAST_DAY - FIRST_DAY).days // 7
MONTHS = WEEKS * 12 // 52


async def test_a_year_brings_everybody_what_they_should_get_and_when(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, at(0, 0), document=two_check_ins()) as office:
        year = Year(office)
        await year.joins()
        await year.passes()
    for person in year.people:
        every_message_came_at_an_allowed_moment(person)
        none_came_twice_and_reminders_only_to_who_had_not_answered(person)
        four_ignored_rounds_bring_one_question_and_then_silence(person)
        what_is_asked_of_those_who_answer_comes(person)


def every_message_came_at_an_allowed_moment(person: Person) -> None:
    for number, message in enumerate(person.messages):
        minute = message.at.replace(second=0, microsecond=0)
        assert may_write(minute, as_known_at(person, number)), (person.name, message)
    assert max(weeks_of(person)) <= 2, person.name
    assert max(Counter(message.day for message in person.messages).values()) == 1
    if person.pauses:
        days = [message.day for message in person.messages]
        assert not any(PAUSED[0] <= day < PAUSED[1] for day in days)
        assert any(day >= PAUSED[1] for day in days)


def none_came_twice_and_reminders_only_to_who_had_not_answered(person: Person) -> None:
    sent = [(each.round, each.prompt, each.reminder) for each in person.messages if not each.asks]
    assert len(sent) == len(set(sent)), person.name
    for message in person.messages:
        if message.reminder:
            assert timedelta(hours=48) <= waited(person, message) <= timedelta(hours=72)
            answered = person.answered.get((message.round, message.prompt))
            assert answered is None or answered >= message.at


def four_ignored_rounds_bring_one_question_and_then_silence(person: Person) -> None:
    asked = [message for message in person.messages if message.asks]
    if person.habit in (Habit.ANSWERS, Habit.WAITS):
        assert not asked
        assert person.silent_from is None
        return
    if person.habit is Habit.NEVER:
        assert person.silent_from is not None
        assert [each for each in person.messages if each.at > person.silent_from] == asked
        assert len(asked) == 1
        return
    # Who says yes is written to again, and asked again after other four.
    assert len(asked) >= 2
    assert sum(not each.asks for each in person.messages) > 0.6 * WEEKS


def what_is_asked_of_those_who_answer_comes(person: Person) -> None:
    if person.habit is Habit.ANSWERS and not person.pauses:
        assert not any(message.reminder for message in person.messages)
        assert len(person.messages) >= 0.95 * (WEEKS + MONTHS), person.name
