"""Tables that are saved: one of each person, in order, and nobody waits for a heap of another."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.admin.console import teams_import
from bot.admin.console.teams_reading import TableTookTooLong
from bot.admin.console.teams_turns import TableUnderWay, Turns
from bot.admin.team_table import Table, read_table
from tests.admin.console.teams_office import KIT, ROBIN, a_console, words
from tests.admin.console.test_teams_import import TABLE, WREN, looked, saved


class Slow:
    """Work that waits until it may go on, and notes who was worked for."""

    def __init__(self) -> None:
        self.is_begun, self.may_go_on = threading.Event(), threading.Event()
        self.done: list[str] = []

    def work(self, who: str, tick: Callable[[], None]) -> str:
        self.is_begun.set()
        assert self.may_go_on.wait(30)
        tick()
        self.done.append(who)
        return who


async def test_a_heap_of_one_person_is_refused_and_nobody_waits_for_it() -> None:
    turns, slow = Turns(), Slow()
    robins = asyncio.create_task(turns.take("teams.csv", partial(slow.work, "Robin"), ROBIN))
    assert await asyncio.to_thread(slow.is_begun.wait, 30)
    for _ in range(10):
        with pytest.raises(
            TableUnderWay, match=r"^teams\.csv was not saved: another table of yours"
        ):
            await turns.take("teams.csv", partial(slow.work, "Robin again"), ROBIN)
    others = [
        asyncio.create_task(turns.take("teams.csv", partial(slow.work, by.name), by))
        for by in (WREN, KIT)
    ]
    await asyncio.sleep(0)
    # Who waits is under way as well.
    with pytest.raises(TableUnderWay):
        await turns.take("teams.csv", partial(slow.work, "Wren again"), WREN)
    slow.may_go_on.set()
    assert await robins == "Robin"
    # Whoever was done stands behind those who waited meanwhile.
    await turns.take("teams.csv", partial(slow.work, "Robin later"), ROBIN)
    await asyncio.gather(*others)
    assert slow.done == ["Robin", WREN.name, KIT.name, "Robin later"]


async def test_whoever_goes_away_keeps_their_turn_until_it_is_done() -> None:
    turns, slow = Turns(), Slow()
    gone = asyncio.create_task(turns.take("teams.csv", partial(slow.work, "Robin"), ROBIN))
    assert await asyncio.to_thread(slow.is_begun.wait, 30)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    with pytest.raises(TableUnderWay):
        await turns.take("teams.csv", partial(slow.work, "Robin again"), ROBIN)
    waits = asyncio.create_task(turns.take("teams.csv", partial(slow.work, "Wren"), WREN))
    slow.may_go_on.set()
    await waits
    assert slow.done == ["Robin", "Wren"]


async def test_what_takes_too_long_is_given_up_and_holds_up_nobody() -> None:
    turns, slow = Turns(longest=0.05), Slow()
    with pytest.raises(TableTookTooLong, match=r"Reading teams\.csv took longer"):
        await turns.take("teams.csv", partial(slow.work, "Robin"), ROBIN)
    turns._longest = 30
    slow.may_go_on.set()
    assert await turns.take("teams.csv", partial(slow.work, "Robin again"), ROBIN) == "Robin again"
    assert slow.done == ["Robin again"]


async def test_what_was_wrong_with_a_table_ends_its_turn() -> None:
    def wrong(tick: Callable[[], None]) -> None:
        raise LookupError

    turns = Turns()
    for _ in range(2):
        with pytest.raises(LookupError):
            await turns.take("teams.csv", wrong, ROBIN)


async def test_on_the_page_a_second_table_is_refused_in_words_while_one_is_saved(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun, may_go_on = threading.Event(), threading.Event()

    def held(*given: Any) -> Table:
        is_begun.set()
        assert may_go_on.wait(30)
        return read_table(*given)

    async with a_console(sqlite_database, tmp_path) as admin:
        page = (await looked(admin, TABLE)).text
        monkeypatch.setattr(teams_import, "read_table", held)
        first = asyncio.create_task(saved(admin, page))
        assert await asyncio.to_thread(is_begun.wait, 30)
        answer = await saved(admin, page)
        assert answer.status_code == 422
        text = words(answer.text)
        assert "teams.csv was not saved: another table of yours is being saved" in text
        assert "go back and save it again" in text
        may_go_on.set()
        assert (await first).status_code == 303
        assert await admin.version() == 2
