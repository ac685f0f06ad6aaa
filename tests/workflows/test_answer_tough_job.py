"""Questions after a tough job: who joined answers them once a round, and nothing else is kept."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.drafts import Draft
from bot.core.profiles import FollowUpAddress
from bot.core.programme import Programme
from bot.workflows import answer, enrol
from bot.workflows.answer import Answered, is_asked
from bot.workflows.catalogue import Catalogue
from bot.workflows.follow_up_kinds import KIND_OF
from bot.workflows.follow_up_lookups import lookup_for
from bot.workflows.held import everything_held
from storage import follow_up_marks, follow_ups
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind, FollowUpState
from storage.tables import follow_up_mark
from tests.workflows.office import Office, an_office
from tests.workflows.starting import round_of, starting
from tests.workflows.test_answer_self_started import COUNT, MARKS, STRANGER, leaves, opened

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

FOLLOW_UPS = "SELECT count(*) FROM follow_up"
FOLLOW_UP_MARKS = "SELECT count(*) FROM follow_up_mark"
FINE = (2, 2, 2)
THREE = FollowUpKind.TOUGH_JOB_3_DAYS
THREE_DAYS = "tough-job-3-days"


@pytest.fixture
def document() -> Programme:
    """A programme that asks after a tough job, and those who leave."""
    return starting("exit", *KIND_OF)


async def sent(
    office: Office, chat: int, kind: FollowUpKind = THREE, state: FollowUpState = FollowUpState.SENT
) -> None:
    """Note that a chat asked for a message, which was sent."""
    row = secrets.token_bytes(16)
    address = office.address.seal_address(
        FollowUpAddress(chat).to_bytes(), row, secrets.token_bytes(12)
    )
    lookup = lookup_for(office.address, chat, kind)
    async with office.storage.transaction("ask") as tx:
        await follow_ups.put(tx, FollowUp(row, lookup, address, kind, office.now, state))


async def copes(office: Office, chat: int, instrument: str = THREE_DAYS) -> Answered:
    """Seal a chat's answers after a tough job."""
    items = (await office.view(round_of(instrument))).instrument.items
    return await office.answers(chat, chosen=(2,) * len(items), round_id=round_of(instrument))


async def marks(office: Office) -> list[tuple[str, bytes]]:
    """Return every mark with its round."""
    async with office.storage.read("look") as tx:
        return [(row.round, row.mark) for row in await tx.all(select(follow_up_mark))]


# --- Once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument", KIND_OF)
@pytest.mark.at_once
async def test_a_message_that_was_asked_for_is_answered_once(
    database_url: str, tmp_path: Path, document: Programme, instrument: str
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1, "control-room")
        await sent(office, officer, KIND_OF[instrument])
        answered = await asyncio.gather(*(copes(office, officer, instrument) for _ in range(4)))
        assert answered.count(Answered.SEALED) == 1
        assert answered.count(Answered.ALREADY_SEALED) == 3
        assert await office.number(COUNT) == await office.number(FOLLOW_UP_MARKS) == 1
        # Nothing beside an enrolment says that somebody had a tough job.
        assert await office.number(MARKS) == await office.number(FOLLOW_UPS) == 0
        (response,) = await opened(office, instrument)
        assert response.team == "harbour-response"
        assert response.answers[0] == (0,)


async def test_asking_again_and_again_adds_no_second_answer_to_a_round(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        view = await office.view(round_of(THREE_DAYS))
        for expected in (Answered.SEALED, *[Answered.ALREADY_SEALED] * 3):
            await sent(office, officer)
            async with office.storage.read("look") as tx:
                asked = await is_asked(tx, office.address, officer, view)
            assert asked is (expected is Answered.SEALED)
            assert await copes(office, officer) is expected
        assert await office.number(COUNT) == await office.number(FOLLOW_UP_MARKS) == 1
        # The message is over all the same.
        assert await office.number(FOLLOW_UPS) == 0


async def test_each_round_has_a_mark_that_says_nothing_about_another(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        officers = await office.joined(2)
        for instrument, kind in KIND_OF.items():
            for officer in officers:
                await sent(office, officer, kind)
                assert await copes(office, officer, instrument) is Answered.SEALED
        found = await marks(office)
        assert len(found) == len({mark for _, mark in found}) == 2 * len(KIND_OF)
        async with office.storage.read("look") as tx:
            mark = office.address.follow_up_mark(round_of(THREE_DAYS), officers[0])
            assert await follow_up_marks.exists(tx, round_of(THREE_DAYS), mark)
            assert not await follow_up_marks.exists(tx, round_of("tough-job-28-days"), mark)


# --- Who ----------------------------------------------------------------------------------


async def test_who_never_joined_is_asked_nothing_and_can_answer_nothing(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        await sent(office, STRANGER)
        view = await office.view(round_of(THREE_DAYS))
        async with office.storage.read("look") as tx:
            assert not await is_asked(tx, office.address, STRANGER, view)
        assert await copes(office, STRANGER) is Answered.NOT_ASKED
        assert await office.number(COUNT) == await office.number(FOLLOW_UP_MARKS) == 0


@pytest.mark.parametrize("gone", ["stopped", "moved"])
async def test_who_stopped_or_is_in_no_team_of_the_round_can_answer_nothing(
    sqlite_database: str, tmp_path: Path, document: Programme, gone: str
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        if gone == "stopped":
            await enrol.stop(office.storage, office.address, officer)
        else:
            await office.change("UPDATE enrolment SET team = 'dissolved'")
        await sent(office, officer)
        assert await copes(office, officer) is Answered.NOT_ASKED
        assert await office.number(COUNT) == await office.number(FOLLOW_UP_MARKS) == 0


async def test_what_was_not_sent_yet_cannot_be_answered(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await sent(office, officer, state=FollowUpState.DUE)
        assert await copes(office, officer) is Answered.ANSWERED_OR_OVER
        assert await office.number(COUNT) == await office.number(FOLLOW_UP_MARKS) == 0
        assert await office.number(FOLLOW_UPS) == 1


async def test_one_message_answers_its_own_questions_alone(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await sent(office, officer)
        for instrument in [each for each in KIND_OF if each != THREE_DAYS]:
            assert await copes(office, officer, instrument) is Answered.ANSWERED_OR_OVER
        assert await leaves(office, STRANGER) is Answered.NOT_ASKED
        assert await copes(office, officer) is Answered.SEALED


async def test_a_failure_while_sealing_takes_nothing(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await sent(office, officer)
        view = await office.view(round_of(THREE_DAYS))
        draft = Draft(view.reference, 0, 0, 0, FINE, len(FINE))

        def out_of_randomness(_: int) -> bytes:
            raise RuntimeError("no randomness")

        with pytest.raises(RuntimeError, match="no randomness"):
            await answer.seal_answers(
                office.storage,
                office.address,
                officer,
                draft,
                view,
                office.clock,
                out_of_randomness,
            )
        assert await office.number(COUNT) == await office.number(FOLLOW_UP_MARKS) == 0
        assert await copes(office, officer) is Answered.SEALED


# --- Until the round closes, or everything is erased --------------------------------------


async def test_closing_clears_the_marks_of_that_round(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await sent(office, officer)
        assert await copes(office, officer) is Answered.SEALED
        await sent(office, officer)
        office.now += timedelta(weeks=12)
        # What is over cannot be answered, before the close and behind it.
        assert await copes(office, officer) is Answered.CLOSED
        await office.close()
        assert await copes(office, officer) is Answered.CLOSED
        assert await office.number(FOLLOW_UP_MARKS) == 0
        assert await office.number(COUNT) == await office.number(FOLLOW_UPS) == 1


async def test_what_is_held_names_the_mark_and_forgetting_erases_it(
    database_url: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(database_url, tmp_path, document=document) as office:
        await office.turn()
        (sam, kit) = await office.joined(2)
        for officer in (sam, kit):
            await sent(office, officer)
            assert await copes(office, officer) is Answered.SEALED
        views = [await office.view(round_of(instrument)) for instrument in KIND_OF]
        catalogue = Catalogue({view.reference: view for view in views}, office.programme, ())
        held = await everything_held(office.storage, office.address, catalogue, sam)
        assert [mark.title["en"] for mark in held.marks] == ["Tough-job-3-days"]
        assert await enrol.forget(office.storage, office.address, sam)
        held = await everything_held(office.storage, office.address, catalogue, sam)
        assert held.is_nothing
        # Another chat's mark stays.
        mark = office.address.follow_up_mark(round_of(THREE_DAYS), kit)
        assert await marks(office) == [(round_of(THREE_DAYS), mark)]


async def test_a_mark_alone_is_something_to_forget(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await sent(office, officer)
        assert await copes(office, officer) is Answered.SEALED
        # As when the bot was blocked: the enrolment is gone already.
        await office.change("DELETE FROM enrolment")
        catalogue = Catalogue({}, office.programme, ())
        held = await everything_held(office.storage, office.address, catalogue, officer)
        assert not held.is_nothing
        assert await enrol.forget(office.storage, office.address, officer)
        assert await office.number(FOLLOW_UP_MARKS) == 0
        assert not await enrol.forget(office.storage, office.address, officer)


async def test_after_erasing_everything_a_new_message_can_be_answered_again(
    sqlite_database: str, tmp_path: Path, document: Programme
) -> None:
    # What docs/threat-model.md says is left open: nothing is kept that could tell.
    async with an_office(sqlite_database, tmp_path, document=document) as office:
        await office.turn()
        (officer,) = await office.joined(1)
        await sent(office, officer)
        assert await copes(office, officer) is Answered.SEALED
        assert await enrol.forget(office.storage, office.address, officer)
        await sent(office, officer)
        assert await copes(office, officer) is Answered.NOT_ASKED
        assert await office.join(officer, await office.code()) is True
        assert await copes(office, officer) is Answered.SEALED
