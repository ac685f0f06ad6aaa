"""Steering rounds: a pause writes to nobody and takes answers; what is over is not moved."""

import json
import secrets
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.errands import Kind
from bot.core.extensions import NothingToAdd, NotItsLastDay, StartedByOfficers, TooSoonToClose
from bot.core.programme import Programme
from bot.core.rounds import NoSuchRound, RoundNotReady, RoundState
from bot.workflows import closing, first_check_in, programme, steering
from bot.workflows.answer import Answered
from bot.workflows.errands import Errand
from storage import audit, deliveries, releases, rounds
from tests.programmes import pulse_alone, the_example
from tests.workflows.office import ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

STEP = timedelta(hours=3)
QUARTERLY = "pulse-2026-12-07"


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(database_url, tmp_path) as opened:
        yield opened


def quarterly() -> Programme:
    """The pulse alone, asked once a quarter."""
    document = pulse_alone().model_dump(mode="json")
    document["check_ins"][0] |= {
        "id": "pulse",
        "recurrence": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=7",
        "starts_on": "2026-12-07",
        "prompts_per_round": 1,
    }
    return Programme.model_validate_json(json.dumps(document))


@pytest.fixture
async def quarter(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(database_url, tmp_path, document=quarterly()) as opened:
        yield opened


async def acts(office: Office) -> list[tuple[str, str, str, str]]:
    async with office.storage.read("look") as tx:
        entries = [record.entry for record in await audit.all(tx)]
    return [(each.actor, each.act, each.subject, each.detail) for each in entries]


async def pause(office: Office, round_id: str = ROUND) -> None:
    await steering.pause(office.storage, round_id, office.clock, "admin")


async def resume(office: Office, round_id: str = ROUND) -> None:
    await steering.resume(office.storage, round_id, office.clock, "admin")


async def extend(office: Office, last_day: date, round_id: str = QUARTERLY) -> None:
    await steering.extend(office.storage, round_id, last_day, office.clock, "admin")


async def close_early(office: Office, round_id: str = ROUND) -> None:
    await steering.close_early(office.storage, round_id, office.clock, "admin")


# --- Pauses ---------------------------------------------------------------------------------


async def test_while_a_round_is_paused_nothing_goes_out_and_answers_are_taken(
    office: Office,
) -> None:
    first, second = await office.joined(2)
    await office.passes(at(0, 19), STEP)
    assert {who for _, who, _, _ in office.outbox.sent} == {first, second}
    await pause(office)
    # A reminder to both, and two prompts more, would come within these days.
    await office.passes(at(15, 0), STEP)
    assert len(office.outbox.sent) == 2
    async with office.storage.read("look") as tx:
        # Nobody is told that messages are late, either.
        assert await deliveries.number_due(tx, office.now) == 0
    office.now = at(6, 12)
    assert await office.answers(first) is Answered.SEALED


async def test_an_invitation_that_waits_in_a_pause_comes_when_it_is_over(office: Office) -> None:
    await office.joined(1)
    office.now = at(0, 9)
    await office.turn()
    await pause(office)
    await office.passes(at(3, 8), STEP)
    assert office.outbox.sent == []
    await resume(office)
    await office.passes(at(4, 0), STEP)
    ((moment, _, prompt, reminder),) = office.outbox.sent
    assert (moment.date(), prompt, reminder) == (at(3, 0).date(), 0, False)


async def test_of_the_prompts_missed_in_a_pause_the_newest_is_asked(office: Office) -> None:
    await office.joined(1)
    office.now = at(0, 9)
    await office.turn()
    await pause(office)
    await office.passes(at(15, 8), STEP)
    await resume(office)
    await office.passes(at(16, 22), STEP)
    assert [prompt for _, _, prompt, _ in office.outbox.sent] == [2]


async def test_who_joins_in_a_pause_is_not_asked_and_who_was_asked_still_may_answer(
    office: Office,
) -> None:
    (asked,) = await office.joined(1)
    await office.passes(at(0, 19), STEP)
    await pause(office)
    (late,) = await office.joined(1)

    async def offered(officer: int) -> bool:
        found = await first_check_in.offer_open_prompt(
            office.storage,
            office.address,
            officer,
            [await office.view()],
            office.clock,
            secrets.token_bytes,
        )
        return found is not None

    assert not await offered(late)
    assert await offered(asked)
    await resume(office)
    assert await offered(late)


async def test_a_paused_round_closes_in_its_time_and_counts_for_nobody_as_ignored(
    office: Office,
) -> None:
    (officer,) = await office.joined(1)
    await office.passes(at(0, 19), STEP)
    assert len(office.outbox.sent) == 1
    await pause(office)
    office.now = at(28, 0)
    assert await office.close() == [ROUND]
    profile = await office.profile(officer)
    assert profile is not None
    assert profile.ignored == 0


async def test_a_pause_begins_and_ends_once_and_both_are_in_the_trail(office: Office) -> None:
    await office.turn()
    with pytest.raises(RoundNotReady, match="takes answers: expected one that can go on"):
        await resume(office)
    await pause(office)
    with pytest.raises(RoundNotReady, match="is paused: it takes answers, and writes to nobody"):
        await pause(office)
    await resume(office)
    assert (await acts(office))[-2:] == [
        ("admin", "pause round", f"round {ROUND}", ""),
        ("admin", "resume round", f"round {ROUND}", ""),
    ]


async def test_what_nobody_is_invited_to_is_neither_paused_nor_extended(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, document=the_example()) as office:
        await office.fill_pool()
        await office.turn()
        leaving = next(each for each in office.programme.check_ins if not each.invites)
        round_id = f"{leaving.id}-"
        async with office.storage.read("look") as tx:
            (row,) = [each for each in await rounds.all(tx) if each.id.startswith(round_id)]
        with pytest.raises(StartedByOfficers, match="cannot be paused"):
            await pause(office, row.id)
        with pytest.raises(StartedByOfficers, match="cannot be extended"):
            await extend(office, at(40, 0).date(), row.id)


# --- Extensions -----------------------------------------------------------------------------


async def test_an_extended_round_takes_answers_for_longer_and_sends_nothing_for_it(
    quarter: Office,
) -> None:
    early, late = await quarter.joined(2)
    await quarter.passes(at(0, 20), STEP)
    await extend(quarter, at(10, 0).date())
    await quarter.passes(at(9, 12), STEP)
    # The one reminder comes when it would have come.
    assert max(moment for moment, *_ in quarter.outbox.sent) < at(4, 0)
    assert await quarter.answers(early, round_id=QUARTERLY) is Answered.SEALED
    quarter.now = at(11, 0) - timedelta(seconds=1)
    assert await quarter.answers(late, round_id=QUARTERLY) is Answered.SEALED
    assert await quarter.close() == []
    quarter.now = at(11, 0)
    assert await quarter.close() == [QUARTERLY]
    assert ("admin", "extend round", f"round {QUARTERLY}") in [
        entry[:3] for entry in await acts(quarter)
    ]
    assert (await acts(quarter))[-2][3] == "closes on 2026-12-18, not 2026-12-14"


async def test_no_round_is_extended_beyond_twice_the_life_of_its_message(quarter: Office) -> None:
    await quarter.turn()
    with pytest.raises(NotItsLastDay, match="and 2026-12-20: got 2026-12-21"):
        await extend(quarter, at(14, 0).date())
    await extend(quarter, at(8, 0).date())
    with pytest.raises(NotItsLastDay, match="between 2026-12-16 and 2026-12-20: got"):
        await extend(quarter, at(8, 0).date())
    await extend(quarter, at(13, 0).date())
    with pytest.raises(NothingToAdd, match="14 days at most"):
        await extend(quarter, at(14, 0).date())


async def test_the_pulse_of_every_week_has_no_day_to_add(office: Office) -> None:
    await office.turn()
    with pytest.raises(NothingToAdd, match="the next round opens on 2027-01-04"):
        await extend(office, at(29, 0).date(), ROUND)


async def test_a_newer_programme_bounds_an_extension_too(quarter: Office) -> None:
    await quarter.turn()
    document = quarterly().model_dump(mode="json")
    document["check_ins"][0] |= {
        "starts_on": "2027-01-08",
        "recurrence": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=8",
    }
    newer = Programme.model_validate_json(json.dumps(document))
    await programme.load(quarter.storage, newer, "test", "test", quarter.clock)
    with pytest.raises(NotItsLastDay, match="between 2026-12-14 and 2026-12-17: got"):
        await extend(quarter, at(11, 0).date())


async def test_rounds_that_a_new_schedule_leaves_out_bound_nothing(quarter: Office) -> None:
    await quarter.turn()
    document = quarterly().model_dump(mode="json")
    # Its rounds open beside the one that is open: the first behind it is months away.
    document["check_ins"][0] |= {
        "starts_on": "2026-12-09",
        "recurrence": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=9",
    }
    newer = Programme.model_validate_json(json.dumps(document))
    await programme.load(quarter.storage, newer, "test", "test", quarter.clock)
    await extend(quarter, at(13, 0).date())


async def test_what_is_over_is_not_moved(quarter: Office) -> None:
    await quarter.turn()
    quarter.now = at(7, 0)
    # Its time is over, and nobody has closed it yet.
    for act in (
        extend(quarter, at(8, 0).date()),
        pause(quarter, QUARTERLY),
    ):
        with pytest.raises(RoundNotReady, match="takes no more answers"):
            await act
    await quarter.turn()
    with pytest.raises(RoundNotReady, match="takes no more answers"):
        await extend(quarter, at(8, 0).date())
    with pytest.raises(NoSuchRound):
        await extend(quarter, at(8, 0).date(), "pulse-1")


# --- Closing early ----------------------------------------------------------------------------


async def test_nobody_closes_a_round_in_the_hour_of_somebody_s_answer(office: Office) -> None:
    await office.turn()
    for day, first in ((0, "2026-12-10"), (2, "2026-12-10"), (8, "2026-12-17")):
        office.now = at(day, 12)
        with pytest.raises(TooSoonToClose, match=f"cannot be closed before {first}"):
            await close_early(office)
    office.now = at(10, 0)
    await close_early(office)
    assert (await office.view()).row.state is RoundState.CLOSED
    with pytest.raises(RoundNotReady):
        await close_early(office)
    with pytest.raises(NoSuchRound):
        await close_early(office, "pulse-1")


async def test_a_pause_does_not_shorten_the_time_to_an_early_close(office: Office) -> None:
    await office.turn()
    await pause(office)
    with pytest.raises(TooSoonToClose):
        await close_early(office)
    office.now = at(3, 0)
    await close_early(office)


async def test_too_few_answers_to_a_round_closed_early_show_nothing(office: Office) -> None:
    officers = await office.joined(9)
    await office.passes(at(0, 21), STEP)
    for officer in officers:
        await office.answers(officer)
    office.now = at(3, 0)
    await close_early(office)
    assert await office.count() == [ROUND]
    async with office.storage.read("look") as tx:
        (release,) = await releases.all(tx)
    assert b'"shown":true' not in release.content.replace(b" ", b"")
    # Once and for all: the same round never opens again, with other people in it.
    office.now = at(4, 0)
    await office.turn()
    assert await office.count() == []
    assert await office.answers(officers[0]) is Answered.CLOSED


# --- Errands ----------------------------------------------------------------------------------


async def test_every_errand_about_rounds_is_done_and_says_so(quarter: Office) -> None:
    handlers = steering.handlers(quarter.storage, quarter.instruments, quarter.clock)

    async def do(kind: Kind, subject: str = QUARTERLY, **detail: str) -> str:
        return await handlers[kind](Errand(1, kind, subject, detail, "admin Kestrel", quarter.now))

    assert "is open" in await do(Kind.OPEN_ROUND, "pulse")
    assert "is paused" in await do(Kind.PAUSE_ROUND)
    assert "goes on" in await do(Kind.RESUME_ROUND)
    said = await do(Kind.EXTEND_ROUND, **{"last day": "2026-12-15"})
    assert "until the end of 2026-12-15" in said
    for text in ("", "soon", "15/12/2026"):
        with pytest.raises(steering.NotADay):
            await do(Kind.EXTEND_ROUND, **{"last day": text})
    quarter.now = at(3, 0)
    assert "is closed" in await do(Kind.CLOSE_ROUND)
    assert {entry[0] for entry in (await acts(quarter))[-5:]} == {"admin Kestrel"}
    assert {kind for kind in Kind if kind.value.endswith("round")} == handlers.keys()


async def test_closing_at_once_is_for_the_server_and_the_trail_says_so(office: Office) -> None:
    await office.turn()
    await closing.close_now(office.storage, ROUND, office.clock, "operator", "at once")
    assert (await acts(office))[-1] == ("operator", "close round", f"round {ROUND}", "at once")
