"""Colleagues: what they read, where they work, and that they get through the real bot."""

import shutil
from pathlib import Path

from bot.officer.texts import check_ins, common, joining
from bot.sandbox.demo import colleagues
from bot.sandbox.demo.colleagues import Colleagues, TeamInvitation, spread_over
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from config.content import example_programme_path, load_programme, shipped_instruments
from tests.databases import sqlite_url
from tests.station import Station, a_station

FAST = 1_000.0


def invitations() -> list[TeamInvitation]:
    """One poster for each team of the example."""
    programme = load_programme(example_programme_path(), shipped_instruments())
    return [
        TeamInvitation(team.id, team.name, "NOT-A-CODE", team.headcount)
        for team in programme.force.teams
    ]


async def posters(station: Station) -> list[TeamInvitation]:
    """The same with codes that work."""
    return [
        TeamInvitation(
            team.team, team.name, (await station.officer(team.team)).code, team.headcount
        )
        for team in invitations()
    ]


def test_the_labels_are_the_bots_own() -> None:
    assert colleagues.AGREE == joining.AGREE
    assert colleagues.RATHER_NOT == joining.RATHER_NOT
    assert colleagues.OPEN == check_ins.OPEN
    assert colleagues.START_NOW == joining.START_NOW
    assert colleagues.SKIP == common.SKIP
    assert colleagues.DONE == check_ins.DONE
    assert colleagues.SEAL == check_ins.SEAL
    for text in (check_ins.SEALED, check_ins.SEALED_BEFORE):
        assert text.replace("<b>", "").startswith(colleagues.SEALED)


def test_the_tables_name_the_teams_of_the_example() -> None:
    teams = {each.team for each in invitations()}
    assert set(colleagues.SPREAD) == teams
    assert set(colleagues.MOODS) == teams


def test_sixty_are_spread_as_the_table_says() -> None:
    teams = [each.team for each in spread_over(invitations(), 60)]
    assert {team: teams.count(team) for team in teams} == colleagues.SPREAD


def test_more_colleagues_begin_like_fewer() -> None:
    assert spread_over(invitations(), 60)[:25] == spread_over(invitations(), 25)


def test_every_team_keeps_a_place_free() -> None:
    everybody = spread_over(invitations(), 10_000)
    assert len(everybody) == sum(each.headcount - 1 for each in invitations())


def test_teams_outside_the_table_get_colleagues_too() -> None:
    others = [TeamInvitation("north", "North", "A", 40), TeamInvitation("south", "South", "B", 20)]
    teams = [each.team for each in spread_over(others, 12)]
    assert (teams.count("north"), teams.count("south")) == (8, 4)


async def test_nobody_waits_where_nobody_is_asked() -> None:
    people = Colleagues(Telegram(), invitations(), per_second=FAST)
    assert await people.answer(60) == 0
    assert not people.some_never_asked


async def test_colleagues_join_answer_and_answer_once(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, database)
    async with a_station(sqlite_url(database), tmp_path) as station:
        people = Colleagues(station.telegram, await posters(station), per_second=FAST)
        assert await people.join(6) == 6
        assert await people.answer(6) == 0
        assert people.some_never_asked
        await station.next_prompt()
        assert await people.answer(6) == 6
        assert (people.joined, people.answered, people.some_never_asked) == (6, 6, False)
        assert await people.join(6) == 0
        assert await people.answer(6) == 0
        await station.next_prompt()
        assert await people.answer(6) == 6


async def test_colleagues_who_join_while_a_check_in_is_open_answer_it_once(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, database)
    async with a_station(sqlite_url(database), tmp_path) as station:
        await station.next_prompt()
        people = Colleagues(station.telegram, await posters(station), per_second=FAST)
        assert await people.join(4) == 4
        assert await people.answer(4) == 4
        assert await people.answer(4) == 0
        await station.next_prompt()
        assert await people.answer(4) == 4


async def test_a_colleague_whose_code_is_wrong_is_left_out(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "stand-easy.db"
    shutil.copy(sqlite_template, database)
    async with a_station(sqlite_url(database), tmp_path) as station:
        people = Colleagues(station.telegram, invitations(), per_second=FAST)
        assert await people.join(2) == 0
        assert people.joined == 0


async def test_the_same_colleague_answers_the_same() -> None:
    def choices() -> list[str]:
        colleague = colleagues.Colleague(Telegram(), invitations()[0], 7)
        return [colleague._choose(["low", "middle", "high"], message) for _ in range(40)]

    phone = Phone(Telegram())
    message = await phone.send("not a question")
    assert choices() == choices()
    assert len(set(choices())) > 1
