"""What some teams answered is nothing about the force: no name of it, no cut, mean or count."""

import pytest

from bot.core.disclosure.release import EVERYBODY_ASKED, Release
from bot.core.disclosure.rules import Level
from bot.core.disclosure.suppression import GroupFacts, Safe, shown_groups, tree_of
from bot.core.instruments import Instrument
from bot.core.reporting_units import form_units
from bot.core.responses import LengthOfService, RoleType
from tests.core.builders import a_programme, a_response, an_instrument, teams_of, units_of
from tests.core.disclosure.tables import HIGH, INVENTED, LOW, MIDDLE, group, released, shown

ROLES = [RoleType.OFFICER, RoleType.STAFF, RoleType.SPECIAL, RoleType.VOLUNTEER]
PROGRAMME = a_programme(
    {"east": [("a", 150, 3), ("b", 150, 3)], "west": [("c", 40, 3)], "north": [("d", 200, 3)]}
)
TEAMS = {team.id: team for team in PROGRAMME.force.teams}


def asked(*teams: str, instrument: Instrument = INVENTED) -> Release:
    """The release of a round that asks these teams; four of five answer, of every role."""
    responses = [
        a_response(
            instrument,
            team,
            (LOW, MIDDLE, HIGH)[person % 3],
            0,
            ROLES[person % len(ROLES)],
            LengthOfService.FROM_1_TO_4,
        )
        for team in teams
        for person in range(TEAMS[team].headcount * 4 // 5)
    ]
    units = form_units(PROGRAMME, teams)
    return released(units, responses, instrument=instrument, teams=TEAMS)


def test_everyone_is_asked_by_asking_every_team() -> None:
    release = asked("a", "b", "c", "d")

    assert release.asked_everyone
    assert release.document["asked"] == "everyone"
    assert group(release, "force").name == PROGRAMME.force.name
    assert any(cut.shown for cut in release.cuts)
    assert any(scale and scale.mean for scale in group(release, "force").scales.values())


@pytest.mark.parametrize("teams", [("a",), ("a", "b"), ("a", "c"), ("a", "c", "d")])
def test_some_teams_have_no_name_of_the_force_no_cut_no_mean_and_no_count(
    teams: tuple[str, ...],
) -> None:
    release = asked(*teams)

    assert not release.asked_everyone
    assert release.document["asked"] == "some"
    assert group(release, "force").name == EVERYBODY_ASKED
    assert PROGRAMME.force.name.encode() not in release.content
    assert group(release, "force").shown
    assert not any(cut.shown for cut in release.cuts)
    assert not any(counts.shown for counts in release.counts)
    means = [scale.mean for each in release.groups for scale in each.scales.values() if scale]
    assert means
    assert not any(means)


def test_one_team_is_told_like_a_unit() -> None:
    release = asked("a")

    assert group(release, "force").rate is None
    # Supervision is shown from department level up.
    assert group(release, "force").scales["supervision"] is None


def test_a_department_of_which_some_are_asked_is_not_called_as_if_all_were() -> None:
    release = asked("a", "d")

    assert group(release, "department:east").name == "Department east, teams asked"
    assert group(release, "department:north").name == "Department north"
    assert group(release, "department:east").rate is None


@pytest.mark.parametrize(("level", "teams"), [("department", ("a",)), ("force", ("a", "b", "d"))])
def test_below_its_level_of_publication_nothing_is_shown_of_those_asked(
    level: str, teams: tuple[str, ...]
) -> None:
    release = asked(*teams, instrument=an_instrument(publication={"level": level}))

    assert shown(release) == set()


def test_a_release_that_does_not_say_asked_everyone() -> None:
    release = asked("a", "b", "c", "d")
    release._document = {key: each for key, each in release.document.items() if key != "asked"}

    assert release.asked_everyone


def test_a_department_that_is_one_small_unit_is_told_like_a_unit() -> None:
    units = units_of(east=[(60, 3)], west=[(24, 3)], north=[(60, 3)])
    department = an_instrument(publication={"level": "department"})
    responses = [
        a_response(department, f"{name}0", (LOW, MIDDLE, HIGH)[person % 3])
        for name, people in (("east", 45), ("west", 18), ("north", 45))
        for person in range(people)
    ]

    release = released(units, responses, instrument=department, teams=teams_of(units))

    # West alone must not be what is left over either.
    assert shown(release) in ({"force", "department:north"}, {"force", "department:east"})
    of_units = released(units, responses)
    assert "department:west" in shown(of_units)


def test_what_is_left_over_is_not_what_is_too_small_to_be_told() -> None:
    units = units_of(east=[(60, 3)], west=[(24, 3)])
    groups = tree_of(units, unit_heads=25)
    safe = Safe(10, 15, 0)

    def facts(some: frozenset[int]) -> GroupFacts:
        heads = sum(units.units[each].heads for each in some)
        return GroupFacts(heads // 2, heads, 3)

    assert shown_groups(groups, facts, safe, Level.DEPARTMENT) == {"force"}
    assert len(shown_groups(groups, facts, safe, Level.UNIT)) == len(groups)
