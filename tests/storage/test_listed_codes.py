"""What may be listed of codes: kept beside them, from the first day and from before it."""

from datetime import timedelta

from storage import enrolment_codes, listed_codes
from storage.engine import Storage
from storage.enrolment_codes import EnrolmentCode, id_of
from storage.listed_codes import ListedCode
from storage.migrate import check, downgrade, migrate
from tests.storage.rows import ENTRY, NOW, TODAY

CODES = (
    EnrolmentCode(bytes([7]) * 32, "heron", 5, TODAY),
    EnrolmentCode(bytes([200]) * 32, "heron", 0, TODAY + timedelta(days=9)),
    EnrolmentCode(bytes([31]) * 32, "curlew", 9, TODAY - timedelta(days=1)),
)


def listed(*codes: EnrolmentCode) -> list[ListedCode]:
    return [ListedCode(id_of(code.digest), code.team, code.expires_on) for code in codes]


async def add_all(storage: Storage) -> None:
    async with storage.transaction("add") as tx:
        for code in CODES:
            await enrolment_codes.add(tx, code, ENTRY, NOW)


async def test_codes_are_listed_until_their_last_day_used_up_or_not(storage: Storage) -> None:
    await add_all(storage)
    async with storage.read("look") as tx:
        assert await listed_codes.working(tx, TODAY) == listed(CODES[0], CODES[1])
        assert await listed_codes.working(tx, TODAY, ["curlew"]) == []
        assert await listed_codes.teams_with_codes(tx, TODAY) == {"heron"}
        yesterday = TODAY - timedelta(days=1)
        assert await listed_codes.teams_with_codes(tx, yesterday) == {"heron", "curlew"}
    async with storage.transaction("expire") as write:
        await enrolment_codes.expire(write, [CODES[1].digest], TODAY - timedelta(days=1))
    async with storage.read("look") as tx:
        assert await listed_codes.working(tx, TODAY) == listed(CODES[0])


async def test_codes_of_before_are_listed_too(database_url: str) -> None:
    storage = Storage(database_url)
    try:
        await add_all(storage)
    finally:
        await storage.close()
    await downgrade(database_url, "0009")
    await migrate(database_url)
    await check(database_url)
    storage = Storage(database_url)
    try:
        async with storage.read("look") as tx:
            found = await listed_codes.working(tx, TODAY - timedelta(days=1))
            assert {each.id for each in found} == {each.id for each in listed(*CODES)}
            assert await listed_codes.working(tx, TODAY) == listed(CODES[0], CODES[1])
            code = await enrolment_codes.find(tx, CODES[0].digest)
            assert code == CODES[0]
    finally:
        await storage.close()
