"""Check-ins that nobody is sent: who may answer, once, and what of them travels."""

import asyncio
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.programme import Programme
from bot.core.reporting_units import nobodys_own
from bot.core.responses import LengthOfService, Response, RoleType, decode
from bot.sealing.unseal import Unsealer
from bot.workflows import enrol
from bot.workflows.answer import Answered
from bot.workflows.catalogue import Catalogue
from bot.workflows.closing import close_now
from bot.workflows.follow_up_kinds import KIND_OF
from bot.workflows.held import everything_held
from storage.tables import enrolment, follow_up_mark, sealed_response
from tests.workflows.office import Office, an_office
from tests.workflows.starting import round_of, starting

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

COUNT = "SELECT count(*) FROM sealed_response"
OWN_MARKS = "SELECT count(*) FROM follow_up_mark"
MARKS = "SELECT count(*) FROM participation"
STRANGER = 7_900_000_001
LEAVES = (2 + 2 * 0b11 + 1, 2, 3)
"""Two reasons, then "Yes" and "Maybe"."""


async def opened(office: Office, instrument: str) -> list[Response]:
    """Return every sealed response of a round, opened with its key."""
    view = await office.view(round_of(instrument))
    unsealer = Unsealer(office.opening.get(view.row.sealing_key), view.id)
    async with office.storage.read("look") as tx:
        rows = await tx.all(select(sealed_response).where(sealed_response.c.round == view.id))
    return [decode(unsealer.unseal(row.ciphertext), view.instrument) for row in rows]


async def leaves(office: Office, officer: int) -> Answered:
    """Seal an officer's answers about leaving."""
    return await office.answers(officer, chosen=LEAVES, round_id=round_of("exit"))


@pytest.fixture
def document() -> Programme:
    """A programme with everything an officer can start."""
    return starting("exit", "support-taps", *KIND_OF)


# --- Leaving ------------------------------------------------------------------------------


async def test_who_has_joined_says_once_a_round_why_they_leave(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        assert await leaves(office, officer) is Answered.SEALED
        assert await leaves(office, officer) is Answered.ALREADY_SEALED
        assert await office.number(COUNT) == await office.number(OWN_MARKS) == 1


async def test_nothing_beside_a_team_tells_who_says_why_they_leave(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        async with office.storage.read("before") as tx:
            before = await tx.all(select(enrolment))
        assert await leaves(office, officer) is Answered.SEALED
        assert await office.number(MARKS) == 0
        async with office.storage.read("after") as tx:
            assert await tx.all(select(enrolment)) == before
            (mark,) = await tx.all(select(follow_up_mark))
        assert (mark.round, mark.mark) == (
            round_of("exit"),
            office.address.follow_up_mark(round_of("exit"), officer),
        )


async def test_the_mark_is_shown_and_forgetting_erases_it(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        officer, other = await office.joined(2)
        for each in (officer, other):
            assert await leaves(office, each) is Answered.SEALED
        view = await office.view(round_of("exit"))
        catalogue = Catalogue({view.reference: view}, office.programme, ())
        held = await everything_held(office.storage, office.address, catalogue, officer)
        assert [mark.title for mark in held.marks] == [view.check_in.title]
        assert not any(prompt.took_part for prompt in held.prompts)
        assert await enrol.forget(office.storage, office.address, officer)
        assert await office.number(OWN_MARKS) == 1
        await close_now(office.storage, view.id, office.clock, "test")
        assert await office.number(OWN_MARKS) == 0


@pytest.mark.at_once
async def test_answering_and_erasing_at_once_leave_no_mark_without_an_enrolment(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        for officer in await office.joined(6):
            await asyncio.gather(
                leaves(office, officer),
                enrol.forget(office.storage, office.address, officer),
            )
            assert await office.number(OWN_MARKS) == 0


@pytest.mark.at_once
async def test_from_two_devices_at_once_one_exit_counts(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        answered = await asyncio.gather(*(leaves(office, officer) for _ in range(6)))
        assert answered.count(Answered.SEALED) == 1
        assert answered.count(Answered.ALREADY_SEALED) == 5
        assert await office.number(COUNT) == 1


async def test_who_wants_no_messages_can_still_say_why_they_leave(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await enrol.stop(office.storage, office.address, officer)
        assert await leaves(office, officer) is Answered.SEALED


async def test_strangers_are_not_asked_why_they_leave(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        assert await leaves(office, STRANGER) is Answered.NOT_ASKED
        assert await office.number(COUNT) == 0


async def test_no_team_role_or_service_travels_where_the_force_alone_is_reported(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        alike = await office.joined(4, "control-room")
        for officer in alike:
            assert await enrol.amend_profile(
                office.storage,
                office.address,
                officer,
                secrets.token_bytes,
                role_type=RoleType.SPECIAL,
                service=LengthOfService.FROM_20,
            )
            assert await leaves(office, officer) is Answered.SEALED
        responses = await opened(office, "exit")
        units = (await office.view(round_of("exit"))).units
        # The first team of the programme, and nobody of these is in it.
        assert {each.team for each in responses} == {nobodys_own(units)} == {"harbour-response"}
        assert {each.role_type for each in responses} == {RoleType.NOT_SAID}
        assert {each.service for each in responses} == {LengthOfService.NOT_SAID}


async def test_an_open_round_that_invites_nobody_writes_to_nobody(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.joined(3)
        await office.turn()
        rounds_asking = await office.number("SELECT count(DISTINCT round) FROM delivery")
        assert rounds_asking == 1
        assert await office.number("SELECT count(*) FROM delivery") == 3


# --- Taps ---------------------------------------------------------------------------------


async def test_taps_are_never_sealed_from_a_draft(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        taps = round_of("support-taps")
        assert await office.answers(officer, chosen=(2,), round_id=taps) is Answered.NOT_ASKED
        assert await office.number(COUNT) == await office.number(OWN_MARKS) == 0
