"""An extract shows the force and some departments, and nothing that the release does not."""

from dataclasses import replace

import pytest

from bot.core.disclosure.extract import Scope, extract
from bot.core.disclosure.release import Release, make_release
from tests.lead.results import a_release, example_programme

PROGRAMME = example_programme()


def scope_of(*departments: str) -> Scope:
    """The scope of a lead of these departments of the example."""
    teams = [
        team
        for department in PROGRAMME.force.departments
        if department.id in departments
        for team in department.teams
    ]
    return Scope(
        frozenset(departments),
        frozenset(team.id for team in teams),
        frozenset(team.name for team in teams),
    )


def some_asked(release: Release) -> Release:
    """The same result, as if only the teams in it had been asked."""
    return make_release({**release.document, "asked": "some"})


def of_one_department(release: Release) -> Release:
    """A force whose one department is not listed beside it: its units lie under the force."""
    groups = [
        {**group, "parent": "force"} if group["level"] == "unit" else group
        for group in release.document["groups"]
        if group["level"] != "department"
    ]
    return make_release({**release.document, "groups": groups})


def ids(release: Release | None) -> set[str]:
    """The groups of a release."""
    assert release is not None
    return {group.id for group in release.groups}


def test_an_extract_has_the_force_and_the_groups_of_its_departments() -> None:
    release = a_release()
    seen = extract(release, scope_of("response"))
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
    seen = extract(release, scope_of("response", "specialist"))
    assert seen is not None
    force, *others = seen.groups
    assert all(group == whole[group.id] for group in others)
    # Of the teams in the force, theirs are named.
    assert force == replace(whole["force"], teams=force.teams)
    assert set(force.teams) == scope_of("response", "specialist").team_names
    assert (seen.cuts, seen.counts) == (release.cuts, release.counts)


def test_an_extract_says_that_it_is_one_and_of_which_departments() -> None:
    release = a_release()
    seen = extract(release, scope_of("specialist", "response"))
    assert seen is not None
    assert seen.is_extract
    assert not release.is_extract
    assert seen.document["extract"] == {"departments": ["response", "specialist"]}
    assert seen.hash != release.hash


def test_what_is_not_shown_is_counted_among_what_is_in_the_extract() -> None:
    seen = extract(a_release(), scope_of("investigation"))
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
    assert ids(extract(a_release(), scope_of())) == {"force"}


@pytest.mark.parametrize(("departments", "seen"), [(("response",), True), (("nowhere",), False)])
def test_what_some_teams_were_asked_is_for_leads_of_those_teams(
    departments: tuple[str, ...], seen: bool
) -> None:
    release = some_asked(a_release())
    assert (extract(release, scope_of(*departments)) is not None) is seen


def test_an_extract_names_no_team_of_another_department_whoever_was_asked() -> None:
    own = scope_of("response").team_names
    for release in (a_release(), some_asked(a_release())):
        seen = extract(release, scope_of("response"))
        assert seen is not None
        assert {team for group in seen.groups for team in group.teams} == own
        assert not own.issuperset(release.groups[0].teams)


def test_a_round_of_one_team_is_for_leads_of_its_department() -> None:
    release = a_release()
    top = {**release.document["groups"][0], "teams": ["Dog Unit"]}
    alone = make_release({**release.document, "asked": "some", "groups": [top]})
    assert ids(extract(alone, scope_of("specialist"))) == {"force"}
    assert extract(alone, scope_of("response")) is None


def test_units_right_under_the_force_are_seen_by_whoever_has_one_of_their_teams() -> None:
    release = of_one_department(a_release())
    own = ids(extract(release, scope_of("response"))) - {"force"}
    teams = {team for each in own for team in each.removeprefix("unit:").split("+")}
    assert own
    assert teams <= scope_of("response").teams


def test_no_hash_of_a_release_is_in_an_extract() -> None:
    first = a_release("weekly-pulse-2026-10-19")
    second = a_release(earlier=[first])
    begun = extract(first, scope_of("response"))
    seen = extract(second, scope_of("response"), begun)
    assert begun is not None
    assert seen is not None
    for whole in (first, second):
        assert whole.hash.hex().encode() not in begun.content + seen.content
    assert begun.previous_hash == bytes(32)
    assert seen.previous_hash == begun.hash
