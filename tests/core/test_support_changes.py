"""Changes to the support directory, and what is no more than a verification."""

from datetime import date, timedelta

import pytest

from bot.core.programme import Programme
from bot.core.programme_differences import needs_second
from bot.core.support import SupportEntry, lacking, missing_needs
from bot.core.support_changes import (
    NoSuchEntry,
    entry_of,
    id_for,
    mark_of,
    only_verified,
    verified,
    with_entry,
    without_entry,
)
from tests.programmes import pulse_alone

TODAY = date(2026, 11, 30)
BY = "admin Kestrel"


def first() -> SupportEntry:
    return pulse_alone().support[0]


def changed(**changes: object) -> Programme:
    """The example with its first entry changed."""
    return with_entry(pulse_alone(), first().model_copy(update=changes), None)


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Employee assistance", [], "employee-assistance"),
        ("Employee assistance", ["employee-assistance"], "employee-assistance-2"),
        ("Cwnsela ŵ", ["cwnsela-w", "cwnsela-w-2"], "cwnsela-w-3"),
        ("24/7 line", [], "line"),
        ("999", [], "entry"),
        ("…", ["entry"], "entry-2"),
        ("x" * 90, [], "x" * 37),
    ],
)
def test_an_id_is_made_of_the_name_and_nobody_elses(
    name: str, taken: list[str], expected: str
) -> None:
    assert id_for(name, taken) == expected
    assert len(id_for(name, taken)) <= 40


def test_an_entry_goes_where_it_is_put() -> None:
    before = pulse_alone()
    ids = [entry.id for entry in before.support]
    assert [entry.id for entry in changed(name={"en": "New"}).support] == ids
    last = with_entry(before, first(), ids[-1])
    assert [entry.id for entry in last.support] == [*ids[1:], ids[0]]
    new = first().model_copy(update={"id": "new"})
    assert [entry.id for entry in with_entry(before, new, ids[0]).support][:2] == [ids[0], "new"]
    assert with_entry(before, new, "gone").support[0].id == "new"
    assert [entry.id for entry in without_entry(before, ids[1]).support] == [ids[0], *ids[2:]]
    for act in (entry_of, without_entry):
        with pytest.raises(NoSuchEntry, match="expected one of"):
            act(before, "nobody")


def test_a_verification_says_who_and_when_and_nothing_else() -> None:
    before = pulse_alone()
    after = verified(before, first().id, BY, TODAY)
    assert (after.support[0].last_verified, after.support[0].verified_by) == (TODAY, BY)
    assert only_verified(before.support, after.support, BY, TODAY)
    assert mark_of(after.support[0]) == mark_of(before.support[0])
    assert not needs_second(before, after, BY, TODAY)
    assert after.support[1:] == before.support[1:]


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": "01632 960 999"},
        {"name": {"en": "Another"}},
        {"link": "https://help.example"},
        {"needs": ["read"]},
        {"hours": {"en": "never"}},
        # Older than it was: somebody would be told to call a number that was called since.
        {"last_verified": first().last_verified - timedelta(days=1)},
    ],
)
def test_anything_else_needs_a_second_admin(changes: dict[str, object]) -> None:
    before = pulse_alone()
    after = changed(**changes)
    assert needs_second(before, after, BY, TODAY)
    assert needs_second(before, verified(after, before.support[1].id, BY, TODAY), BY, TODAY)


def test_nobody_verifies_alone_in_another_s_name_or_for_another_day() -> None:
    before = pulse_alone()
    ids = [entry.id for entry in before.support]

    def waits(by: str, day: date, who: str = BY, today: date = TODAY) -> bool:
        return needs_second(before, verified(before, ids[0], by, day), who, today)

    assert not waits(BY, TODAY)
    # A page that was opened before midnight.
    assert not waits(BY, TODAY - timedelta(days=1))
    assert waits(BY, TODAY - timedelta(days=2))
    assert waits(BY, TODAY + timedelta(days=1))
    assert waits("admin Heron", TODAY)
    both = verified(verified(before, ids[0], BY, TODAY), ids[1], "admin Heron", TODAY)
    assert needs_second(before, both, BY, TODAY)
    assert not needs_second(before, before, BY, TODAY)


def test_a_verification_beside_another_change_is_no_more_than_that_change() -> None:
    before = pulse_alone()
    after = verified(before, first().id, BY, TODAY)
    assert not needs_second(before, after.model_copy(update={"recount_days": 30}), BY, TODAY)
    assert needs_second(before, after.model_copy(update={"recount_days": 7}), BY, TODAY)
    assert needs_second(before, after.model_copy(update={"support": after.support[1:]}), BY, TODAY)
    assert needs_second(
        before, after.model_copy(update={"support": after.support[::-1]}), BY, TODAY
    )
    assert not needs_second(None, before, BY, TODAY)


def test_what_was_seen_is_told_from_every_other_way() -> None:
    marks = {
        mark_of(changed(**changes).support[0])
        for changes in (
            {},
            {"phone": "01632 960 999"},
            {"text_to": "HELLO to 85258"},
            {"link": "https://help.example"},
            {"contact": {"en": "Room 1"}},
            {"contact": {"en": "Room 1", "cy": "Ystafell 1"}},
        )
    }
    assert len(marks) == 6
    assert mark_of(changed(name={"en": "Another"}).support[0]) == mark_of(first())


def test_what_must_lead_somewhere_is_named_all_at_once() -> None:
    assert [need.value for need in missing_needs([])] == ["crisis", "talk", "trim", "health"]
    own = list(pulse_alone().support)
    assert [need.value for need in missing_needs(own)] in ([], ["crisis"])
    elsewhere = [entry.model_copy(update={"scope": "national"}) for entry in own]
    assert [need.value for need in missing_needs(elsewhere)][-3:] == ["talk", "trim", "health"]
    # The crisis card has its national numbers; for the rest a force names its own.
    assert [need.value for need in lacking([])] == ["talk", "trim", "health"]
    assert lacking(own) == []
