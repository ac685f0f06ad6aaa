"""What is reported for the whole force alone: answers without a team, and taps that are no
people."""

import dataclasses
from collections.abc import Sequence

import pytest

from bot.core.disclosure.release import Release, ReleasedCounts
from bot.core.instruments import Instrument, Need
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnits, nobodys_own, units_for
from bot.core.responses import Response
from config.content import shipped_instruments
from tests.core.builders import a_programme, a_response, an_instrument, item, option
from tests.core.disclosure.tables import INVENTED, answered, group, released

SHIPPED = {instrument.id: instrument for instrument in shipped_instruments()}
EXIT, TAPS = SHIPPED["exit"], SHIPPED["support-taps"]
SIZES = {"east": [("a", 60), ("b", 40)], "west": [("c", 100), ("d", 100)]}


def everybody(instrument: Instrument, sizes: object = SIZES) -> tuple[Programme, ReportingUnits]:
    """A force, and the units of a round that asks everybody."""
    programme = a_programme(sizes)  # type: ignore[arg-type]  # sizes as the builder takes them
    return programme, units_for(programme, programme.check_ins[0], instrument)


def released_of(
    instrument: Instrument, responses: Sequence[Response], sizes: object = SIZES
) -> Release:
    """What is released of answers that travelled without a team."""
    programme, units = everybody(instrument, sizes)
    nobody = nobodys_own(units)
    return released(
        units,
        [dataclasses.replace(response, team=nobody) for response in responses],
        instrument=instrument,
        teams={team.id: team for team in programme.force.teams},
    )


def leaving(reasons: Sequence[int], people: int) -> list[Response]:
    """So many people who leave for the same reasons."""
    return [a_response(EXIT, "a", [reasons, (0,), (0,)]) for _ in range(people)]


def counts(released_counts: ReleasedCounts) -> list[int | None]:
    """The counts of one item, in the order of its options."""
    return [count for _, count in released_counts.options]


def test_exit_counts_come_out_as_with_teams() -> None:
    release = released_of(EXIT, leaving((0, 1), 22) + leaving((1, 2), 13))
    assert [found.id for found in release.groups] == ["force"]
    assert counts(release.counts[0])[:4] == [20, None, 15, None]
    # The second is a reason of each of them, the rest of nobody.
    assert set(counts(release.counts[0])[3:]) == {None}


@pytest.mark.parametrize(("people", "visible"), [(9, False), (10, True)])
def test_nothing_is_shown_under_ten(people: int, visible: bool) -> None:
    release = released_of(EXIT, leaving((0,), people - 3) + leaving((1,), 3))
    assert group(release, "force").shown is visible
    assert set(counts(release.counts[0])) == {None}


def test_a_small_force_shows_nothing_whoever_answers() -> None:
    release = released_of(EXIT, leaving((0,), 12), {"east": [("a", 14)]})
    assert not group(release, "force").shown


def test_a_minority_of_fewer_than_three_hides_what_the_others_chose() -> None:
    release = released_of(EXIT, leaving((0,), 30) + leaving((1,), 2))
    assert set(counts(release.counts[0])) == {None}


def test_where_nearly_all_heads_answered_no_count_is_shown() -> None:
    few_heads = released_of(EXIT, leaving((0,), 20) + leaving((1,), 20), {"east": [("a", 45)]})
    assert set(counts(few_heads.counts[0])) == {None}


def test_supervision_is_not_reported_where_no_team_is_known() -> None:
    asked = item(
        "sergeant", [option("Yes"), option("No")], kind="choices", at_most=1,
        sensitivity="supervision",
    )  # fmt: skip
    scales = INVENTED.model_dump()["scales"][:1]
    instrument = an_instrument(
        items=[item("mood"), asked], scales=scales, publication={"level": "force"}
    )
    raw = [
        dataclasses.replace(response, answers=((2,), (number % 2,)))
        for number, response in enumerate(answered("a", 40))
    ]
    release = released_of(instrument, raw, {"east": [("a", 100, 9)]})
    # The answers may all be about one sergeant.
    assert group(release, "force").shown
    assert counts(release.counts[0]) == [None, None]


# --- Taps ---------------------------------------------------------------------------------


def tapped(**times: int) -> list[Response]:
    """Taps on needs, so many on each."""
    order = [str(option.support[0]) for option in TAPS.items[0].options]
    return [
        a_response(TAPS, "a", [(order.index(need),)])
        for need, often in times.items()
        for _ in range(often)
    ]


def test_taps_are_rounded_to_five_and_shown_from_ten() -> None:
    (found,) = released_of(TAPS, tapped(talk=37, trim=12, health=9)).counts
    shown = {str(label["en"]): count for label, count in found.options if count is not None}
    assert shown == {"Someone to talk to": 35, "After a tough job: TRiM": 10}
    assert found.taps
    assert found.shown


def test_taps_say_nothing_of_a_number_of_people() -> None:
    release = released_of(TAPS, tapped(talk=37, trim=12))
    assert group(release, "force").respondents is None
    assert group(release, "force").rate is None
    assert b'"of":"taps"' in release.content


def test_more_taps_than_heads_are_counted_all_the_same() -> None:
    (found,) = released_of(TAPS, tapped(talk=400, read=300), {"east": [("a", 50)]}).counts
    assert sorted(count for count in counts(found) if count) == [300, 400]


def test_other_counts_are_of_people() -> None:
    release = released_of(EXIT, leaving((0,), 20))
    assert not any(found.taps for found in release.counts)
    assert b'"of"' not in release.content


def test_every_need_has_its_option() -> None:
    assert [option.support for option in TAPS.items[0].options] == [[need] for need in Need]
