"""The examples of docs/disclosure-control.md, each as it is told there."""

import dataclasses

import pytest

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from bot.core.responses import Response
from tests.core.builders import an_instrument, item, option, team, teams_of, units_of
from tests.core.disclosure.tables import INVENTED, answered, group, released, shown


def evenly(team: str, people: int) -> list[Response]:
    """So many respondents, a third in each group of answers."""
    return answered(team, people // 3, (people + 1) // 3, (people + 2) // 3)


def with_supervision(release: Release) -> set[str]:
    return {found.id for found in release.groups if found.scales["supervision"]}


def with_mean(release: Release) -> set[str]:
    moods = {found.id: found.scales["mood"] for found in release.groups}
    return {name for name, mood in moods.items() if mood and mood.mean is not None}


def test_twenty_five_of_twenty_five_heads_are_fifteen_or_more() -> None:
    units = units_of(east=[(25, 3)])
    everybody = released(units, answered("east0", 8, 8, 9))
    assert group(everybody, "force").respondents == (15, None)
    assert group(everybody, "force").rate == Band(60, 100)
    # Bands of ten points would say "25 or more" in other words.
    mood = group(everybody, "force").scales["mood"]
    assert mood is not None
    assert mood.bands == (Band(20, 40),) * 3
    for fewer in (15, 18, 21, 24):
        assert (
            released(units, evenly("east0", fewer)).document["groups"]
            == (everybody.document["groups"])
        )


def test_fifty_of_sixty_two_heads_have_no_mean() -> None:
    assert with_mean(released(units_of(east=[(62, 3)]), evenly("east0", 60))) == set()
    assert with_mean(released(units_of(east=[(63, 3)]), evenly("east0", 60))) == {"force"}


def test_rate_and_count_of_two_small_departments_do_not_meet_in_one_number() -> None:
    units = units_of(east=[(15, 3)], west=[(15, 3)])
    seen = released(units, evenly("east0", 14) + evenly("west0", 14))
    assert group(seen, "force").respondents == (15, None)
    assert group(seen, "force").rate == Band(50, 100)
    assert group(seen, "department:east").respondents == (10, None)
    assert group(seen, "department:east").rate == Band(65, 100)
    fewer = released(units, evenly("east0", 12) + evenly("west0", 12))
    assert fewer.document["groups"] == seen.document["groups"]


def test_sixteen_of_sixteen_and_twelve_of_fifteen_look_like_fewer() -> None:
    units = units_of(east=[(16, 3)], west=[(15, 3)])
    seen = released(units, evenly("east0", 16) + evenly("west0", 12))
    assert group(seen, "department:east").respondents == (10, None)
    assert group(seen, "department:east").rate == Band(60, 100)
    fewer = released(units, evenly("east0", 12) + evenly("west0", 12))
    assert fewer.document["groups"] == seen.document["groups"]


def test_five_units_at_the_top_of_their_bands_do_not_show() -> None:
    """14 + 14 + 24 + 24 + 24 is exactly 100: “100 or more” would give every number."""
    units = units_of(east=[(40, 3)] * 5)
    at_the_top = [14, 14, 24, 24, 24]
    raw = [r for n, people in enumerate(at_the_top) for r in evenly(f"east{n}", people)]
    seen = released(units, raw)
    assert [found.respondents for found in seen.groups] == [
        (50, None), (10, 14), (10, 14), (15, 24), (15, 24), (15, 24),
    ]  # fmt: skip
    # At most 14 + 14 + 24 + 24 + 24 of 200 heads, as everybody can add up.
    assert group(seen, "force").rate == Band(25, 50)
    mood = group(seen, "force").scales["mood"]
    assert mood is not None
    assert all(band.high - band.low == 10 for band in mood.bands)


def test_a_unit_in_which_nobody_answered_is_not_the_only_one_missing() -> None:
    units = units_of(east=[(40, 3)] * 3)
    raw = evenly("east0", 30) + evenly("east1", 33)
    assert shown(released(units, raw)) == {"force", "unit:east1"}


@pytest.mark.parametrize(
    ("respondents", "visible"),
    [((20, 0, 0), False), ((20, 20, 2), False), ((20, 3, 3), True)],
)
def test_supervisors_of_teams_that_hardly_answered_are_nobody_to_hide_behind(
    respondents: tuple[int, int, int], visible: bool
) -> None:
    units = units_of(east=[(40, 1)] * 3, west=[(40, 3)])
    raw = evenly("west0", 30)
    for number, people in enumerate(respondents):
        raw += answered(f"east{number}", people)
    found = with_supervision(released(units, raw))
    # West goes with east: the force without west would be east.
    assert found == ({"force", "department:east", "department:west"} if visible else {"force"})


def test_the_mean_of_a_department_is_not_shown_when_the_rest_of_the_force_is_small() -> None:
    units = units_of(east=[(100, 3)], west=[(100, 3)])
    small_rest = released(units, evenly("east0", 50) + evenly("west0", 25))
    assert with_mean(small_rest) == {"force"}
    large_rest = released(units, evenly("east0", 51) + evenly("west0", 51))
    assert with_mean(large_rest) == {"force", "department:east", "department:west"}


def test_what_all_of_a_hundred_heads_chose_is_not_counted() -> None:
    everybody = released(units_of(east=[(100, 3)]), answered("east0", 100))
    assert [count for _, count in everybody.counts[0].options] == [None] * 4
    # In a larger force too: a count of all who answered is an answer of each.
    alike = released(units_of(east=[(500, 3)]), answered("east0", 100))
    assert [count for _, count in alike.counts[0].options] == [None] * 4
    most = released(units_of(east=[(500, 3)]), answered("east0", 80, 20))
    assert [count for _, count in most.counts[0].options] == [80, 20, None, None]


def test_counts_do_not_say_that_everybody_answered() -> None:
    """18 to 22 of fewer than 90 per cent, at least 3 others: that is all 21 heads."""
    asked = item("why", [option("A"), option("B")], sensitivity="exit")
    instrument = an_instrument(items=[item("mood"), asked], scales=_mood_alone())
    raw = [
        dataclasses.replace(response, answers=((2,), (int(number >= 18),)))
        for number, response in enumerate(answered("east0", 21))
    ]
    few_heads = released(units_of(east=[(21, 3)]), raw, instrument=instrument)
    many_heads = released(units_of(east=[(40, 3)]), raw, instrument=instrument)
    assert [count for _, count in few_heads.counts[0].options] == [None, None]
    assert [count for _, count in many_heads.counts[0].options] == [20, None]


def _mood_alone() -> list[dict[str, object]]:
    scales: list[dict[str, object]] = INVENTED.model_dump()["scales"][:1]
    return scales


def test_a_sum_does_not_say_of_a_part_that_everybody_there_answered_alike() -> None:
    """Ten to fourteen with at most 40 per cent high, and 80 per cent of all: the rest is high."""
    units = units_of(east=[(40, 3), (40, 3)])
    seen = released(units, answered("east0", 0, 6, 4) + answered("east1", 0, 0, 24))
    assert [found.respondents for found in seen.groups] == [(25, None), (10, 14), (15, 24)]
    force, mixed, alike = (found.scales["mood"] for found in seen.groups)
    assert force
    assert force.bands == (Band(0, 20), Band(0, 20), Band(80, 100))
    # The one says as much of the other as its own bands would.
    assert (mixed, alike) == (None, None)
    other_way_round = released(units, answered("east0", 0, 0, 24) + answered("east1", 0, 6, 4))
    moods = [found.scales["mood"] for found in other_way_round.groups]
    assert moods == [force, None, None]


def test_a_mean_does_not_say_that_fifty_people_answered_alike() -> None:
    units = units_of(east=[(100, 3)], west=[(100, 3)])
    of_one_mind = answered("east0", 0, 2, 53)
    seen = released(units, of_one_mind + evenly("west0", 60))
    # The mean of the force would be one of east, by subtraction.
    assert with_mean(seen) == {"department:west"}
    assert group(seen, "department:east").scales["mood"] is not None
    fairly = released(units, answered("east0", 9, 6, 40) + evenly("west0", 60))
    assert with_mean(fairly) == {"force", "department:east", "department:west"}


def together(*teams: tuple[str, int, int]) -> tuple[ReportingUnits, dict[str, Team]]:
    """One department whose first two teams are one unit, the third another; and one beside it."""
    first, second, third = (
        Team.from_mapping(team(name, heads, leads), name="team") for name, heads, leads in teams
    )
    beside = units_of(west=[(50, 3), (50, 3)])
    joined = ReportingUnit(
        f"{first.id}+{second.id}",
        "Both",
        "east",
        (first.id, second.id),
        first.headcount + second.headcount,
        first.supervisors + second.supervisors,
    )
    alone = ReportingUnit(
        third.id, third.id, "east", (third.id,), third.headcount, third.supervisors
    )
    units = ReportingUnits(
        beside.force, (("east", "East"), *beside.departments), (joined, alone, *beside.units)
    )
    return units, {**teams_of(beside), **{each.id: each for each in (first, second, third)}}


@pytest.mark.parametrize("of_the_three", [0, 1, 2, 3])
def test_whether_three_of_three_answered_decides_nothing(of_the_three: int) -> None:
    """With its one supervisor east would have three, if a team of three heads counted."""
    units, teams = together(("t1", 3, 1), ("t2", 40, 1), ("t3", 40, 1))
    raw = evenly("t1", of_the_three) + evenly("t2", 24) + evenly("t3", 24) + evenly("west0", 30)
    raw += evenly("west1", 30)
    # Of west alone nothing is shown either: the force without it would be east.
    assert with_supervision(released(units, raw, teams=teams)) == {"force"}


@pytest.mark.parametrize(("answers", "visible"), [((4, 5), False), ((5, 5), True)])
def test_small_teams_of_a_unit_count_their_supervisors_together(
    answers: tuple[int, int], visible: bool
) -> None:
    units, teams = together(("t1", 10, 1), ("t2", 10, 1), ("t3", 40, 1))
    first, second = answers
    raw = evenly("t1", first) + evenly("t2", second) + evenly("t3", 24) + evenly("west0", 30)
    raw += evenly("west1", 30)
    assert ("department:east" in with_supervision(released(units, raw, teams=teams))) is visible
