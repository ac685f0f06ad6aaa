"""Check-ins that nobody is sent: who may answer, once, and what of them travels."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.drafts import Draft
from bot.core.profiles import FollowUpAddress
from bot.core.programme import Programme
from bot.core.reporting_units import nobodys_own
from bot.core.responses import LengthOfService, Response, RoleType, decode
from bot.sealing.unseal import Unsealer
from bot.workflows import answer, enrol
from bot.workflows.answer import Answered
from bot.workflows.follow_up_kinds import KIND_OF
from storage import follow_ups
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind, FollowUpState
from storage.tables import sealed_response
from tests.workflows.office import Office, an_office
from tests.workflows.starting import round_of, starting

COUNT = "SELECT count(*) FROM sealed_response"
MARKS = "SELECT count(*) FROM participation"
FOLLOW_UPS = "SELECT count(*) FROM follow_up"
STRANGER = 7_900_000_001
LEAVES = (2 + 2 * 0b11 + 1, 2, 3)
"""Two reasons, then "Yes" and "Maybe"."""

FINE = (2, 2, 2)
THREE = FollowUpKind.TOUGH_JOB_3_DAYS
THREE_DAYS = "tough-job-3-days"


async def follow_up_sent(
    office: Office, chat: int, kind: FollowUpKind = THREE, state: FollowUpState = FollowUpState.SENT
) -> None:
    """Note that a chat asked for a message, which was sent."""
    row = secrets.token_bytes(16)
    address = office.address.seal_address(
        FollowUpAddress(chat).to_bytes(), row, secrets.token_bytes(12)
    )
    lookup = office.address.follow_up_lookup(chat)
    async with office.storage.transaction("ask") as tx:
        await follow_ups.put(tx, FollowUp(row, lookup, address, kind, office.now, state))


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


async def copes(office: Office, chat: int, instrument: str = THREE_DAYS) -> Answered:
    """Seal a chat's answers after a tough job."""
    items = (await office.view(round_of(instrument))).instrument.items
    return await office.answers(chat, chosen=(2,) * len(items), round_id=round_of(instrument))


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
        assert await office.number(COUNT) == await office.number(MARKS) == 1


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


# --- After a tough job --------------------------------------------------------------------


@pytest.mark.parametrize("instrument", KIND_OF)
async def test_a_message_that_was_asked_for_is_answered_once_without_joining(
    database_url: str, tmp_path: Path, document: Programme, instrument: str
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        await follow_up_sent(office, STRANGER, KIND_OF[instrument])
        answered = await asyncio.gather(*(copes(office, STRANGER, instrument) for _ in range(4)))
        assert answered.count(Answered.SEALED) == 1
        assert answered.count(Answered.ANSWERED_OR_OVER) == 3
        assert await office.number(COUNT) == 1
        # Nothing on the people's side says that somebody had a tough job.
        assert await office.number(MARKS) == await office.number(FOLLOW_UPS) == 0
        (response,) = await opened(office, instrument)
        assert response.team == "harbour-response"
        assert response.answers[0] == (0,)


async def test_the_answer_of_somebody_who_joined_leaves_no_mark_either(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1, "control-room")
        await follow_up_sent(office, officer)
        assert await copes(office, officer) is Answered.SEALED
        assert await office.number(MARKS) == 0
        (response,) = await opened(office, THREE_DAYS)
        assert response.team == "harbour-response"


async def test_what_was_not_sent_yet_cannot_be_answered(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        await follow_up_sent(office, STRANGER, state=FollowUpState.DUE)
        assert await copes(office, STRANGER) is Answered.ANSWERED_OR_OVER
        assert await office.number(COUNT) == 0
        assert await office.number(FOLLOW_UPS) == 1


async def test_one_message_answers_its_own_questions_alone(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        await follow_up_sent(office, STRANGER)
        for instrument in [each for each in KIND_OF if each != THREE_DAYS]:
            assert await copes(office, STRANGER, instrument) is Answered.ANSWERED_OR_OVER
        assert await leaves(office, STRANGER) is Answered.NOT_ASKED
        assert await copes(office, STRANGER) is Answered.SEALED


async def test_after_the_close_the_message_stays_and_nothing_is_sealed(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        await follow_up_sent(office, STRANGER)
        office.now += timedelta(days=400)
        assert await copes(office, STRANGER) is Answered.CLOSED
        assert await office.number(COUNT) == 0
        assert await office.number(FOLLOW_UPS) == 1


async def test_a_failure_while_sealing_takes_nothing(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        await follow_up_sent(office, STRANGER)
        view = await office.view(round_of(THREE_DAYS))
        draft = Draft(view.reference, 0, 0, 0, FINE, len(FINE))

        def out_of_randomness(_: int) -> bytes:
            raise RuntimeError("no randomness")

        with pytest.raises(RuntimeError, match="no randomness"):
            await answer.seal_answers(
                office.storage,
                office.address,
                STRANGER,
                draft,
                view,
                office.clock,
                out_of_randomness,
            )
        assert await office.number(COUNT) == 0
        assert await copes(office, STRANGER) is Answered.SEALED


# --- Taps ---------------------------------------------------------------------------------


async def test_taps_are_never_sealed_from_a_draft(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        taps = round_of("support-taps")
        assert await office.answers(officer, chosen=(2,), round_id=taps) is Answered.NOT_ASKED
        assert await office.number(COUNT) == await office.number(MARKS) == 0
