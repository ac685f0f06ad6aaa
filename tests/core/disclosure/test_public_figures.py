"""Public figures: what is asked follows from public facts, what is shown from noisy counts."""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest

from bot.core.disclosure.public_figures import (
    FROM_PEOPLE,
    DamagedFigures,
    NotPublic,
    PublicFigures,
    draw_figures,
    read_figures,
)
from bot.core.instruments import Instrument
from bot.core.reporting_units import ReportingUnits
from bot.core.responses import Response, encode
from bot.core.tabulation import Tabulator, UnsafeTable
from tests.core.builders import an_instrument, units_of
from tests.core.disclosure.organisations import ABOUT
from tests.core.disclosure.tables import INVENTED, answered

# Two departments large enough to be asked about, and one that is not.
UNITS = units_of(east=[(200, 3), (200, 3)], west=[(125, 3)], north=[(124, 3)])
EAST = answered("east0", 60, 60, 30) + answered("east1", 50, 50, 50)
WEST = answered("west0", 40, 40, 40)
NORTH = answered("north0", 30, 30, 30)


class Recorder:
    """Adds fixed noise, and remembers what it was asked for."""

    def __init__(self, *noise: int) -> None:
        self._noise = noise or (0,)
        self.counts: list[int] = []
        self.scale = 0

    def __call__(self, counts: Sequence[int], scale: int) -> list[int]:
        self.counts, self.scale = list(counts), scale
        return [count + self._noise[n % len(self._noise)] for n, count in enumerate(counts)]


def table_of(responses: Sequence[Response], instrument: Instrument = INVENTED) -> UnsafeTable:
    tabulator = Tabulator(instrument)
    for response in responses:
        tabulator.add(encode(response, instrument))
    return tabulator.table()


def drawn(
    responses: Sequence[Response],
    noise: Recorder,
    units: ReportingUnits = UNITS,
    **changes: Any,
) -> PublicFigures | None:
    asked = {"prompts": 1, "epsilon": 1000, "year": 2026} | changes
    instrument = asked.pop("instrument", INVENTED)
    return draw_figures(table_of(responses, instrument), units, ABOUT, noise=noise, **asked)


def shares(figures: PublicFigures | None) -> dict[tuple[str, str], Any]:
    """What is shown, by group and scale."""
    assert figures is not None
    return {
        (group["id"], scale): shown
        for group in figures.document["groups"]
        for scale, shown in group["scales"].items()
    }


# --- What is asked ----------------------------------------------------------------------


def test_only_the_force_and_departments_with_enough_heads_are_asked_about() -> None:
    noise = Recorder()
    figures = drawn([*EAST, *WEST, *NORTH], noise)
    # 124 heads are too few for 100 respondents who are not nearly all of them.
    assert {group for group, _ in shares(figures)} == (
        {"force", "department:east", "department:west"}
    )
    # And supervision is not asked about at all: who may be shown there depends on who answered.
    assert {scale for _, scale in shares(figures)} == {"mood", "ease"}
    assert len(noise.counts) == 3 * 2 * 3


def test_what_is_asked_does_not_depend_on_who_answered() -> None:
    crowd, nobody = Recorder(), Recorder()
    full, empty = drawn([*EAST, *WEST, *NORTH], crowd), drawn([], nobody)
    assert full is not None
    assert empty is not None
    assert len(crowd.counts) == len(nobody.counts)
    assert crowd.scale == nobody.scale
    hidden = dict.fromkeys(shares(full))
    assert shares(empty) == hidden
    for figures in (full, empty):
        for group in figures.document["groups"]:
            del group["scales"]
    assert full.document == empty.document


def test_one_person_changes_the_counts_by_the_sensitivity_at_most() -> None:
    def counts_of(responses: Sequence[Response]) -> tuple[list[int], PublicFigures]:
        noise = Recorder()
        figures = drawn(responses, noise, prompts=3)
        assert figures is not None
        return noise.counts, figures

    person = [answered("east0", low=1, prompt=prompt)[0] for prompt in range(3)]
    before, _ = counts_of([*EAST, *WEST])
    after, figures = counts_of([*EAST, *WEST, *person])
    moved = sum(abs(one - other) for one, other in zip(before, after, strict=True))
    # Three prompts, two themes, the force and a department.
    assert moved == figures.document["noise"]["sensitivity"] == 3 * 2 * 2
    # Whoever answers after the last prompt there was adds nothing.
    late = answered("east0", low=1, prompt=3)
    assert counts_of([*EAST, *WEST, *late])[0] == before


@pytest.mark.parametrize(("epsilon", "scale"), [(1000, 4), (250, 16), (300, 14), (10_000, 1)])
def test_the_noise_is_never_smaller_than_the_budget_asks(epsilon: int, scale: int) -> None:
    noise = Recorder()
    figures = drawn([], noise, epsilon=epsilon)
    assert figures is not None
    assert noise.scale == figures.document["noise"]["scale"] == scale
    assert 1000 * figures.document["noise"]["sensitivity"] <= epsilon * scale


def test_a_force_alone_is_asked_about_once() -> None:
    noise = Recorder()
    figures = drawn([], noise, units_of(east=[(500, 3)]))
    assert [group for group, _ in shares(figures)] == ["force", "force"]
    assert noise.scale == 2


def test_an_instrument_that_is_published_for_the_force_has_no_departments() -> None:
    asked = an_instrument(publication={"level": "force"})
    figures = drawn([], Recorder(), instrument=asked)
    assert {group for group, _ in shares(figures)} == {"force"}


def test_where_nothing_can_be_asked_nothing_is_drawn_and_nothing_is_used_up() -> None:
    noise = Recorder()
    assert drawn([], noise, units_of(east=[(124, 3)])) is None
    only_supervision = an_instrument(
        items=[item.model_dump() for item in INVENTED.items[3:]],
        scales=[INVENTED.scales[2].model_dump()],
    )
    assert drawn([], noise, instrument=only_supervision) is None
    assert noise.scale == 0


# --- What is shown ----------------------------------------------------------------------


def test_shares_are_whole_and_say_how_far_off_they_may_be() -> None:
    figures = drawn([*EAST, *WEST], Recorder(), epsilon=10_000)
    # 110, 110 and 80 of 300; noise of scale 1 moves them by less than a point.
    assert shares(figures)["department:east", "mood"] == (
        {"low": 37, "middle": 37, "high": 27, "points_off": 2}
    )


def test_counts_under_zero_are_none() -> None:
    figures = drawn(answered("east0", high=150), Recorder(-3, -3, 0), epsilon=10_000)
    assert shares(figures)["force", "mood"]["low"] == 0
    assert shares(figures)["force", "mood"]["high"] == 100


@pytest.mark.parametrize(("people", "shown"), [(FROM_PEOPLE + 4, False), (FROM_PEOPLE + 5, True)])
def test_a_hundred_people_are_sure_before_anything_is_shown(people: int, shown: bool) -> None:
    figures = drawn(answered("west0", low=people), Recorder(), epsilon=10_000)
    assert (shares(figures)["department:west", "mood"] is not None) == shown


def test_each_prompt_needs_its_hundred() -> None:
    figures = drawn(answered("west0", low=110), Recorder(), prompts=2, epsilon=10_000)
    assert shares(figures)["department:west", "mood"] is None


def test_what_may_be_far_off_is_not_shown() -> None:
    # 300 people are enough, but the noise of a small budget swamps their shares.
    figures = drawn([*EAST, *WEST], Recorder(), epsilon=100)
    assert set(shares(figures).values()) == {None}


def test_hiding_looks_at_noisy_counts_alone() -> None:
    exact = drawn(answered("west0", low=90), Recorder(20), epsilon=10_000)
    assert shares(exact)["department:west", "mood"] is not None


# --- What is stored ---------------------------------------------------------------------


def test_figures_are_read_back_as_they_were_drawn() -> None:
    figures = drawn([*EAST, *WEST], Recorder())
    assert figures is not None
    again = read_figures(figures.content, figures.hash, ABOUT.round_id)
    assert (again.content, again.document) == (figures.content, figures.document)
    assert (again.round_id, again.year, again.epsilon) == (ABOUT.round_id, 2026, 1000)
    assert repr(again) == f"PublicFigures({ABOUT.round_id})"
    assert (
        hashlib.sha256(
            json.dumps(
                again.document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
            ).encode()
        ).digest()
        == again.hash
    )


def test_damaged_figures_are_not_read() -> None:
    figures = drawn([], Recorder())
    assert figures is not None
    for content, expected, round_id in (
        (figures.content + b" ", figures.hash, ABOUT.round_id),
        (figures.content, figures.hash, "another"),
    ):
        with pytest.raises(DamagedFigures, match=re.escape(round_id)):
            read_figures(content, expected, round_id)


def test_nobody_else_makes_public_figures() -> None:
    with pytest.raises(NotPublic):
        PublicFigures(b"{}", mark=object())
