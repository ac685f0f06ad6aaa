"""Tables being read: few at once, one of each person, and none for ever."""

import asyncio
import secrets
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.admin.console.teams_reading import (
    KEPT_FOR,
    MOST_AT_ONCE,
    MOST_HELD,
    Reading,
    Readings,
    TableReplaced,
    TableTookTooLong,
    TooManyTables,
)
from bot.core.access import Role, Visitor
from tests.admin.console.teams_office import ROBIN
from tests.workflows.office import at

WREN = Visitor("Wren Marsh", frozenset({Role.ADMIN}))


def _given(number: int, tick: Callable[[], None]) -> int:
    tick()
    return number


class Came:
    """What came of a table: it can be seen to be freed."""


def people(number: int) -> list[Visitor]:
    return [replace(ROBIN, staff_id=f"staff-{each}") for each in range(number)]


async def read_by(readings: Readings[int], by: Visitor, number: int = 0) -> Reading[int]:
    reading = await readings.begin("teams.csv", 1, partial(_given, number), by, None)
    assert await reading.result() == number
    return reading


async def test_so_many_tables_are_read_at_once_and_no_more() -> None:
    may_go_on = threading.Event()

    def held(tick: Callable[[], None]) -> int:
        assert may_go_on.wait(30)
        return 0

    readings: Readings[int] = Readings(lambda: at(0, 9), secrets.token_bytes, patience=0)
    for by in people(MOST_AT_ONCE):
        for _ in range(2):
            # Another table of the same person takes the place of the one before.
            await readings.begin("teams.csv", 1, held, by, None)
    with pytest.raises(TooManyTables):
        await readings.begin("teams.csv", 1, partial(_given, 0), WREN, None)
    may_go_on.set()
    await readings.settle()
    await read_by(readings, WREN)


async def test_what_was_read_holds_no_place_and_only_the_newest_are_held() -> None:
    now = [at(0, 9)]
    readings: Readings[int] = Readings(lambda: now[0], secrets.token_bytes, patience=0)
    come = people(MOST_AT_ONCE + MOST_HELD)
    kept = [await read_by(readings, by, number) for number, by in enumerate(come)]
    left = [readings.get(each.key, by) for each, by in zip(kept, come, strict=True)]
    assert left == [*([None] * MOST_AT_ONCE), *kept[-MOST_HELD:]]
    now[0] += KEPT_FOR
    assert readings.get(kept[-1].key, come[-1]) is None


async def test_a_small_table_takes_nothing_from_anybody() -> None:
    readings: Readings[int] = Readings(lambda: at(0, 9), secrets.token_bytes, patience=0)
    come = people(MOST_HELD)
    kept = [await read_by(readings, by) for by in come]
    readings._patience = 30
    at_once = await readings.begin("teams.csv", 1, partial(_given, 7), WREN, None)
    assert (at_once.is_done, await at_once.result()) == (True, 7)
    assert readings.get(at_once.key, WREN) is None
    assert [readings.get(each.key, by) for each, by in zip(kept, come, strict=True)] == kept


async def test_what_came_of_a_table_is_freed_when_its_time_is_over_and_nobody_comes() -> None:
    loop, freed = asyncio.get_running_loop(), asyncio.Event()

    def work(tick: Callable[[], None]) -> Came:
        came = Came()
        weakref.finalize(came, loop.call_soon_threadsafe, freed.set)
        return came

    readings: Readings[Came] = Readings(
        lambda: at(0, 9), secrets.token_bytes, patience=0, kept_for=timedelta(0)
    )
    await readings.begin("teams.csv", 1, work, ROBIN, None)
    await asyncio.wait_for(freed.wait(), 30)


async def test_whoever_waits_and_goes_away_ends_no_table() -> None:
    may_go_on = threading.Event()

    def held(tick: Callable[[], None]) -> int:
        assert may_go_on.wait(30)
        return 3

    readings: Readings[int] = Readings(lambda: at(0, 9), secrets.token_bytes, patience=0)
    reading = await readings.begin("teams.csv", 1, held, ROBIN, None)
    waits = asyncio.create_task(reading.result())
    await asyncio.sleep(0)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    may_go_on.set()
    assert await reading.result() == 3


async def test_nobody_holds_more_than_one_place_and_a_newer_table_takes_it() -> None:
    is_read, may_go_on, stopped = threading.Event(), threading.Event(), threading.Event()

    def held(tick: Callable[[], None]) -> int:
        is_read.set()
        assert may_go_on.wait(30)
        try:
            tick()
        except BaseException:
            stopped.set()
            raise
        return 0

    readings: Readings[int] = Readings(lambda: at(0, 9), secrets.token_bytes, patience=0)
    first = await readings.begin("first.csv", 1, held, ROBIN, None)
    assert await asyncio.to_thread(is_read.wait, 30)
    later = [
        await readings.begin("again.csv", 1, partial(_given, number), ROBIN, None)
        for number in range(MOST_AT_ONCE + 1)
    ]
    # There is room for everybody else, and what was replaced is nobody's any more.
    for number in range(MOST_AT_ONCE - 1):
        by = replace(WREN, staff_id=f"staff-{number}")
        await readings.begin("teams.csv", 1, partial(_given, number), by, None)
    for each in (first, *later[:-1]):
        assert readings.get(each.key, ROBIN) is None
    may_go_on.set()
    assert await later[-1].result() == MOST_AT_ONCE
    assert stopped.is_set()
    for each in (first, *later[:-1]):
        with pytest.raises(TableReplaced, match="because you sent another table"):
            await each.result()
    assert [each.task is not None and each.task.cancelled() for each in later] == [
        *([True] * MOST_AT_ONCE),
        False,
    ]
    await readings.settle()


async def test_what_takes_too_long_gives_its_place_back_and_is_stopped() -> None:
    may_go_on, stopped = threading.Event(), threading.Event()

    def endless(tick: Callable[[], None]) -> int:
        assert may_go_on.wait(30)
        try:
            while True:
                tick()
        finally:
            stopped.set()

    readings: Readings[int] = Readings(
        lambda: at(0, 9), secrets.token_bytes, patience=0, longest=0.05
    )
    for number in range(MOST_AT_ONCE):
        by = replace(ROBIN, staff_id=f"staff-{number}")
        stuck = await readings.begin("teams.csv", 1, endless, by, None)
        with pytest.raises(TableTookTooLong, match=r"Reading teams\.csv took longer"):
            await stuck.result()
        # Its page says so, for whoever sent it.
        assert readings.get(stuck.key, by) is stuck
    may_go_on.set()
    assert await asyncio.to_thread(stopped.wait, 30)
    readings._longest = 30
    good = await readings.begin("teams.csv", 1, partial(_given, 5), WREN, None)
    assert await good.result() == 5
