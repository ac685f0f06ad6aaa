"""Publicly known attacks on what the real engine releases: each must fail.

The teams and answers are chosen so that the attack would be worth it if a rule were missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.disclosure import cuts_over_time, engine, option_counts
from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import RoundFacts
from bot.core.disclosure.reading import Reading
from bot.core.disclosure.rosters import Roster
from bot.core.disclosure.scales import Scales
from bot.core.instruments import Scale
from bot.core.outsider.audit import audit
from bot.core.outsider.findings import Kind, Violation
from bot.core.outsider.told import told_by
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from bot.core.responses import LengthOfService, Response, RoleType
from tests.core.builders import a_response, team, units_of
from tests.core.disclosure.organisations import ABOUT
from tests.core.disclosure.tables import HIGH, INVENTED, LOW, MIDDLE, answered, released
from tests.core.disclosure.test_cuts import BESIDE_A_LARGE_ONE, in_four_roles

NOT_SAID = LengthOfService.NOT_SAID

Round = tuple[ReportingUnits, Sequence[Response]]


def unit(department: str, **heads: int) -> ReportingUnit:
    """A unit of these teams."""
    return ReportingUnit(
        "+".join(heads),
        " and ".join(heads),
        department,
        tuple(heads),
        sum(heads.values()),
        3 * len(heads),
        tuple(heads.values()),
    )


def force(*units: ReportingUnit) -> ReportingUnits:
    """A force of these units."""
    names = dict.fromkeys(each.department for each in units)
    return ReportingUnits("Nowhere Constabulary", tuple((name, name) for name in names), units)


def derived(*rounds: Round, supervisors: Mapping[str, int] | None = None) -> list[Violation]:
    """What an outsider derives from rounds four weeks apart; of teams with three supervisors, or
    as many as some have."""
    earlier: list[Earlier] = []
    told = []
    for number, (units, responses) in enumerate(rounds):
        opens = date(2024, 1, 1) + timedelta(days=28 * number)
        about: RoundFacts = replace(
            ABOUT,
            round_id=f"weekly-{opens}",
            opens_on=opens,
            closes_on=opens + timedelta(days=6),
        )
        teams = teams_in(units, supervisors or {})
        release = released(units, responses, about=about, earlier=earlier, teams=teams)
        there = Roster.of(teams.values())
        earlier.append(Earlier(release, units, there))
        told.append(
            told_by(
                release,
                units,
                released_on=opens + timedelta(days=7),
                there=there.heads,
                supervisors=there.supervisors,
                about_supervisors=["supervision"],
            )
        )
    assert any(each.statements for each in told), "something is shown"
    return audit(told).violations


def teams_in(units: ReportingUnits, supervisors: Mapping[str, int]) -> Mapping[str, Team]:
    """The teams of units, as `protect` takes them."""
    return {
        name: Team.from_mapping(team(name, heads, supervisors.get(name, 3)), name="team")
        for each in units.units
        for name, heads in each.heads_by_team.items()
    }


@pytest.mark.parametrize("small", [1, 5, 9])
def test_subtraction_in_the_tree(small: int) -> None:
    """A unit in which few answered is not the force minus the others, nor its department."""
    units = force(unit("east", a=40), unit("east", b=40), unit("west", c=40), unit("west", t=16))
    raw = [
        *answered("a", 5, 5, 10),
        *answered("b", 2, 12, 6),
        *answered("c", 10, 5, 5),
        *answered("t", 0, 0, small),
    ]
    assert derived((units, raw)) == []


@pytest.mark.parametrize("moved", [True, False])
def test_subtraction_over_time(moved: bool) -> None:
    """A team of eight, all alike, moves to the other department, or is split off."""
    raw = [*answered("a", 12, 12, 1), *answered("b", 9, 9, 9), *answered("t", 0, 0, 8)]
    before = force(unit("east", a=35, t=8), unit("west", b=40))
    after = (
        force(unit("east", a=35), unit("west", b=40, t=8))
        if moved
        else force(unit("east", a=35), unit("west", b=40), unit("south", t=8))
    )
    assert derived((before, raw), (after, raw)) == []


def test_subtraction_by_another_name() -> None:
    """A team comes back under a new name with five people more, who all answered alike."""
    same = answered("a", 12, 12, 1)
    before = force(unit("east", a=35, v=20), unit("west", b=40))
    after = force(unit("east", a=35, n=25), unit("west", b=40))
    first = [*same, *answered("v", 6, 6, 6), *answered("b", 9, 9, 9)]
    second = [*same, *answered("n", 6, 6, 11), *answered("b", 9, 9, 9)]
    assert derived((before, first), (after, second)) == []


@pytest.mark.parametrize("others", [0, 1, 2])
def test_homogeneity(others: int) -> None:
    """Nearly all of a unit answered alike, and small teams are in it."""
    units = force(unit("east", a=30, t=8), unit("east", b=40), unit("west", c=60))
    raw = [
        *answered("a", others, 0, 20 - others),
        *answered("t", 0, 0, 4),
        *answered("b", 8, 8, 8),
        *answered("c", 10, 11, 9),
    ]
    assert derived((units, raw)) == []


def test_padding_with_members_who_do_not_exist() -> None:
    """A team of eight is reported with thirty heads, and alone, for one round."""
    others = [*answered("a", 12, 12, 1), *answered("b", 9, 9, 9)]
    before = force(unit("east", a=35, t=8), unit("west", b=40))
    padded = force(unit("east", a=35), unit("east", t=30), unit("west", b=40))
    fakes = [*others, *answered("t", 14, 0, 8)]
    real = [*others, *answered("t", 0, 0, 8)]
    assert derived((before, real), (padded, fakes), (before, real)) == []


def test_the_pattern_of_what_is_hidden() -> None:
    """Which units are hidden does not tell how few answered there."""
    units = units_of(east=[(40, 3)] * 3, west=[(40, 3)] * 2)
    others = [*answered("east0", 6, 6, 6), *answered("east1", 4, 9, 9)]
    others += [*answered("west0", 8, 8, 4), *answered("west1", 8, 4, 8)]
    for few in (0, 1, 9):
        assert derived((units, [*others, *answered("east2", 0, few, 0)])) == []


def test_repetition() -> None:
    """The same result again and again is the same result."""
    units = force(unit("east", a=35, t=8), unit("east", b=30), unit("west", c=40))
    raw = [*answered("a", 9, 9, 2), *answered("t", 0, 0, 8), *answered("b", 7, 7, 7)]
    rounds = [(units, [*raw, *answered("c", 4, 12, 8)])] * 5
    assert derived(*rounds) == []


def test_a_cut_beside_a_small_department(monkeypatch: pytest.MonkeyPatch) -> None:
    """What roles say of the force leaves a department of eighteen heads no room, if the cut is
    not held against the bands of departments (disclosure/reading.py)."""
    raw = in_four_roles()
    assert derived((BESIDE_A_LARGE_ONE, raw)) == []
    monkeypatch.setattr(Reading, "contradicts", lambda *_: False)
    found = derived((BESIDE_A_LARGE_ONE, raw))
    assert ("Department east", Kind.ALIKE) in {(each.group, each.kind) for each in found}


def test_counts_of_options_beside_a_department(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least 87 of the force chose or did not choose; the other department holds 14 at most."""
    units = force(unit("east", a=20), unit("west", b=45), unit("west", c=45))
    raw = [*answered("a", 0, 10, 4), *answered("b", 9, 20, 8), *answered("c", 1, 24, 12)]
    assert derived((units, raw)) == []
    monkeypatch.setattr(option_counts, "_proven", lambda *_: 0)
    assert {each.kind for each in derived((units, raw))} == {Kind.NEARLY_EVERYBODY}


def test_a_sergeant_whose_team_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty people, all alike, and one supervisor: in the east, then in the west."""
    raw = [*answered("a", 40, 15, 5), *answered("b", 40, 15, 5), *answered("d", 0, 0, 20)]
    raw += [*answered("e", 30, 15, 15), *answered("f", 30, 15, 15)]
    sizes = {"a": 60, "b": 60}
    west = unit("west", e=60), unit("west", f=60)
    first = force(
        *(unit("east", **{name: n}) for name, n in sizes.items()), unit("east", d=20), *west
    )
    then = force(
        *(unit("east", **{name: n}) for name, n in sizes.items()), unit("west", d=20), *west
    )
    assert derived((first, raw), (then, raw), supervisors={"d": 1}) == []
    monkeypatch.setattr(engine, "reading_over_time", _as_any_theme)
    found = derived((first, raw), (then, raw), supervisors={"d": 1})
    assert {(each.group, each.kind) for each in found} == {("d", Kind.NARROWED)}
    assert all("on supervision" in each.derived for each in found)


def _as_any_theme(scales: Scales, scale: Scale, *_: object) -> Reading:
    return scales.reading(scale)


def test_volunteers_who_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine of the volunteers are a team that is dissolved. Of twenty-nine over two fifths were
    high, of the other twenty under a fifth are: so most of the nine were."""
    raw = volunteers("b", 5, 1) + volunteers("c", 8, 1) + volunteers("d", 7, 1)
    for name in "abcd":
        for role in (RoleType.OFFICER, RoleType.STAFF, RoleType.SPECIAL):
            raw += [
                a_response(INVENTED, name, (LOW, MIDDLE, HIGH)[n % 3], 0, role, NOT_SAID)
                for n in range(8)
            ]
    others = unit("east", b=45), unit("west", c=45), unit("west", d=45)
    before = force(unit("east", a=40, t=9), *others)
    after = force(unit("east", a=40), *others)
    rounds = (before, [*raw, *volunteers("t", 9, 9)]), (after, raw)
    assert derived(*rounds) == []
    monkeypatch.setattr(cuts_over_time, "cells_withheld", lambda *_: frozenset())
    found = derived(*rounds)
    assert {(each.group, each.kind) for each in found} == {("somebody in t", Kind.NARROWED)}


def volunteers(name: str, number: int, high: int) -> list[Response]:
    """So many volunteers of a team, some of them high and the others low or between."""
    return [
        a_response(
            INVENTED,
            name,
            HIGH if n < high else (LOW, MIDDLE)[n % 2],
            0,
            RoleType.VOLUNTEER,
            NOT_SAID,
        )
        for n in range(number)
    ]


def test_some_teams_under_the_name_of_all() -> None:
    """A mean, counts and a cut of those who were asked are told as the force's by no release."""
    asked = force(unit("east", a=80), unit("south", b=80))
    raw = [*answered("a", 20, 20, 15), *answered("b", 20, 20, 15)]
    everybody = teams_in(force(*asked.units, unit("west", c=60)), {})
    there = {team: each.headcount for team, each in everybody.items()}
    seen = released(asked, raw, teams=everybody)
    assert not audit([told_by(seen, asked, there=there)]).violations
    foreign = released(asked, raw, teams=teams_in(asked, {}))
    found = {
        each.derived.split(",")[0]
        for each in audit([told_by(foreign, asked, there=there)]).violations
    }
    assert found == {
        "it says that everybody was asked",
        "it says something under the force's name",
        "it says a mean of Nowhere Constabulary",
        "it says a mean of east",
        "it says a mean of south",
        "it says counts of options",
    }
