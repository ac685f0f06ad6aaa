"""People with access: names that the trail can tell apart, rights, and how long things last."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.access import Role, Visitor
from bot.core.staff import (
    IDLE_AT_MOST,
    INVITE_LASTS,
    LONGEST_NAME,
    SESSION_LASTS,
    EmptyName,
    Member,
    NameIsTaken,
    NameTooLong,
    NoDepartment,
    NoRole,
    OddName,
    Standing,
    check_free,
    check_rights,
    digest_of,
    free_name,
    is_over,
    likeness,
    new_secret,
    tidy_name,
)

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_a_name_loses_superfluous_space() -> None:
    assert tidy_name("  Robin \u00a0 Example ") == "Robin Example"
    assert tidy_name("Siân Enghraifft-Dychmygol (people team)")
    assert tidy_name("x" * LONGEST_NAME)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", EmptyName),
        (" \u00a0", EmptyName),
        ("x" * (LONGEST_NAME + 1), NameTooLong),
        ("Robin\u202eelpmaxE", OddName),
        ("Robin\x00", OddName),
        ("<b>Robin</b>", OddName),
        ("Rob\u200bin", OddName),
    ],
)
def test_a_name_nobody_could_read_is_refused(name: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        tidy_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "robin example",
        "ROBIN EXAMPLE",
        "Ｒobin Example",
        "operator",
        "Ticker",
        "Command Line (root)",
    ],
)
def test_two_names_that_look_alike_are_one(name: str) -> None:
    with pytest.raises(NameIsTaken):
        check_free(name, ["Robin Example"])
    check_free("Robin Other", ["Robin Example"])
    assert likeness("STRAẞE") == likeness("strasse")


def test_who_is_not_named_is_called_by_a_number() -> None:
    assert free_name("admin", []) == "admin"
    assert free_name("admin", ["Admin", "admin 2"]) == "admin 3"
    assert free_name("lead", []) == "lead 2"


def test_departments_narrow_leads_alone() -> None:
    north = {"north"}
    assert check_rights([Role.LEAD], north) == (frozenset({Role.LEAD}), frozenset(north))
    assert check_rights([Role.LEAD], None) == (frozenset({Role.LEAD}), None)
    assert check_rights([Role.ADMIN], north) == (frozenset({Role.ADMIN}), None)
    with pytest.raises(NoRole):
        check_rights([], north)
    with pytest.raises(NoDepartment):
        check_rights([Role.LEAD, Role.ADMIN], [])


def test_a_session_ends_when_idle_and_after_its_hours() -> None:
    assert (timedelta(minutes=30), timedelta(hours=12)) == (IDLE_AT_MOST, SESSION_LASTS)
    assert timedelta(days=7) == INVITE_LASTS
    second = timedelta(seconds=1)
    assert not is_over(NOW, NOW, NOW + IDLE_AT_MOST - second)
    assert is_over(NOW, NOW, NOW + IDLE_AT_MOST)
    last = NOW + SESSION_LASTS
    assert not is_over(NOW, last - second, last - second)
    assert is_over(NOW, last, last)


def test_a_secret_has_256_bits_and_another_hash_for_each_purpose() -> None:
    secret = new_secret(lambda size: b"\xab" * size)
    assert secret == "ab" * 32
    assert len({digest_of(purpose, secret) for purpose in ("invite", "session")}) == 2
    assert len(digest_of("invite", secret)) == 32


def test_a_member_stands_where_the_row_says_and_is_a_visitor() -> None:
    departments = frozenset({"north"})
    member = Member("1", "Robin", frozenset({Role.LEAD}), departments, NOW, None, None)
    assert member.standing is Standing.INVITED
    joined = Member("1", "Robin", frozenset({Role.LEAD}), departments, NOW, NOW, None)
    assert joined.standing is Standing.ACTIVE
    assert joined.visitor == Visitor("Robin", frozenset({Role.LEAD}), "1", departments)
    gone = Member("1", "Robin", frozenset({Role.LEAD}), departments, NOW, None, NOW)
    assert gone.standing is Standing.DISABLED
