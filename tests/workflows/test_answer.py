"""Answering: what is sealed counts once, and everything else is refused with its reason."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.profiles import Profile
from bot.core.responses import LengthOfService, RoleType, decode
from bot.sealing.errors import CannotOpenProfile
from bot.sealing.unseal import Unsealer
from bot.workflows import closing, enrol
from bot.workflows.answer import Answered
from storage.tables import sealed_response
from tests.workflows.office import ROUND, Office, an_office, at

COUNT = "SELECT count(*) FROM sealed_response"
MARKS = "SELECT count(*) FROM participation"


async def asked(office: Office, count: int = 1) -> list[int]:
    """Return officers who were invited to the first prompt."""
    officers = await office.joined(count)
    await office.turn()
    office.now = at(0, 17, 5)
    await office.send()
    return officers


async def test_what_is_sealed_opens_with_the_rounds_key_to_what_was_answered(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await asked(office)
        await enrol.amend_profile(
            office.storage,
            office.address,
            officer,
            secrets.token_bytes,
            role_type=RoleType.SPECIAL,
            service=LengthOfService.FROM_5_TO_9,
        )
        assert await office.answers(officer, chosen=(2, 1, 4, 1, 7)) is Answered.SEALED
        view = await office.view()
        async with office.storage.read("look") as tx:
            (row,) = await tx.all(select(sealed_response))
        key = office.opening.get(view.row.sealing_key)
        response = decode(Unsealer(key, ROUND).unseal(row.ciphertext), view.instrument)
        assert response.answers == ((0,), (), (2,), (), (5,))
        assert response.team == "harbour-response"
        assert response.role_type is RoleType.SPECIAL
        assert response.service is LengthOfService.FROM_5_TO_9


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
        await closing.close_now(office.storage, ROUND, office.clock, secrets.token_bytes, "admin")
        assert await office.answers(officer) is Answered.CLOSED
        assert await office.number(COUNT) == 0


async def test_sealing_while_the_round_closes_is_in_or_out(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await asked(office, 12)
        view = await office.view()
        *answered, _ = await asyncio.gather(
            *(office.answers(officer) for officer in officers),
            closing.close_now(office.storage, ROUND, office.clock, secrets.token_bytes, "admin"),
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
        await enrol.resume(office.storage, office.address, officer)
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
            from storage import enrolments

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
