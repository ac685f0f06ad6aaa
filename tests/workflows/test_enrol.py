"""Enrolling: codes that work and codes that do not, team sizes, and leaving without a trace."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.responses import RoleType
from bot.core.team_codes import ALPHABET, LENGTH, new_team_code, tidy_code
from bot.workflows import codes, enrol, programme
from bot.workflows.answer import Answered
from bot.workflows.codes import (
    CodeProblem,
    NoSuchTeam,
    NotANumberOfUses,
    Offer,
)
from bot.workflows.enrol import Resumed
from tests.workflows.office import Office, an_office, at

pytestmark = pytest.mark.sqlite_first("one path and two that write at once run on both")

SAM, KIT = 7_300_000_901, 7_300_000_902
ENROLLED = "SELECT count(*) FROM enrolment"
USES = "SELECT sum(uses_left) FROM enrolment_code"


async def look_up(office: Office, code: str, officer: int = SAM) -> Offer | CodeProblem:
    return await codes.look_up_code(office.storage, office.address, officer, code, office.clock)


async def test_a_code_shows_where_answers_will_count_and_stores_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        code = await office.code("dog-unit")
        offer = await look_up(office, code)
        assert isinstance(offer, Offer)
        assert offer.team == "Dog Unit"
        assert (offer.unit.name, offer.unit.heads) == ("Firearms Support and Dog Unit", 26)
        assert await office.number(ENROLLED) == 0
        assert await office.number(USES) == 8


@pytest.mark.parametrize("spelt", ["{0}", " {0} ", "{1}", "{2}", "{3}"])
async def test_codes_may_be_typed_as_people_type(
    sqlite_database: str, tmp_path: Path, spelt: str
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        code = await office.code()
        typed = spelt.format(
            code, code.lower(), f"{code[:4]}-{code[4:8]}-{code[8:]}", " ".join(code)
        )
        assert isinstance(await look_up(office, typed), Offer)
        assert tidy_code(typed) == code


async def test_each_problem_of_a_code_is_told_apart(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        assert await look_up(office, "ABCD2345EFGH") is CodeProblem.UNKNOWN
        assert await look_up(office, "") is CodeProblem.UNKNOWN
        once = await office.code(uses=1)
        assert await office.join(SAM, once) is True
        assert await look_up(office, once, KIT) is CodeProblem.USED_UP
        assert await office.join(KIT, once) is CodeProblem.USED_UP
        fresh = await office.code()
        office.now += timedelta(days=180)
        assert isinstance(await look_up(office, fresh, KIT), Offer)
        office.now += timedelta(days=1)
        assert await look_up(office, fresh, KIT) is CodeProblem.EXPIRED
        assert await office.join(KIT, fresh) is CodeProblem.EXPIRED


async def test_nobody_is_let_in_before_the_force_has_said_where_help_is(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (kit,) = await office.joined()
        code = await office.code()
        support = [entry for entry in office.programme.support if "trim" not in entry.needs]
        lacking = office.programme.model_copy(update={"support": support})
        await programme.load(office.storage, lacking, "test", "test", office.clock)
        assert await look_up(office, "ABCD2345EFGH") is CodeProblem.UNKNOWN
        assert await look_up(office, code) is CodeProblem.NOT_YET
        assert await office.join(SAM, code) is CodeProblem.NOT_YET
        # Whoever is in stays in.
        assert await look_up(office, code, kit) is CodeProblem.JOINED_ALREADY
        assert await office.join(kit, code) is False
        await programme.load(office.storage, office.programme, "test", "test", office.clock)
        assert await office.join(SAM, code) is True


async def test_a_team_takes_no_more_people_than_it_has(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(8, "dog-unit")
        another = await office.code("dog-unit")
        assert await look_up(office, another) is CodeProblem.TEAM_FULL
        assert await office.join(SAM, another) is CodeProblem.TEAM_FULL
        assert await office.number(ENROLLED) == 8


@pytest.mark.at_once
async def test_the_last_place_goes_to_one_of_many(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.joined(7, "dog-unit")
        code = await office.code("dog-unit")
        joined = await asyncio.gather(*(office.join(SAM + n, code) for n in range(6)))
        assert joined.count(True) == 1
        assert await office.number(ENROLLED) == 8


@pytest.mark.at_once
async def test_the_last_use_of_a_code_goes_to_one_of_many(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        code = await office.code(uses=1)
        joined = await asyncio.gather(*(office.join(SAM + n, code) for n in range(6)))
        assert joined.count(True) == 1
        assert joined.count(CodeProblem.USED_UP) == 5


@pytest.mark.at_once
async def test_agreeing_twice_enrols_once_and_takes_one_use(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        code = await office.code(uses=5)
        joined = await asyncio.gather(*(office.join(SAM, code) for _ in range(4)))
        assert joined.count(True) == 1
        assert await office.number(ENROLLED) == 1
        assert await office.number(USES) == 4


async def test_whoever_joined_is_told_so_whatever_the_code(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        own = await office.code(uses=1)
        elsewhere = await office.code("dog-unit")
        assert await office.join(SAM, own) is True
        # Their own code, though its last use is gone, and any that is none.
        assert await look_up(office, own) is CodeProblem.JOINED_ALREADY
        assert await look_up(office, "WRNGWRNGWR22") is CodeProblem.JOINED_ALREADY
        assert await look_up(office, elsewhere) is CodeProblem.OTHER_TEAM
        assert await enrol.stop(office.storage, office.address, SAM)
        assert await look_up(office, own) is CodeProblem.JOINED_ALREADY
        assert await look_up(office, elsewhere) is CodeProblem.OTHER_TEAM
        # Looking it up moves nobody, and brings nobody back.
        assert (
            await enrol.resume(office.storage, office.address, SAM, secrets.token_bytes)
            is Resumed.RESUMED
        )
        assert await enrol.forget(office.storage, office.address, SAM)
        assert isinstance(await look_up(office, elsewhere), Offer)


async def test_stopping_and_coming_back_needs_no_code(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        assert (
            await enrol.resume(office.storage, office.address, SAM, secrets.token_bytes)
            is Resumed.NOT_ENROLLED
        )
        assert not await enrol.stop(office.storage, office.address, SAM)
        await office.join(SAM, await office.code())
        assert (
            await enrol.resume(office.storage, office.address, SAM, secrets.token_bytes)
            is Resumed.ACTIVE
        )
        assert await enrol.stop(office.storage, office.address, SAM)
        assert (
            await enrol.resume(office.storage, office.address, SAM, secrets.token_bytes)
            is Resumed.RESUMED
        )


async def test_amending_a_profile_needs_an_enrolment(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        amended = await enrol.amend_profile(
            office.storage, office.address, SAM, secrets.token_bytes, role_type=RoleType.STAFF
        )
        assert amended is False


async def test_forgetting_leaves_nothing_not_even_bytes(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        others = await office.joined(5)
        await office.join(SAM, await office.code())
        await office.turn()
        office.now = at(0, 17, 5)
        await office.send()
        assert await office.answers(SAM) is Answered.SEALED
        async with office.storage.read("look") as tx:
            from storage import enrolments

            known = await enrolments.by_lookup(tx, office.address.lookup(SAM))
        assert known is not None
        assert await enrol.forget(office.storage, office.address, SAM)
        assert not await enrol.forget(office.storage, office.address, SAM)
        path = Path(sqlite_database.removeprefix("sqlite+aiosqlite:///"))
        remains = b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))
        assert known.id not in remains
        assert known.lookup not in remains
        assert known.profile[:24] not in remains
        assert office.address.lookup(others[0]) in remains


@pytest.mark.whole_path
async def test_forgetting_takes_deliveries_and_marks_along(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.turn()
        office.now = at(0, 17, 5)
        await office.send()
        await office.answers(officer)
        assert await enrol.forget(office.storage, office.address, officer)
        for table in ("enrolment", "delivery", "participation"):
            assert await office.number(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_issuing_a_code_says_what_it_expected(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        with pytest.raises(NoSuchTeam, match="harbour-response"):
            await office.code("harbour")
        for uses in (0, -1):
            with pytest.raises(NotANumberOfUses):
                await office.code(uses=uses)
        assert await office.number("SELECT count(*) FROM enrolment_code") == 0
        assert await office.number("SELECT count(*) FROM audit WHERE act = 'issue code'") == 0


async def test_the_audit_trail_names_the_team_and_not_the_code(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        code = await office.code("control-room", 3)
        assert await office.number("SELECT count(*) FROM audit WHERE act = 'issue code'") == 1
        async with office.storage.read("look") as tx:
            rows = await tx.all(text("SELECT actor, subject, detail FROM audit"))
        assert ("test", "team control-room") in {(row.actor, row.subject) for row in rows}
        assert not any(code in row.detail + row.subject for row in rows)


def test_codes_are_long_plain_and_use_every_character_alike() -> None:
    codes = [new_team_code(secrets.token_bytes) for _ in range(2_000)]
    assert len(set(codes)) == 2_000
    letters = "".join(codes)
    assert set(letters) == set(ALPHABET)
    assert not set("01ILO") & set(letters)
    assert {len(code) for code in codes} == {LENGTH}
    # 800 of each are expected, give or take 28; this is seven times that.
    assert all(600 < letters.count(each) < 1_000 for each in ALPHABET)


async def test_stopping_does_not_make_room_for_invented_people(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        first = await office.joined(8, "dog-unit")
        for officer in first:
            await enrol.stop(office.storage, office.address, officer)
        another = await office.code("dog-unit")
        # If eight more could join now, the first eight could come back after them.
        assert await office.join(SAM, another) is CodeProblem.TEAM_FULL
