"""One table in, one release out: the rules as they show in a release with known answers."""

import dataclasses
import json
import random
from pathlib import Path

import pytest

from bot.core.disclosure.bands import Band
from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import UnknownTeam
from bot.core.disclosure.release import Release
from bot.core.responses import Response
from tests.core.builders import an_instrument, item, option, units_of
from tests.core.disclosure.organisations import ABOUT
from tests.core.disclosure.tables import INVENTED, answered, group, released, shown

GOLDEN = Path(__file__).parent.parent / "golden" / "release.json"

UNITS = units_of(east=[(40, 2), (30, 1), (30, 2)], west=[(30, 1), (60, 1)])


def a_round() -> list[Response]:
    """Two departments: one unit is small, one was hardly answered, one nearly agrees."""
    return [
        *answered("east0", 10, 10, 10),
        *answered("east1", 2, 3, 13),
        *answered("east2", 1, 1, 2),
        *answered("west0", 0, 1, 11),
        *answered("west1", 20, 25, 15),
        *answered("west1", 20, 5, 5, prompt=1),
    ]


def test_the_same_answers_give_the_golden_bytes_in_any_order() -> None:
    """To change them by hand: print `released(UNITS, a_round()).content` and read every line."""
    raw = a_round()
    random.Random(7).shuffle(raw)  # noqa: S311 - the order is what matters
    assert released(UNITS, raw).content + b"\n" == GOLDEN.read_bytes()
    assert released(UNITS, list(reversed(raw))).content + b"\n" == GOLDEN.read_bytes()


def test_groups_are_shown_with_their_bands() -> None:
    release = released(UNITS, a_round())
    # East 2 has four respondents, and showing both its siblings would give them away.
    assert shown(release) == {
        "force", "department:east", "department:west", "unit:east0", "unit:west0", "unit:west1",
    }  # fmt: skip
    east = group(release, "department:east")
    # 100 heads: no band begins above 80, so that the one from 50 is open.
    assert east.respondents == (50, None)
    assert east.rate == Band(50, 80)
    mood = east.scales["mood"]
    assert mood is not None
    assert mood.bands == (Band(20, 30), Band(20, 30), Band(40, 50))
    # 13 × 1 + 14 × 3 + 25 × 5, over 52.
    assert mood.mean == 3.5
    unit = group(release, "unit:east0").scales["mood"]
    assert unit is not None
    assert unit.bands == (Band(30, 40), Band(30, 40), Band(30, 40))
    assert unit.mean is None


def test_supervision_is_shown_from_department_level_with_three_supervisors() -> None:
    release = released(UNITS, a_round())
    # West has two supervisors, so that even the force minus east must not be had.
    assert {g.id for g in release.groups if g.scales["supervision"]} == {"force"}
    more = units_of(east=[(40, 2), (30, 1), (30, 2)], west=[(30, 2), (60, 1)])
    release = released(more, a_round())
    assert {g.id for g in release.groups if g.scales["supervision"]} == {
        "force", "department:east", "department:west",
    }  # fmt: skip


def test_counts_are_for_the_force_rounded_and_from_ten() -> None:
    (counted,) = released(UNITS, a_round()).counts
    assert counted.item == "reasons"
    # At the larger prompt 33 low and 51 high chose the first, 40 middle and 51 high the second.
    assert [count for _, count in counted.options] == [85, 90, None, None]


def test_counts_stay_away_with_the_force() -> None:
    release = released(UNITS, answered("east0", 9))
    assert shown(release) == set()
    assert {count for counted in release.counts for _, count in counted.options} == {None}


def test_supervision_counts_need_three_supervisors_in_the_force() -> None:
    asked = item(
        "sergeant",
        [option("Yes"), option("No")],
        kind="choices",
        at_most=1,
        sensitivity="supervision",
    )
    instrument = an_instrument(
        items=[item("mood"), asked], scales=INVENTED.model_dump()["scales"][:1]
    )
    raw = [
        dataclasses.replace(response, answers=((2,), (int(number >= 20),)))
        for number, response in enumerate(answered("east0", 29))
    ]
    few = released(units_of(east=[(40, 2)]), raw, instrument=instrument)
    enough = released(units_of(east=[(40, 3)]), raw, instrument=instrument)
    assert [count for _, count in few.counts[0].options] == [None, None]
    assert [count for _, count in enough.counts[0].options] == [20, None]


@pytest.mark.parametrize(
    ("level", "levels"),
    [
        ("unit", {"force", "department", "unit"}),
        ("department", {"force", "department"}),
        ("force", {"force"}),
    ],
)
def test_nothing_at_all_is_shown_below_the_level_of_publication(
    level: str, levels: set[str]
) -> None:
    instrument = an_instrument(publication={"level": level})
    release = released(UNITS, a_round(), instrument=instrument)
    assert {found.level.value for found in release.groups if found.shown} == levels


def test_a_department_of_one_unit_and_a_force_of_one_department_are_listed_once() -> None:
    ids = [found.id for found in released(units_of(east=[(40, 3)]), []).groups]
    assert ids == ["force"]
    ids = [found.id for found in released(units_of(east=[(40, 3)] * 2), []).groups]
    assert ids == ["force", "unit:east0", "unit:east1"]
    ids = [found.id for found in released(units_of(east=[(40, 3)], west=[(40, 3)]), []).groups]
    assert ids == ["force", "department:east", "department:west"]


def test_a_department_that_is_not_asked_is_not_listed() -> None:
    units = units_of(east=[(40, 3)] * 2, west=[])
    assert "department:west" not in {found.id for found in released(units, []).groups}


HIDDEN_UNITS = units_of(east=[(40, 3), (40, 3), (40, 3)])


def _cell_text(release: Release, group_id: str) -> str:
    document = json.loads(release.content)
    (found,) = [found for found in document["groups"] if found["id"] == group_id]
    return json.dumps({key: found[key] for key in ("respondents", "rate", "scales")})


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param([], id="empty"),
        pytest.param(answered("east0", 4), id="too few"),
        pytest.param(
            answered("east0", 10) + answered("east1", 4) + answered("east2", 20), id="secondary"
        ),
    ],
)
def test_hidden_groups_look_the_same_whatever_the_reason(raw: list[Response]) -> None:
    nothing = _cell_text(released(HIDDEN_UNITS, []), "unit:east0")
    assert _cell_text(released(HIDDEN_UNITS, raw), "unit:east0") == nothing


def test_a_hidden_scale_looks_the_same_whether_asked_or_not() -> None:
    asked = answered("east0", 20)
    skipped = [dataclasses.replace(r, answers=((), *r.answers[1:])) for r in asked]
    few = skipped[:-5] + asked[-5:]
    texts = set()
    for raw in (skipped, few):
        document = json.loads(released(HIDDEN_UNITS, raw).content)
        texts.add(json.dumps(document["groups"][0]["scales"]["mood"]))
    assert texts == {"null"}
    # A level that is not published leaves the same nothing.
    assert (
        json.loads(released(HIDDEN_UNITS, asked).content)["groups"][1]["scales"]["supervision"]
        is None
    )


def test_a_release_without_answers_differs_in_nothing_from_one_with_too_few() -> None:
    assert released(UNITS, []).content == released(UNITS, answered("east2", 3, 3, 3)).content


def test_the_number_of_hidden_cells_is_told_per_level() -> None:
    release = released(UNITS, a_round())
    assert release.document["withheld"] == {
        level: sum(
            cell is None
            for found in release.groups
            if found.level == level
            for cell in found.scales.values()
        )
        for level in ("force", "department", "unit")
    }


def test_a_release_names_the_one_before() -> None:
    first = released(UNITS, a_round())
    assert first.previous_hash == bytes(32)
    second = released(UNITS, a_round(), earlier=[Earlier(first, UNITS)])
    assert second.previous_hash == first.hash
    assert second.content != first.content


def test_a_response_of_an_unknown_team_stops_the_release() -> None:
    with pytest.raises(UnknownTeam, match="The round weekly-2024-01-01 holds a response"):
        released(UNITS, answered("north0", 1))


def test_people_are_counted_at_their_largest_prompt() -> None:
    units = units_of(east=[(40, 3)])
    raw = [r for prompt in range(4) for r in answered("east0", 0, 0, 9, prompt)]
    assert shown(released(units, raw)) == set()
    raw += answered("east0", 0, 0, 1)
    assert group(released(units, raw), "force").respondents == (10, 14)


def test_the_facts_of_the_round_are_in_the_release() -> None:
    document = released(UNITS, []).document
    assert (document["round"], document["check_in"]) == (ABOUT.round_id, "weekly")
    assert (document["opens_on"], document["closes_on"]) == ("2024-01-01", "2024-01-29")
    assert document["instrument"] == {"id": "invented", "version": 3, "validated": False}


def test_an_instrument_without_scales_releases_counts_alone() -> None:
    instrument = an_instrument(
        items=[item("why", [option("A"), option("B")], sensitivity="exit")], scales=[]
    )
    raw = [
        dataclasses.replace(r, answers=((int(number >= 24),),))
        for number, r in enumerate(answered("east0", 31))
    ]
    release = released(units_of(east=[(40, 3)]), raw, instrument=instrument)
    assert [count for _, count in release.counts[0].options] == [25, None]
    assert release.document["withheld"] == {"force": 0, "department": 0, "unit": 0}


def test_a_release_notes_the_newest_version_where_it_is_another() -> None:
    opened = ABOUT.programme_version
    for newest, noted in ((None, None), (opened, None), (opened + 1, opened + 1)):
        about = dataclasses.replace(ABOUT, newest_version=newest)
        document = json.loads(released(UNITS, a_round(), about=about).content)
        assert document["programme"] == opened
        assert document.get("programme_at_release") == noted
