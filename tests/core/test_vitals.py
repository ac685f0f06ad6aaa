"""Vitals: bands, kinds of trouble, and nothing that is one person's."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.vitals import (
    BANDS,
    CLOCKS_APART,
    LONGEST,
    Seen,
    Trouble,
    Vitals,
    band_of,
    band_of_people,
    has_been,
    ticked_lately,
)

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
REFUSED_AT = (
    '{"waiting": 0, "late": 0, "sent": 0, "enrolled": 0,'
    ' "troubles": {"token refused": {"times": 1, "last": "%s"}}}'
)


@pytest.mark.parametrize(
    ("number", "band"),
    [(-1, 0), (0, 0), (1, 1), (9, 1), (10, 10), (99, 10), (100, 100), (12_345, 10_000)],
)
def test_a_number_leaves_as_the_least_of_its_band(number: int, band: int) -> None:
    assert band_of(number) == band


@pytest.mark.parametrize(("number", "band"), [(0, 0), (1, 0), (9, 0), (10, 10), (250, 100)])
def test_fewer_than_ten_people_look_like_nobody(number: int, band: int) -> None:
    assert band_of_people(number) == band


def test_the_largest_band_has_no_end() -> None:
    assert band_of(10**9) == BANDS[-1]


def test_vitals_read_back() -> None:
    vitals = Vitals(10, 0, 100, 1_000, {Trouble.TOLD_TO_WAIT: Seen(17, NOW)})
    assert Vitals.from_json(vitals.to_json()) == vitals


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "17",
        '{"waiting": 1, "late": 0, "sent": 0, "enrolled": 0}',
        '{"waiting": 1, "late": 0, "sent": 0, "enrolled": 0, "troubles": []}',
        '{"waiting": 1, "late": 0, "sent": 0, "enrolled": 0, "troubles": {"x": {}}}',
        '{"waiting": 1, "late": 0, "sent": 0, "enrolled": 0, "troubles": {"told to wait": {}}}',
        '{"waiting": null, "late": 0, "sent": 0, "enrolled": 0, "troubles": {}}',
        '{"waiting": 1e999, "late": 0, "sent": 0, "enrolled": 0, "troubles": {}}',
        '{"waiting": true, "late": 0, "sent": 0, "enrolled": 0, "troubles": {}}',
        '{"waiting": 0, "late": 7, "sent": 0, "enrolled": 0, "troubles": {}}',
        '{"waiting": 0, "late": -1, "sent": 0, "enrolled": 0, "troubles": {}}',
        REFUSED_AT % "2026-12-07T09:00",
        REFUSED_AT % "x",
        "[" * LONGEST,
        "[" * 100_000,
        " " * LONGEST + "{}",
    ],
)
def test_what_another_version_said_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever the reader stumbles over
        Vitals.from_json(text)


@pytest.mark.parametrize(
    ("process", "seconds", "alive"),
    [
        *((None, 179, True), (None, 180, False)),
        *(("tally", 179, True), ("tally", 180, False), ("officers", 0, False)),
    ],
)
def test_a_process_that_ticked_within_three_minutes_is_alive(
    process: str | None, seconds: int, alive: bool
) -> None:
    ticks = {"tally": NOW, "backup": NOW + timedelta(days=1)}
    assert ticked_lately(ticks, process, NOW + timedelta(seconds=seconds)) is alive


def test_a_tick_in_a_time_to_come_is_none() -> None:
    assert has_been(NOW + CLOCKS_APART - timedelta(seconds=1), NOW)
    assert not has_been(NOW + CLOCKS_APART, NOW)
    assert ticked_lately({"tally": NOW + timedelta(seconds=1)}, "tally", NOW)
    assert not ticked_lately({"tally": NOW + timedelta(days=1)}, None, NOW)


def test_all_that_vitals_can_say_is_short_enough_to_be_read() -> None:
    seen = {kind: Seen(BANDS[-1], NOW) for kind in Trouble}
    most = Vitals(BANDS[-1], BANDS[-1], BANDS[-1], BANDS[-1], seen)
    assert len(most.to_json()) * 2 < LONGEST
    assert Vitals.from_json(most.to_json()) == most
