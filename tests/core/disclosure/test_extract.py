"""An extract shows the force and some departments, and nothing that the release does not."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.disclosure.extract import departments_asked, extract, names_departments
from bot.core.disclosure.release import Release, make_release
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits, form_units, one_unit
from tests.core.builders import a_programme
from tests.core.disclosure.tables import answered, group, released
from tests.lead.results import a_release, example_programme

PROGRAMME = example_programme()
WHOSE = {
    team.name: department.id
    for department in PROGRAMME.force.departments
    for team in department.teams
}
FORCE = a_programme({"east": [("a", 60), ("b", 70)], "west": [("c", 80), ("d", 90)]})
THEN = {"a": "east", "b": "east", "c": "west", "d": "west"}


def names_of(*departments: str) -> set[str]:
    """The names of the teams of these departments of the example."""
    return {team for team, whose in WHOSE.items() if whose in departments}


def some_asked(release: Release) -> Release:
    """The same result, as if only the teams in it had been asked."""
    return make_release({**release.document, "asked": "some"})


def of_units(units: ReportingUnits, programme: Programme = FORCE) -> Release:
    """The release of a round of a few teams, in which three kinds of answers were given."""
    teams = {team.id: team for team in programme.force.teams}
    asked = [team for unit in units.units for team in unit.teams]
    people = [
        each for place, team in enumerate(asked) for each in answered(team, 15, 14, 13 + place)
    ]
    return released(units, people, teams=teams)


def asking(*teams: str, programme: Programme = FORCE) -> tuple[Release, Sequence[str]]:
    """The release of a round that asked these teams, and their departments as of its units."""
    units = form_units(programme, teams)
    return of_units(units, programme), departments_asked(units, {})


def ids(release: Release | None) -> set[str]:
    """The groups of a release."""
    assert release is not None
    return {group.id for group in release.groups}


def test_an_extract_has_the_force_and_the_groups_of_its_departments() -> None:
    release = a_release()
    seen = extract(release, {"response"})
    own = {
        group.id
        for group in release.groups
        if group.id in ("force", "department:response") or group.parent == "department:response"
    }
    assert ids(seen) == own
    assert len(own) > 2


def test_what_is_in_an_extract_is_what_was_released() -> None:
    release = a_release()
    whole = {group.id: group for group in release.groups}
    seen = extract(release, {"response", "specialist"})
    assert seen is not None
    force, *others = seen.groups
    assert all(group == whole[group.id] for group in others)
    # Of the teams in the force, theirs are named.
    assert force == replace(whole["force"], teams=force.teams)
    assert set(force.teams) == names_of("response", "specialist")
    assert seen.counts == release.counts


def test_an_extract_says_that_it_is_one_and_of_which_departments() -> None:
    release = a_release()
    seen = extract(release, {"specialist", "response"})
    assert seen is not None
    assert seen.is_extract
    assert not release.is_extract
    assert seen.document["extract"] == {"departments": ["response", "specialist"]}
    assert seen.hash != release.hash


def test_what_is_not_shown_is_counted_among_what_is_in_the_extract() -> None:
    seen = extract(a_release(), {"investigation"})
    assert seen is not None
    hidden = {
        level: sum(
            scale is None
            for group in seen.groups
            if group.level == level
            for scale in group.scales.values()
        )
        for level in ("force", "department", "unit")
    }
    assert seen.document["withheld"] == hidden


def test_a_lead_of_no_department_sees_the_force_alone() -> None:
    seen = extract(a_release(), frozenset())
    assert ids(seen) == {"force"}
    assert seen is not None
    assert seen.groups[0].teams == ()


@pytest.mark.parametrize(("departments", "seen"), [({"response"}, True), ({"nowhere"}, False)])
def test_what_some_teams_were_asked_is_for_leads_of_those_teams(
    departments: set[str], seen: bool
) -> None:
    assert (extract(some_asked(a_release()), departments) is not None) is seen


def test_an_extract_names_no_team_of_another_department_whoever_was_asked() -> None:
    own = names_of("response")
    for release in (a_release(), some_asked(a_release())):
        seen = extract(release, {"response"})
        assert seen is not None
        assert {team for group in seen.groups for team in group.teams} == own
        assert not own.issuperset(release.groups[0].teams)


def test_no_hash_of_a_release_is_in_an_extract() -> None:
    first = a_release("weekly-pulse-2026-10-19")
    second = a_release(earlier=[first])
    begun = extract(first, {"response"})
    seen = extract(second, {"response"}, before=begun)
    assert begun is not None
    assert seen is not None
    for whole in (first, second):
        assert whole.hash.hex().encode() not in begun.content + seen.content
    assert begun.previous_hash == bytes(32)
    assert seen.previous_hash == begun.hash


# --- Cuts -------------------------------------------------------------------------------


def test_no_cut_tells_of_a_department_under_high_stress_what_an_extract_leaves_out() -> None:
    content = FORCE.model_dump()
    for department in content["force"]["departments"]:
        for team in department["teams"]:
            team["high_stress"] = department["id"] == "west"
    programme = Programme.from_mapping(content, name="programme.yaml")
    release, _ = asking("a", "b", "c", "d", programme=programme)
    west = group(release, "department:west")
    side = next(cell for cut in release.cuts for cell in cut.cells if cell.id == "high-stress")
    # In the release that side is west, as anybody knows who knows the teams.
    for theme in ("ease", "mood"):
        bands, shown = side.scales[theme], west.scales[theme]
        assert bands is not None
        assert shown is not None
        assert all(
            wide.low <= own.low <= own.high <= wide.high
            for wide, own in zip(bands, shown.bands, strict=True)
        )
    seen = extract(release, {"east"})
    assert ids(seen) == {"force", "department:east", "unit:a", "unit:b"}
    assert seen is not None
    assert seen.document["cuts"] == []
    assert "high-stress" not in seen.content.decode()


def test_an_extract_of_an_old_release_says_nothing_of_cuts_either() -> None:
    old = {**a_release().document, "format": 1}
    del old["cuts"]
    seen = extract(make_release(old), {"response"})
    assert seen is not None
    assert "cuts" not in seen.document


# --- Rounds whose releases do not say which department a group belongs to --------------------


def test_a_round_of_one_department_is_for_its_leads_alone() -> None:
    release, asked = asking("a", "b")
    assert not names_departments(release)
    assert ids(extract(release, {"east"}, asked)) == {"force", "unit:a", "unit:b"}
    assert ids(extract(release, {"east", "west"}, asked)) == {"force", "unit:a", "unit:b"}
    assert extract(release, {"west"}, asked) is None


def test_a_team_that_moves_opens_no_result_of_the_department_it_comes_from() -> None:
    release, asked = asking("a", "b")
    # Today b is in west, beside c and d; the round asked east.
    moved = a_programme({"east": [("a", 60)], "west": [("c", 80), ("d", 90), ("b", 70)]})
    assert departments_asked(form_units(FORCE, ["a", "b"]), _today(moved)) == asked
    assert extract(release, {"west"}, asked) is None


def test_a_team_with_the_name_of_a_foreign_one_opens_nothing_and_names_nothing() -> None:
    release, asked = asking("a", "b")
    assert extract(_renamed(release, "Team b", "Team c"), {"west"}, asked) is None
    both, _ = asking("a", "b", "d")
    seen = extract(_renamed(both, "Team b", "Team d"), {"west"})
    assert seen is not None
    # Once: the other is not theirs.
    assert seen.groups[0].teams == ("Team d",)


def test_a_round_of_one_team_is_for_leads_of_its_department() -> None:
    release, asked = asking("c")
    assert ids(extract(release, {"west"}, asked)) == {"force"}
    assert extract(release, {"east"}, asked) is None


def test_what_is_reported_for_the_whole_alone_goes_by_the_departments_of_then() -> None:
    units = one_unit(FORCE, ["a", "b", "c"])
    release, asked = of_units(units), departments_asked(units, THEN)
    assert asked == ("east", "east", "west")
    seen = extract(release, {"west"}, asked)
    assert seen is not None
    assert [(each.id, each.teams) for each in seen.groups] == [("force", ("Team c",))]
    assert extract(release, {"north"}, asked) is None


@pytest.mark.parametrize("asked", [(), ("east",), ("east", "east", "east"), ("", "")])
def test_what_a_round_asked_is_nobodys_where_it_cannot_be_known(asked: tuple[str, ...]) -> None:
    release, _ = asking("a", "b")
    assert extract(release, {"east", "west", ""}, asked) is None
    everyone = make_release({**release.document, "asked": "everyone"})
    seen = extract(everyone, {"east"}, asked)
    assert seen is not None
    assert [(each.id, each.teams) for each in seen.groups] == [("force", ())]


def test_a_unit_that_says_no_department_is_nobodys() -> None:
    release = a_release()
    stray = [
        {**each, "parent": "force"} if each["level"] == "unit" else each
        for each in release.document["groups"]
    ]
    seen = extract(make_release({**release.document, "groups": stray}), {"response", "", "force"})
    assert ids(seen) == {"force", "department:response"}


def _renamed(release: Release, old: str, new: str) -> Release:
    """The same result, in which one team bore the name of another."""
    return make_release(json.loads(release.content.decode().replace(old, new)))


def _today(programme: Programme) -> dict[str, str]:
    return {
        team.id: department.id
        for department in programme.force.departments
        for team in department.teams
    }
