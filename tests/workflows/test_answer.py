"""Answering: what is sealed counts once, and everything else is refused with its reason."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.profiles import Profile
from bot.core.responses import LengthOfService, Response, RoleType, decode
from bot.sealing.errors import CannotOpenProfile
from bot.sealing.unseal import Unsealer
from bot.workflows import closing, enrol
from bot.workflows.answer import Answered
from storage import enrolments
from storage.tables import sealed_response
from tests.workflows.office import ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

COUNT = "SELECT count(*) FROM sealed_response"
MARKS = "SELECT count(*) FROM participation"


async def asked(office: Office, count: int = 1) -> list[int]:
    """Return officers who were invited to the first prompt."""
    officers = await office.joined(count)
    await office.turn()
    office.now = at(0, 17, 5)
    await office.send()
    return officers


async def says(office: Office, officer: int, role: RoleType, service: LengthOfService) -> None:
    """Let an officer answer the two optional questions."""
    amended = await enrol.amend_profile(
        office.storage,
        office.address,
        officer,
        secrets.token_bytes,
        role_type=role,
        service=service,
    )
    assert amended


async def opened(office: Office) -> list[Response]:
    """Return every sealed response, opened with the round's key."""
    view = await office.view()
    unsealer = Unsealer(office.opening.get(view.row.sealing_key), ROUND)
    async with office.storage.read("look") as tx:
        rows = await tx.all(select(sealed_response))
    return [decode(unsealer.unseal(row.ciphertext), view.instrument) for row in rows]


async def test_what_is_sealed_opens_with_the_rounds_key_to_what_was_answered(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        assert await office.answers(officer, chosen=(2, 1, 4, 1, 7)) is Answered.SEALED
        (response,) = await opened(office)
        assert response.answers == ((0,), (), (2,), (), (5,))
        assert response.team == "harbour-response"
        assert response.role_type is RoleType.NOT_SAID
        assert response.service is LengthOfService.NOT_SAID


async def test_the_only_special_constable_of_a_team_is_not_known_by_it(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        sam, *others = await asked(office, 5)
        # Alike, but elsewhere or gone: they hide nobody in this team.
        elsewhere = await office.joined(3, "control-room")
        for officer in (sam, *others[:2], *elsewhere):
            await says(office, officer, RoleType.SPECIAL, LengthOfService.FROM_20)
        for officer in others[2:]:
            await says(office, officer, RoleType.OFFICER, LengthOfService.UNDER_1)
        for officer in others[:2]:
            await enrol.stop(office.storage, office.address, officer)
        assert await office.answers(sam) is Answered.SEALED
        (response,) = await opened(office)
        assert response.role_type is RoleType.NOT_SAID
        assert response.service is LengthOfService.NOT_SAID


async def test_what_three_of_a_team_share_travels_with_their_answers(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        alike = await asked(office, 3)
        for officer in alike:
            await says(office, officer, RoleType.SPECIAL, LengthOfService.FROM_5_TO_9)
        for officer in alike:
            assert await office.answers(officer) is Answered.SEALED
        responses = await opened(office)
        assert [(each.role_type, each.service) for each in responses] == [
            (RoleType.SPECIAL, LengthOfService.FROM_5_TO_9)
        ] * 3


async def test_a_role_travels_without_the_length_of_service_that_is_rare(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        officers = await asked(office, 3)
        for officer, service in zip(officers, list(LengthOfService)[1:4], strict=True):
            await says(office, officer, RoleType.STAFF, service)
        assert await office.answers(officers[0]) is Answered.SEALED
        (response,) = await opened(office)
        assert response.role_type is RoleType.STAFF
        assert response.service is LengthOfService.NOT_SAID


async def test_a_colleagues_damaged_profile_keeps_nobody_from_answering(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        *alike, damaged = await asked(office, 3)
        for officer in (*alike, damaged):
            await says(office, officer, RoleType.STAFF, LengthOfService.FROM_20)
        async with office.storage.transaction("damage") as tx:
            known = await enrolments.by_lookup(tx, office.address.lookup(damaged))
            assert known is not None
            await enrolments.update_profile(tx, known.id, bytes(len(known.profile)))
        assert await office.answers(alike[0]) is Answered.SEALED
        # It is not counted: two alike are too few.
        (response,) = await opened(office)
        assert response.role_type is RoleType.NOT_SAID


@pytest.mark.at_once
async def test_from_two_devices_at_once_one_answer_counts(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        answered = await asyncio.gather(*(office.answers(officer) for _ in range(6)))
        assert answered.count(Answered.SEALED) == 1
        assert answered.count(Answered.ALREADY_SEALED) == 5
        assert await office.number(COUNT) == await office.number(MARKS) == 1


async def test_each_prompt_is_answered_for_itself_and_only_while_it_is_open(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        assert await office.answers(officer, prompt=1) is Answered.CLOSED
        office.now = at(7, 0)
        assert await office.answers(officer, prompt=0) is Answered.CLOSED
        # Its day has come, but nobody was asked yet.
        assert await office.answers(officer, prompt=1) is Answered.NOT_ASKED
        await office.turn()
        assert await office.answers(officer, prompt=1) is Answered.SEALED
        assert await office.answers(officer, prompt=7) is Answered.CLOSED


async def test_after_the_close_nothing_is_sealed(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        await closing.close_now(office.storage, ROUND, office.clock, "admin")
        assert await office.answers(officer) is Answered.CLOSED
        assert await office.number(COUNT) == 0


@pytest.mark.at_once
async def test_sealing_while_the_round_closes_is_in_or_out(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await asked(office, 12)
        view = await office.view()
        *answered, _ = await asyncio.gather(
            *(office.answers(officer) for officer in officers),
            closing.close_now(office.storage, ROUND, office.clock, "admin"),
        )
        assert view.id == ROUND
        assert set(answered) <= {Answered.SEALED, Answered.CLOSED}
        assert await office.number(COUNT) == answered.count(Answered.SEALED)
        assert await office.number(MARKS) == 0


async def test_strangers_the_stopped_and_the_uninvited_are_not_asked(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        (late,) = await office.joined(1)
        assert await office.answers(late) is Answered.NOT_ASKED
        assert await office.answers(1) is Answered.NOT_ASKED
        await enrol.stop(office.storage, office.address, officer)
        assert await office.answers(officer) is Answered.NOT_ASKED
        await enrol.resume(office.storage, office.address, officer, secrets.token_bytes)
        assert await office.answers(officer) is Answered.SEALED


async def test_erasing_everything_and_joining_again_gives_no_second_vote(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        assert await office.answers(officer) is Answered.SEALED
        assert await enrol.forget(office.storage, office.address, officer)
        assert await office.join(officer, await office.code()) is True
        await office.turn()
        await office.send()
        assert await office.answers(officer) is Answered.NOT_ASKED
        # What was sealed stays: nobody could say which it is.
        assert await office.number(COUNT) == 1
        # From the next prompt on they take part as anybody does.
        office.now = at(7, 9)
        await office.turn()
        assert await office.answers(officer, prompt=1) is Answered.SEALED


async def test_a_failure_in_the_middle_seals_nothing_and_marks_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officer, other = await asked(office, 2)
        lookup = office.address.lookup(officer)
        async with office.storage.transaction("tamper") as tx:
            known = await enrolments.by_lookup(tx, lookup)
            stranger = await enrolments.by_lookup(tx, office.address.lookup(other))
            assert known is not None
            assert stranger is not None
            # A profile copied from another row does not open here.
            await enrolments.update_profile(tx, known.id, stranger.profile)
        with pytest.raises(CannotOpenProfile):
            await office.answers(officer)
        assert await office.number(COUNT) == await office.number(MARKS) == 0
        sealed = office.address.seal_profile(
            Profile(officer).to_bytes(), known.id, secrets.token_bytes(12)
        )
        async with office.storage.transaction("mend") as tx:
            await enrolments.update_profile(tx, known.id, sealed)
        assert await office.answers(officer) is Answered.SEALED


async def test_a_confirmed_answer_survives_its_process(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        assert await office.answers(officer) is Answered.SEALED
    async with an_office(database_url, tmp_path, at(0, 19)) as office:
        assert await office.number(COUNT) == 1
        office.now += timedelta(minutes=5)
        assert await office.answers(officer) is Answered.ALREADY_SEALED
