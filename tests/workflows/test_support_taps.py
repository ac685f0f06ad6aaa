"""Support taps: counted in memory, sealed once a minute, and nothing about by whom."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.core.disclosure.release import read_release
from bot.core.instruments import Need
from bot.core.responses import LengthOfService, RoleType, decode
from bot.sealing.unseal import Unsealer
from bot.workflows import support_taps as rooms
from bot.workflows.catalogue import Catalogue, read_catalogue
from bot.workflows.support_taps import SupportTaps
from storage import releases
from storage.errors import DatabaseUnavailable
from storage.tables import sealed_response
from tests.workflows.office import Office, an_office
from tests.workflows.starting import round_of, starting

COUNT = "SELECT count(*) FROM sealed_response"
MARKS = "SELECT count(*) FROM participation"
CHAT = 7_900_000_001
TAPS = round_of("support-taps")


class Counting:
    """Support taps of one office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.catalogue = Catalogue({}, None, ())
        # The same in each run: which chats share a slot is chance.
        random = Random(1).randbytes  # noqa: S311 - nothing here is secret
        self.taps = SupportTaps(office.storage, lambda: self.catalogue, office.clock, random)

    async def opens(self) -> "Counting":
        """Open what is due, and know about it."""
        await self.office.turn()
        self.catalogue = await read_catalogue(self.office.storage, self.office.instruments, ())
        return self

    async def sealed(self) -> Counter[Need]:
        """Return what was sealed, by need, opened with the round's key."""
        view = await self.office.view(TAPS)
        unsealer = Unsealer(self.office.opening.get(view.row.sealing_key), TAPS)
        async with self.office.storage.read("look") as tx:
            rows = await tx.all(select(sealed_response))
        responses = [decode(unsealer.unseal(row.ciphertext), view.instrument) for row in rows]
        assert all(each.team == "harbour-response" for each in responses)
        assert all(each.role_type is RoleType.NOT_SAID for each in responses)
        assert all(each.service is LengthOfService.NOT_SAID for each in responses)
        options = view.instrument.items[0].options
        return Counter(Need(options[each.answers[0][0]].support[0]) for each in responses)


async def test_each_tap_becomes_one_sealed_response_without_a_mark(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        for number, need in enumerate([*Need, Need.TALK, Need.TALK, Need.HOME]):
            counting.taps.count(CHAT + number, need)
        assert await office.number(COUNT) == 0
        assert await counting.taps.flush() == len(Need) + 3
        assert await counting.sealed() == Counter([*Need, Need.TALK, Need.TALK, Need.HOME])
        assert await office.number(MARKS) == 0
        assert await counting.taps.flush() == 0


async def test_a_chat_counts_once_an_hour_for_each_need(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        for _ in range(20):
            counting.taps.count(CHAT, Need.TALK)
            counting.taps.count(CHAT, Need.READ)
            office.now += timedelta(minutes=2)
            await counting.taps.flush()
        assert await counting.sealed() == {Need.TALK: 1, Need.READ: 1}
        office.now += timedelta(minutes=21)
        counting.taps.count(CHAT, Need.TALK)
        await counting.taps.flush()
        assert await counting.sealed() == {Need.TALK: 2, Need.READ: 1}


async def test_without_an_open_round_taps_are_let_go(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = Counting(office)
        counting.taps.count(CHAT, Need.TALK)
        assert await counting.taps.flush() == 0
        await counting.opens()
        assert await counting.taps.flush() == 0
        # Nor does one that closed a moment ago, unknown to this process, take any.
        counting.taps.count(CHAT + 1, Need.TALK)
        await office.change(f"UPDATE round SET state = 'closed' WHERE id = '{TAPS}'")  # noqa: S608 - ours
        assert await counting.taps.flush() == 0
        assert await office.number(COUNT) == 0


async def test_what_is_counted_while_the_database_is_gone_is_sealed_when_it_is_back(
    sqlite_database: str, tmp_path: Path
) -> None:
    file = Path(sqlite_database.removeprefix("sqlite+aiosqlite:///"))
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        await office.storage.close()
        away = file.rename(file.with_suffix(".away"))
        file.mkdir()
        counting.taps.count(CHAT, Need.TALK)
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable):
                await counting.taps.flush()
        counting.taps.count(CHAT, Need.TRIM)
        file.rmdir()
        away.rename(file)
        assert await counting.taps.flush() == 2
        assert await counting.sealed() == {Need.TALK: 1, Need.TRIM: 1}


async def test_no_more_is_kept_than_ten_thousand(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rooms.MOST_TAPS == 10_000
    monkeypatch.setattr(rooms, "MOST_TAPS", 60)
    monkeypatch.setattr(rooms, "AT_ONCE", 25)
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        for number in range(200):
            counting.taps.count(CHAT + number, Need.TALK)
        assert await counting.taps.flush() == 60
        assert await counting.sealed() == {Need.TALK: 60}


async def test_what_is_counted_while_a_flush_runs_waits_for_the_next(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        counting.taps.count(CHAT, Need.TALK)
        flushing = asyncio.create_task(counting.taps.flush())
        await asyncio.sleep(0)
        counting.taps.count(CHAT, Need.READ)
        await flushing
        await counting.taps.flush()
        assert await counting.sealed() == {Need.TALK: 1, Need.READ: 1}


async def test_memory_holds_no_chat_and_forgets_within_the_hour(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        counting.taps.count(CHAT, Need.HOME)
        held = repr(vars(counting.taps))
        assert str(CHAT) not in held
        assert all(len(slot) == 2 for slot in counting.taps._slots)
        office.now += rooms.ONE_EACH
        await counting.taps.flush()
        assert counting.taps._slots == {}


async def test_a_round_of_taps_is_released_as_counts_of_taps(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path, document=starting("support-taps")) as office:
        counting = await Counting(office).opens()
        chats = iter(range(CHAT, CHAT + 10_000))
        # Which of 65,536 slots a chat falls into is chance: some taps are not counted.
        for need, often in ((Need.TALK, 23), (Need.HOME, 12), (Need.READ, 4)):
            while counting.taps._taps[need] < often:
                counting.taps.count(next(chats), need)
        await counting.taps.flush()
        assert await counting.sealed() == {Need.TALK: 23, Need.HOME: 12, Need.READ: 4}
        office.now = (await office.view(TAPS)).row.closes_at + timedelta(minutes=1)
        await office.turn()
        assert TAPS in await office.count()
        async with office.storage.read("look") as tx:
            (stored,) = [each for each in await releases.all(tx) if each.round == TAPS]
        (counts,) = read_release(stored.content, stored.hash, TAPS).counts
        assert counts.taps
        assert [count for _, count in counts.options if count] == [25, 10]
