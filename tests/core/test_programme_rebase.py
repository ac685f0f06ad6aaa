"""Carrying a change over to a newer version: the same sentences, or not at all."""

from collections.abc import Callable

import pytest
from hypothesis import given

from bot.core.programme import Programme
from bot.core.programme_differences import differences
from bot.core.programme_rebase import carried_over
from tests.core.builders import Content, check_in_content
from tests.core.changed_programmes import TEAMS, content, entry, moved, moves, read, the

Change = Callable[[Content], object]


def after(*changes: Change) -> Programme:
    """The programme after some changes of its content."""
    made = content()
    for change in changes:
        change(made)
    return read(made)


def heads(place: int, number: int) -> Change:
    return lambda made: the(made, *TEAMS, place).update(headcount=number)


def new_team(id_: str, department: int = 0) -> Change:
    team = {"id": id_, "name": f"Team {id_}", "headcount": 30}
    return lambda made: the(made, "force", "departments", department, "teams").append(team)


def moves_to_west(made: Content) -> None:
    the(made, "force", "departments", 1, "teams").append(the(made, *TEAMS).pop(1))


def renamed(name: str) -> Change:
    return lambda made: made["force"].update(name=name)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (heads(1, 31), heads(2, 41)),
        (heads(1, 31), renamed("New")),
        (new_team("x"), heads(1, 31)),
        (new_team("x"), new_team("y", 1)),
        (heads(1, 31), lambda made: the(made, *TEAMS).pop(2)),
        (lambda made: the(made, *TEAMS).pop(2), heads(1, 31)),
        (moves_to_west, heads(2, 41)),
        (heads(0, 9), moves_to_west),
        (
            lambda made: made["support"].pop(0),
            lambda made: made["support"].append(entry("three")),
        ),
        (
            lambda made: made["support"][0].update(phone="01632 960 155"),
            lambda made: made["support"][1].update(phone="01632 960 156"),
        ),
        (lambda made: made.update(recount_days=7), heads(1, 31)),
        (
            lambda made: made["check_ins"].append(check_in_content(id="third", instrument="new")),
            lambda made: the(made, "force", "departments", 0).update(name="East"),
        ),
        (
            lambda made: the(made, "force", "departments").append(
                {
                    "id": "north",
                    "name": "North",
                    "teams": [{"id": "n", "name": "N", "headcount": 30}],
                }
            ),
            heads(1, 31),
        ),
    ],
)
def test_what_does_not_touch_is_carried_over_both_ways(ours: Change, theirs: Change) -> None:
    base, proposed, newest = after(), after(ours), after(theirs)
    made = carried_over(base, proposed, newest)
    assert made is not None
    assert differences(newest, made) == differences(base, proposed)
    back = carried_over(base, newest, proposed)
    assert back is not None
    assert {team.id: team for team in back.force.teams} == {
        team.id: team for team in made.force.teams
    }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (heads(1, 31), heads(1, 32)),
        (heads(1, 31), lambda made: the(made, *TEAMS).pop(1)),
        (heads(1, 31), lambda made: the(made, *TEAMS, 1).update(name="Bees")),
        (lambda made: the(made, *TEAMS).pop(1), heads(1, 31)),
        (new_team("x"), new_team("x")),
        (new_team("x"), new_team("x", 1)),
        (renamed("One"), renamed("Two")),
        # Others that would go or move as well.
        (lambda made: the(made, "force", "departments").pop(1), new_team("x", 1)),
        (new_team("x", 1), lambda made: the(made, "force", "departments").pop(1)),
        # Two orders, of which neither is right.
        (lambda made: the(made, *TEAMS).reverse(), new_team("x")),
        (
            lambda made: made["support"].pop(0),
            lambda made: made["support"].pop(0),
        ),
        # Together they are no programme: two teams of one name.
        (
            lambda made: the(made, *TEAMS, 0).update(name="Bees"),
            lambda made: the(made, *TEAMS, 1).update(name="Bees"),
        ),
    ],
)
def test_what_touches_the_same_is_out_of_date(ours: Change, theirs: Change) -> None:
    assert carried_over(after(), after(ours), after(theirs)) is None


def test_where_nobody_saved_meanwhile_it_is_as_it_was_proposed() -> None:
    proposed = after(lambda made: the(made, *TEAMS).reverse())
    assert carried_over(after(), proposed, after()) is proposed


@given(moves, moves, moves)
def test_whatever_is_carried_over_says_what_was_proposed(
    first: list[tuple[str, int]], ours: list[tuple[str, int]], theirs: list[tuple[str, int]]
) -> None:
    base, proposed, newest = moved(first), moved([*first, *ours]), moved([*first, *theirs])
    if base is None or proposed is None or newest is None:
        return
    made = carried_over(base, proposed, newest)
    if made is None:
        return
    assert differences(newest, made) == differences(base, proposed)
    # Nothing that others changed is lost: from what was proposed, as much leads there.
    assert len(differences(proposed, made)) == len(differences(base, newest))
