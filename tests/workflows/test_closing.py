"""Closing counts who left a round unanswered, and after four of them asks once, then is silent."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.profiles import Profile
from bot.workflows import closing, enrol
from bot.workflows.closing import after_a_round
from bot.workflows.invite import Sent, TryLater
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

STEP = timedelta(hours=3)


async def ignored(office: Office, officers: list[int]) -> list[int]:
    """Return how many rounds in a row each left unanswered."""
    profiles = [await office.profile(officer) for officer in officers]
    return [profile.ignored for profile in profiles if profile is not None]


async def test_a_round_without_an_answer_counts_and_one_answer_begins_anew(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(3)
        await office.sets(officers[0], ignored=2)
        await office.sets(officers[1], ignored=2)
        await office.passes(at(0, 19), STEP)
        await office.answers(officers[1])
        await office.passes(at(28, 0), STEP)
        assert await ignored(office, officers) == [3, 0, 1]


async def test_who_was_not_written_to_has_ignored_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        paused, stopped, unreached = await office.joined(3)
        await office.sets(paused, paused_until=at(40, 0).date())
        await enrol.stop(office.storage, office.address, stopped)
        office.outbox.says[unreached] = TryLater()
        await office.passes(at(28, 0), STEP)
        assert await ignored(office, [paused, stopped, unreached]) == [0, 0, 0]


async def test_a_round_closed_by_hand_counts_for_nobody(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(2)
        await office.passes(at(1, 0), STEP)
        assert len(office.outbox.sent) == 2
        await closing.close_now(office.storage, ROUND, office.clock, "admin")
        assert await ignored(office, officers) == [0, 0]


@pytest.mark.at_once
async def test_killed_while_it_is_counted_a_round_counts_once_for_everybody(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(7)
        await office.passes(at(0, 19), STEP)
        await office.answers(officers[0])
        monkeypatch.setattr(closing, "AT_ONCE", 3)
        office.now = at(28, 0)
        with pytest.raises(RuntimeError):
            # The third short transaction never begins.
            await closing._count_unanswered(office.storage, ROUND, office.address, dying_after(5))
        counted = await ignored(office, officers)
        assert 0 < sum(counted) < 6
        assert await office.close() == [ROUND]
        assert await ignored(office, officers) == [0, 1, 1, 1, 1, 1, 1]
        assert await office.number("SELECT count(*) FROM delivery") == 0
        assert await office.number("SELECT count(*) FROM participation") == 0


def dying_after(calls: int) -> "Dying":
    """Return a source of random bytes that ends everything after so many calls."""
    return Dying(calls)


class Dying:
    """Random bytes, until there are no more."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, size: int) -> bytes:
        """Return random bytes, or raise."""
        if not self.left:
            raise RuntimeError
        self.left -= 1
        return secrets.token_bytes(size)


async def test_after_four_ignored_rounds_one_question_comes_and_then_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        silent, other = await office.joined(2)
        await office.sets(silent, ignored=4)
        await office.passes(at(27, 23), STEP)
        assert [who for _, who in office.outbox.asked] == [silent]
        assert {who for _, who, _, _ in office.outbox.sent} == {other}
        # The round in which the question came is none that was ignored.
        await office.passes(at(35, 0), STEP)
        profile = await office.profile(silent)
        assert profile is not None
        assert (profile.ignored, profile.asked_to_carry_on) == (4, True)
        assert len(office.outbox.asked) == 1


async def test_who_says_yes_gets_the_next_check_in(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (silent,) = await office.joined(1)
        await office.sets(silent, ignored=4)
        await office.passes(at(3, 0), STEP)
        assert len(office.outbox.asked) == 1
        await office.sets(silent, ignored=0, asked_to_carry_on=False)
        await office.passes(at(8, 0), STEP)
        assert [(who, prompt) for _, who, prompt, _ in office.outbox.sent] == [(silent, 1)]


async def test_the_question_is_tried_again_and_a_blocked_chat_ends(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        silent, gone = await office.joined(2)
        for officer in (silent, gone):
            await office.sets(officer, ignored=4)
        office.outbox.says = {silent: TryLater(), gone: Sent.BLOCKED}
        await office.turn()
        office.now = at(0, 17, 5)
        report = await office.send()
        assert (report.later, report.blocked) == (1, 1)
        assert await office.profile(gone) is None
        office.outbox.says.clear()
        office.now += timedelta(minutes=1)
        assert (await office.send()).arrived == 1
        assert [who for _, who in office.outbox.asked].count(silent) == 2


async def test_no_reminder_follows_after_four_ignored_rounds(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.passes(at(0, 19), STEP)
        # Another check-in's round closed meanwhile, the fourth in a row.
        await office.sets(officer, ignored=4)
        await office.passes(at(5, 0), STEP)
        assert len(office.outbox.sent) == 1
        assert office.outbox.asked == []


async def test_coming_back_ends_the_silence(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (officer,) = await office.joined(1)
        await office.sets(officer, ignored=4, asked_to_carry_on=True)
        await enrol.resume(office.storage, office.address, officer, secrets.token_bytes)
        await office.passes(at(0, 19), STEP)
        assert len(office.outbox.sent) == 1


@pytest.mark.parametrize(
    ("before", "answered", "after"),
    [
        ((0, False), False, (1, False)),
        ((3, False), False, (4, False)),
        ((4, True), False, (4, True)),
        ((3, False), True, (0, False)),
        ((4, True), True, (0, False)),
    ],
)
def test_what_a_round_changes(
    before: tuple[int, bool], answered: bool, after: tuple[int, bool]
) -> None:
    profile = Profile(1, ignored=before[0], asked_to_carry_on=before[1])
    counted = after_a_round(profile, answered=answered)
    assert (counted.ignored, counted.asked_to_carry_on) == after


async def test_the_next_round_is_open_when_the_one_before_is_counted(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        officers = await office.joined(2)
        await office.passes(at(28, 1), STEP)
        assert await ignored(office, officers) == [1, 1]
        assert (await office.view(NEXT_ROUND)).row.prompts_opened == 1
