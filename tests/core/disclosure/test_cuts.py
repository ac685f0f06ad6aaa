"""Cuts of the force: the complete table or none, and nothing beside the tree that is a few."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache

import pytest

from bot.core.disclosure.bands import Band
from bot.core.disclosure.cuts import CUTS
from bot.core.disclosure.mingled import nobody_is_left_alone
from bot.core.disclosure.reading import Reading
from bot.core.disclosure.release import Release, ReleasedCut
from bot.core.reporting_units import ReportingUnits
from bot.core.responses import LengthOfService, Response, RoleType
from tests.core.builders import a_response, an_instrument, units_of
from tests.core.disclosure.tables import HIGH, INVENTED, LOW, MIDDLE, answered, released

UNITS = units_of(east=[(200, 3)] * 2, west=[(200, 3)] * 2, north=[(200, 3)] * 2)
ROLES = tuple(RoleType)
SERVICES = tuple(LengthOfService)
SAID = ROLES[1:]

Who = tuple[RoleType, LengthOfService]


def people(unit: str, number: int, who: Sequence[Who], prompt: int = 0) -> list[Response]:
    """So many respondents of a unit, each kind of people and of answers in turn."""
    answers = [LOW, MIDDLE, HIGH]
    return [
        a_response(INVENTED, unit, answers[n // len(who) % 3], prompt, *who[n % len(who)])
        for n in range(number)
    ]


ALL_ROLES: list[Who] = [(role, LengthOfService.NOT_SAID) for role in ROLES]
ALL_SERVICES: list[Who] = [(RoleType.NOT_SAID, service) for service in SERVICES]
MIXED: list[Who] = [(role, service) for role in ROLES for service in SERVICES]


def everywhere(number: int, who: Sequence[Who], units: ReportingUnits = UNITS) -> list[Response]:
    """So many in each unit."""
    return [response for unit in units.units for response in people(unit.id, number, who)]


def cut(release: Release, by: str) -> ReleasedCut:
    """One of the three."""
    return {found.by: found for found in release.cuts}[by]


def shown(release: Release) -> set[str]:
    return {found.by for found in release.cuts if found.shown}


def high_stress(units: ReportingUnits, *names: str) -> ReportingUnits:
    """The units with some of them under high stress."""
    return dataclasses.replace(
        units,
        units=tuple(dataclasses.replace(u, high_stress=u.id in names) for u in units.units),
    )


@cache
def of_everybody() -> Release:
    """What is released when everybody answers, of a force where two units are under high stress."""
    return released(high_stress(UNITS, "east0", "west1"), everywhere(60, MIXED))


# --- Complete or none ------------------------------------------------------------------------


def test_a_release_has_three_cuts_shown_or_not() -> None:
    empty = released(UNITS, [])
    assert tuple(found.by for found in empty.cuts) == CUTS
    assert shown(empty) == set()
    assert shown(of_everybody()) == set(CUTS)


def test_a_cut_names_its_cells_and_says_bands_and_no_number_of_people() -> None:
    release = released(UNITS, everywhere(90, MIXED))
    roles = cut(release, "role")
    assert [cell.id for cell in roles.cells] == [
        "officer", "staff", "special", "volunteer", "not-said",
    ]  # fmt: skip
    assert roles.cells[0].label == {"en": "Police officers"}
    assert roles.cells[0].scales["mood"] == (Band(20, 40),) * 3
    found = release.document["cuts"][1]
    assert set(found) == {"by", "cells"}
    assert {key for cell in found["cells"] for key in cell} == {"id", "label", "scales"}
    said = [scale for cell in found["cells"] for scale in cell["scales"].values() if scale]
    assert all(set(scale) == {"low", "middle", "high"} for scale in said)


def test_only_ordinary_scales_are_cut() -> None:
    for cell in cut(of_everybody(), "role").cells:
        assert {name for name, scale in cell.scales.items() if scale} == {"mood", "ease"}


@pytest.mark.parametrize(("volunteers", "visible"), [(0, False), (19, False), (20, True)])
def test_one_small_cell_hides_the_cut(volunteers: int, visible: bool) -> None:
    rest = [who for who in ALL_ROLES if who[0] is not RoleType.VOLUNTEER]
    raw = everywhere(60, rest) + people("east0", 0, rest)
    for number in range(volunteers):
        raw += people(UNITS.units[number % 6].id, 1, [ALL_ROLES[RoleType.VOLUNTEER]])
    assert ("role" in shown(released(UNITS, raw))) is visible


@pytest.mark.parametrize(("silent", "cells"), [(0, 4), (1, 0), (19, 0), (20, 5)])
def test_who_did_not_say_is_a_cell_or_nobody(silent: int, cells: int) -> None:
    raw = everywhere(60, [who for who in ALL_ROLES if who[0] in SAID])
    for number in range(silent):
        raw += people(UNITS.units[number % 6].id, 1, [ALL_ROLES[RoleType.NOT_SAID]])
    assert len(cut(released(UNITS, raw), "role").cells) == cells


def test_people_are_counted_at_their_largest_prompt() -> None:
    def release(number: int) -> Release:
        return released(
            UNITS,
            [r for u in UNITS.units for p in (0, 1) for r in people(u.id, number, ALL_ROLES, p)],
        )

    # Three of each role in six units, twice: eighteen people at most, thirty-six answers.
    assert shown(release(15)) == set()
    assert shown(release(20)) == {"role"}


def test_a_scale_that_a_cell_hardly_answered_is_cut_for_none() -> None:
    raw = everywhere(60, ALL_ROLES)
    silent = [
        dataclasses.replace(r, answers=((), *r.answers[1:])) if r.role_type == 3 else r for r in raw
    ]
    cells = cut(released(UNITS, silent), "role").cells
    assert [cell.scales["mood"] for cell in cells] == [None] * 5
    assert all(cell.scales["ease"] for cell in cells)


def test_a_scale_that_some_skipped_is_cut_all_the_same() -> None:
    raw = [
        dataclasses.replace(r, answers=((), *r.answers[1:])) if n % 7 == 0 else r
        for n, r in enumerate(everywhere(90, MIXED))
    ]
    release = released(UNITS, raw)
    for by in ("role", "service"):
        assert all(cell.scales["mood"] for cell in cut(release, by).cells)
        assert cut(release, by).shown


def _nothing_scored(response: Response) -> Response:
    return dataclasses.replace(response, answers=((), (), (), (), (0,)))


def test_a_cut_without_a_scale_has_no_cells() -> None:
    raw = [_nothing_scored(response) for response in everywhere(60, MIXED)]
    assert shown(released(UNITS, raw)) == set()


@pytest.mark.parametrize("level", ["department", "force"])
def test_only_what_is_published_for_units_is_cut(level: str) -> None:
    instrument = an_instrument(publication={"level": level})
    raw = everywhere(60, MIXED)
    assert shown(released(UNITS, raw, instrument=instrument)) == set()


def test_twenty_in_each_cell_are_not_nearly_everybody_in_the_force() -> None:
    """Five times 20 of 110 heads would be more than four fifths of them."""
    few_heads = units_of(east=[(110, 3)])
    more_heads = units_of(east=[(130, 3)])
    raw = people("east0", 105, ALL_ROLES)
    assert shown(released(few_heads, raw)) == set()
    assert shown(released(more_heads, raw)) == {"role"}


def test_bands_are_ten_points_from_a_hundred_and_never_five() -> None:
    units = units_of(east=[(700, 3)] * 6)
    raw = everywhere(500, ALL_ROLES, units)
    for cell in cut(released(units, raw), "role").cells:
        bands = cell.scales["mood"]
        assert bands
        assert {band.high - band.low for band in bands} == {10}


def test_nearly_all_alike_is_said_of_a_cell_as_of_a_group() -> None:
    raw = [
        dataclasses.replace(r, answers=HIGH) if r.role_type is RoleType.STAFF else r
        for r in everywhere(60, ALL_ROLES)
    ]
    bands = {cell.id: cell.scales["mood"] for cell in cut(released(UNITS, raw), "role").cells}
    assert bands["staff"] == (Band(0, 20), Band(0, 20), Band(80, 100))


# --- Beside the tree -------------------------------------------------------------------------


def specials(elsewhere: int, others: int) -> list[Response]:
    """All special constables are in one unit, but for some, and so are some others."""
    rest = [who for who in ALL_ROLES if who[0] is not RoleType.SPECIAL]
    special = [ALL_ROLES[RoleType.SPECIAL]]
    raw = [r for unit in UNITS.units[1:] for r in people(unit.id, 60, rest)]
    raw += people("east0", 60, special) + people("east0", others, rest[:1])
    return raw + people("east1", elsewhere, special)


@pytest.mark.parametrize(
    ("elsewhere", "others", "visible"),
    [(0, 0, False), (1, 0, False), (0, 9, False), (4, 5, False), (5, 5, True), (0, 10, True)],
)
def test_a_cell_without_a_unit_leaves_enough(elsewhere: int, others: int, visible: bool) -> None:
    """Nobody is not enough: of one special constable elsewhere it would say: has not answered."""
    assert ("role" in shown(released(UNITS, specials(elsewhere, others)))) is visible


def test_two_cuts_are_held_against_each_other() -> None:
    """All staff are new but one: staff without those under a year would be that one."""
    who: list[Who] = [(role, service) for role in ROLES for service in SERVICES]
    crossed = [w for w in who if (w[0] is RoleType.STAFF) == (w[1] is LengthOfService.UNDER_1)]
    # Six of one kind for each of another, so that every cell is large enough.
    raw = everywhere(126, crossed + [(RoleType.STAFF, LengthOfService.UNDER_1)] * 2)
    assert shown(released(UNITS, raw)) == {"role"}
    odd = [(RoleType.STAFF, LengthOfService.FROM_20)]
    assert shown(released(UNITS, raw + people("east0", 9, odd))) == {"role"}
    assert shown(released(UNITS, raw + people("east0", 10, odd))) == {"role", "service"}


def test_rows_of_several_prompts_count_their_largest() -> None:
    half = {1: [5, 5], 2: [5, 5]}
    assert not nobody_is_left_alone([half], (1, 2), 10)
    assert nobody_is_left_alone([half, half], (1, 2), 10)
    assert not nobody_is_left_alone([{1: [30, 30]}, {2: [30, 30]}], (1, 2), 10)
    # The one at one prompt, the other at the next: they are not the same people.
    assert not nobody_is_left_alone([{1: [30, 0], 2: [0, 30]}], (1, 2), 10)


# --- High stress -----------------------------------------------------------------------------


def test_teams_under_high_stress_stand_beside_the_rest() -> None:
    units = high_stress(UNITS, "east0", "east1")
    raw = answered("east0", 32, 9, 9) + answered("east1", 32, 9, 9)
    raw += [r for unit in units.units[2:] for r in answered(unit.id, 9, 9, 32)]
    cells = cut(released(units, raw), "high-stress").cells
    assert [cell.id for cell in cells] == ["high-stress", "rest"]
    assert cells[0].scales["mood"] == (Band(60, 80), Band(0, 20), Band(0, 20))
    assert cells[1].scales["mood"] == (Band(0, 20), Band(0, 20), Band(60, 80))


def _without(*silent: str) -> Callable[[ReportingUnits], list[Response]]:
    return lambda units: [
        r for unit in units.units if unit.id not in silent for r in answered(unit.id, 10, 10, 10)
    ]


@pytest.mark.parametrize(
    ("stressed", "raw", "visible"),
    [
        pytest.param(["east0"], _without(), True, id="one shown unit"),
        pytest.param([], _without(), False, id="no unit"),
        pytest.param(["east0"], _without("east0"), False, id="a unit in which nobody answered"),
        # East is not divided in what is shown: its rest is both units, and one is under stress.
        pytest.param(["east0", "west0", "west1"], _without("east0"), False, id="a part of a rest"),
    ],
)
def test_high_stress_without_shown_units_is_nobody_or_enough(
    stressed: list[str], raw: Callable[[ReportingUnits], list[Response]], visible: bool
) -> None:
    units = high_stress(UNITS, *stressed)
    assert ("high-stress" in shown(released(units, raw(units)))) is visible


def test_a_side_of_a_few_heads_is_not_shown() -> None:
    """Twenty of 24 are more than four fifths, whether of heads or as a band says."""

    def visible(heads: int, number: int) -> bool:
        units = high_stress(units_of(east=[(heads, 3), (200, 3)]), "east0")
        raw = answered("east0", 7, 7, number - 14) + answered("east1", 30, 30, 30)
        return shown(released(units, raw)) == {"high-stress"}

    assert not visible(24, 21)
    assert not visible(40, 21)
    assert visible(40, 27)


def test_ten_points_for_a_side_leave_room_in_its_heads() -> None:
    """From 110 of 120 heads, ten points would say that more than four fifths answered."""

    def widths(heads: int) -> set[int]:
        units = high_stress(units_of(east=[(heads, 3), (600, 3)]), "east0")
        raw = answered("east0", 36, 37, 37) + answered("east1", 100, 100, 100)
        bands = cut(released(units, raw), "high-stress").cells[0].scales["mood"]
        assert bands
        return {band.high - band.low for band in bands}

    assert widths(120) == {20}
    assert widths(200) == {10}


def test_a_side_does_not_say_of_a_unit_that_all_answered_alike() -> None:
    """Ten to fourteen with at most 40 per cent high, and 80 per cent of the side: the other unit
    under high stress is high. Without that unit the side says no more than it does itself."""
    units = units_of(east=[(40, 3), (300, 3)], west=[(40, 3), (300, 3)])
    raw = answered("east0", 0, 6, 4) + answered("west0", 0, 0, 24)
    raw += answered("east1", 60, 60, 60) + answered("west1", 60, 60, 60)
    assert "high-stress" not in shown(released(high_stress(units, "east0", "west0"), raw))
    mixed = raw + answered("west0", 8, 8, 0)
    assert "high-stress" in shown(released(high_stress(units, "east0", "west0"), mixed))


# --- Cuts beside the bands of the tree ---------------------------------------------------------

BESIDE_A_LARGE_ONE = units_of(east=[(18, 3)], west=[(125, 5)])


def in_four_roles() -> list[Response]:
    """Everybody answers. Three roles of 21 are under a fifth high, the fourth two fifths, the
    west over 35 per cent: in the east nobody is high, whose own band has room for three."""
    raw = []
    for role in SAID:
        last = role is SAID[-1]
        for unit, number, high in (
            ("east0", 9 if last else 3, 0),
            ("west0", 71 if last else 18, 32 if last else 4),
        ):
            for n in range(number):
                answer = HIGH if n < high else (LOW, MIDDLE)[n % 2]
                raw.append(a_response(INVENTED, unit, answer, 0, role, LengthOfService.NOT_SAID))
    return raw


def test_a_cut_takes_nothing_away_that_a_department_leaves_open() -> None:
    """Three cells of 20 or more under a fifth and one of two fifths: of 143 people at most 45 are
    high, and of the 125 in the west at least 44."""
    release = released(BESIDE_A_LARGE_ONE, in_four_roles())
    east = {found.id: found for found in release.groups}["department:east"]
    assert east.scales["mood"]
    assert shown(release) == set()


def test_without_the_rule_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reading, "contradicts", lambda *_: False)
    release = released(BESIDE_A_LARGE_ONE, in_four_roles())
    bands = [cell.scales["mood"] for cell in cut(release, "role").cells]
    assert [each[2] for each in bands if each] == [Band(0, 20)] * 3 + [Band(20, 40)]
