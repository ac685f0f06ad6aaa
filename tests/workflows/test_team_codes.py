"""Codes of teams: what can be made, listed and revoked, and what nobody learns from it."""

import secrets
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.programme import Programme
from bot.workflows import programme, team_codes
from bot.workflows.codes import CodeProblem, NoSuchTeam, Offer, look_up_code
from bot.workflows.team_codes import MadeCode, NoSuchCode, NotItsLastDay, TeamLine, TooFewUses
from storage import audit
from tests.workflows.office import Office, an_office

pytestmark = pytest.mark.sqlite_first("one path runs on both, and what counts people")

SAM = 7_300_000_901


async def make(office: Office, *teams: str, rotate: bool = False) -> list[MadeCode]:
    """Make codes and let them work."""
    made = await prepared(office, *teams)
    await team_codes.keep(
        office.storage, office.address, made, office.clock, "an admin", rotate=rotate
    )
    return made


async def prepared(
    office: Office, *teams: str, uses: int | None = None, expires_on: date | None = None
) -> list[MadeCode]:
    return await team_codes.prepare(
        office.storage, teams, uses, expires_on, office.clock, secrets.token_bytes
    )


async def tried(office: Office, made: MadeCode) -> Offer | CodeProblem:
    return await look_up_code(office.storage, office.address, SAM, made.code, office.clock)


async def listed(office: Office, team: str) -> TeamLine:
    (line,) = await team_codes.list_teams(office.storage, office.clock, team)
    return line


async def acts(office: Office) -> list[tuple[str, str]]:
    async with office.storage.read("look") as tx:
        trail = await audit.all(tx)
    return [
        (each.entry.act, each.entry.subject) for each in trail if each.entry.act.endswith("code")
    ]


async def test_a_code_works_once_it_is_kept(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,) = await prepared(office, "dog-unit", uses=10)
        assert await tried(office, made) is CodeProblem.UNKNOWN
        await team_codes.keep(office.storage, office.address, [made], office.clock, "an admin")
        assert isinstance(await tried(office, made), Offer)
        assert await acts(office) == [("issue code", "team dog-unit")]


async def test_without_a_team_every_team_gets_a_code(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        made = await make(office)
        assert [each.team for each in made] == office.programme.force.teams
        assert [each.uses for each in made] == [max(10, each.team.headcount) for each in made]
        assert len({each.code for each in made}) == len(made)


@pytest.mark.whole_path
async def test_rotating_revokes_every_other_code_of_the_team_and_no_other(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        first, other = await make(office, "dog-unit", "control-room")
        (second,) = await make(office, "dog-unit")
        (third,) = await make(office, "dog-unit", rotate=True)
        assert await tried(office, first) is CodeProblem.EXPIRED
        assert await tried(office, second) is CodeProblem.EXPIRED
        assert isinstance(await tried(office, third), Offer)
        assert isinstance(await tried(office, other), Offer)
        assert len((await listed(office, "dog-unit")).codes) == 1
        assert (await acts(office))[-3:] == [
            *[("revoke code", "team dog-unit")] * 2,
            ("issue code", "team dog-unit"),
        ]


async def test_a_revoked_code_lets_nobody_in_and_puts_nobody_out(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,) = await make(office, "dog-unit")
        assert await office.join(SAM + 1, made.code) is True
        ((code_id, _),) = (await listed(office, "dog-unit")).codes
        assert (
            await team_codes.revoke(office.storage, code_id.upper(), office.clock, "an admin")
            == "dog-unit"
        )
        assert await tried(office, made) is CodeProblem.EXPIRED
        assert await office.number("SELECT count(*) FROM enrolment") == 1
        with pytest.raises(NoSuchCode):
            await team_codes.revoke(office.storage, code_id, office.clock, "an admin")


async def test_a_code_given_for_its_id_is_not_repeated(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (made,) = await make(office, "dog-unit")
        with pytest.raises(NoSuchCode) as caught:
            await team_codes.revoke(office.storage, made.code, office.clock, "an admin")
        assert made.code not in str(caught.value)
        assert made.code not in repr(await listed(office, "dog-unit"))


async def test_a_code_lives_for_at_most_a_year(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        today = office.now.date()
        for days in (-1, 367, 10_000):
            with pytest.raises(NotItsLastDay):
                await prepared(office, "dog-unit", expires_on=today + timedelta(days=days))
        (made,) = await prepared(office, "dog-unit", expires_on=today)
        assert made.expires_on == today


@pytest.mark.parametrize(("team", "uses"), [("control-room", 9), ("dog-unit", 9), ("dog-unit", 1)])
async def test_no_code_is_made_for_a_few(
    sqlite_database: str, tmp_path: Path, team: str, uses: int
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        with pytest.raises(TooFewUses, match=f"at least 10 uses: got {uses}"):
            await prepared(office, team, uses=uses)


async def test_a_team_nobody_knows_is_refused_and_nothing_is_made(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        with pytest.raises(NoSuchTeam):
            await prepared(office, "dog-unit", "nobody")
        with pytest.raises(NoSuchTeam):
            await team_codes.list_teams(office.storage, office.clock, "nobody")


@pytest.mark.whole_path
async def test_a_list_says_enough_or_not_yet_of_the_group_and_no_number(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        # Reported together with Firearms Support, 26 heads in all.
        await office.joined(6, "dog-unit")
        await office.joined(3, "firearms-support")
        before = await listed(office, "dog-unit")
        assert (before.group, before.enough) == ("Firearms Support and Dog Unit", False)
        await office.joined(1, "firearms-support")
        assert (await listed(office, "dog-unit")).enough
        assert (await listed(office, "firearms-support")).enough
        assert not (await listed(office, "control-room")).enough


async def test_a_list_looks_the_same_whether_a_code_was_used_or_not(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (made,) = await make(office, "dog-unit")
        before = await listed(office, "dog-unit")
        for officer in range(8):
            assert await office.join(SAM + officer, made.code) is True
        assert await listed(office, "dog-unit") == before


async def test_lowering_the_heads_of_a_team_makes_no_code_for_one(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await programme.load(office.storage, sized(office, 1), "test", "test", office.clock)
        with pytest.raises(TooFewUses):
            await prepared(office, "dog-unit", uses=1)
        (made,) = await prepared(office, "dog-unit")
        assert made.uses == 10


def sized(office: Office, heads: int) -> Programme:
    """The programme with so many heads in the dog unit."""
    content = office.programme.model_dump()
    for department in content["force"]["departments"]:
        for team in department["teams"]:
            if team["id"] == "dog-unit":
                team.update(headcount=heads, supervisors=0)
    return Programme.from_mapping(content, name="programme")


@pytest.mark.whole_path
async def test_by_lowering_heads_nobody_counts_who_joined(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,) = await make(office, "dog-unit")
        await office.joined(3, "dog-unit")
        for heads in (5, 3, 2, 1):
            await programme.load(office.storage, sized(office, heads), "test", "test", office.clock)
            assert isinstance(await tried(office, made), Offer)
        # Half a year on, fewer heads are fewer places.
        lowered = office.now
        (later,) = await prepared(office, "dog-unit", expires_on=date(2027, 11, 30))
        await team_codes.keep(office.storage, office.address, [later], office.clock, "an admin")
        office.now = lowered + timedelta(days=180, seconds=-1)
        assert isinstance(await tried(office, later), Offer)
        office.now = lowered + timedelta(days=180)
        assert await tried(office, later) is CodeProblem.TEAM_FULL
        await programme.load(office.storage, sized(office, 4), "test", "test", office.clock)
        assert isinstance(await tried(office, later), Offer)
