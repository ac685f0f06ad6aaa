"""What was asked for leads to no enrolment: not by a lookup, and not by what wrote it."""

import secrets
from pathlib import Path

import pytest

from bot.core.profiles import FollowUpAddress
from bot.sealing.address import FollowUpPurpose
from bot.workflows import closing
from bot.workflows.follow_up_kinds import PURPOSE_OF, TOUGH_JOB
from bot.workflows.officer_settings import OfficerSettings
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind
from tests.workflows.asking import CHAT, Asking, an_asking_office
from tests.workflows.office import at

pytestmark = pytest.mark.sqlite_first(
    "what one transaction wrote shows on PostgreSQL alone: that runs, and one path on both"
)

WRITTEN_WITH_AN_ENROLMENT = (
    "SELECT count(*) FROM follow_up JOIN enrolment ON follow_up.xmin::text = enrolment.xmin::text"
)
OF_A_TOUGH_JOB = " AND follow_up.kind LIKE 'tough-job-%'"
BY_LOOKUP = (
    "SELECT count(*) FROM follow_up AS a JOIN follow_up AS b ON a.lookup = b.lookup"
    " WHERE (a.kind LIKE 'tough-job-%' AND b.kind NOT LIKE 'tough-job-%')"
    " OR (a.kind = 'resume' AND b.kind != 'resume')"
)


def settings_of(asked: Asking) -> OfficerSettings:
    """Return the settings of an office's officers."""
    office = asked.office
    return OfficerSettings(
        office.storage, office.address, lambda: office.programme, office.clock, secrets.token_bytes
    )


async def languages(asked: Asking, chat: int) -> set[str]:
    """Return the languages that what a chat asked for is sealed with."""

    def language(row: FollowUp) -> str:
        plain = asked.office.address.open_address(row.address, row.id)
        return FollowUpAddress.from_bytes(plain).language

    return {language(row) for row in await asked.rows(chat)}


def test_every_kind_has_a_purpose_and_a_tough_job_and_a_pause_share_theirs_with_nothing() -> None:
    assert set(PURPOSE_OF) == set(FollowUpKind)
    tough = {kind for kind in FollowUpKind if PURPOSE_OF[kind] is FollowUpPurpose.TOUGH_JOB}
    assert tough == set(TOUGH_JOB)
    paused = {kind for kind in FollowUpKind if PURPOSE_OF[kind] is FollowUpPurpose.PAUSE}
    assert paused == {FollowUpKind.RESUME}


@pytest.mark.whole_path
async def test_what_finds_a_pause_or_the_next_day_finds_nothing_else(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        (officer,) = await asked.office.joined()
        await asked.follow_ups.start(officer, "en")
        await asked.follow_ups.tomorrow(officer, "en")
        await settings_of(asked).pause(officer, 1)
        assert set(await asked.kinds(officer)) == set(FollowUpKind)
        assert await asked.office.number(BY_LOOKUP) == 0


async def test_who_joined_chooses_a_language_and_only_the_profile_is_written(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.joins()
        asked.office.now = at(1, 12)
        await asked.follow_ups.start(CHAT, "en")
        await asked.follow_ups.tomorrow(CHAT, "en")
        before = await asked.rows()
        assert await settings_of(asked).choose_language(CHAT, "cy")
        assert await asked.rows() == before
        await asked.passes(at(6, 0))
        # Each comes in the new language all the same.
        assert [message.language for _, message in asked.sending.sent] == ["cy", "cy"]


async def test_who_never_joined_chooses_a_language_for_everything_they_asked_for(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        await asked.follow_ups.start(CHAT, "en")
        await asked.follow_ups.tomorrow(CHAT, "en")
        assert await settings_of(asked).choose_language(CHAT, "cy")
        assert await languages(asked, CHAT) == {"cy"}
        assert len(await asked.rows()) == 4


@pytest.mark.whole_path
@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_after_the_hourly_stirring_no_transaction_wrote_both(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path) as asked:
        office, settings = asked.office, settings_of(asked)
        for officer in await office.joined(3):
            await asked.follow_ups.start(officer, "en")
            await asked.follow_ups.tomorrow(officer, "en")
            await settings.choose_language(officer, "cy")
            await settings.pause(officer, 2)
        # A pause ties a timer to an enrolment for an hour, a tough job at no time.
        assert await office.number(WRITTEN_WITH_AN_ENROLMENT) == 3
        assert await office.number(WRITTEN_WITH_AN_ENROLMENT + OF_A_TOUGH_JOB) == 0
        await closing.stir_follow_ups(office.storage, secrets.token_bytes)
        assert await office.number(WRITTEN_WITH_AN_ENROLMENT) == 0
        assert await office.number("SELECT count(DISTINCT xmin::text) FROM follow_up") == 1
        assert await office.number("SELECT count(*) FROM follow_up") == 15


async def test_stirring_while_nothing_is_open_keeps_what_was_asked_for(
    database_url: str, tmp_path: Path
) -> None:
    async with an_asking_office(database_url, tmp_path, asks=False) as asked:
        await asked.follow_ups.start(CHAT, "en")
        before = await asked.rows()
        await closing.stir_follow_ups(asked.office.storage, secrets.token_bytes)
        assert await asked.rows() == before
