"""Pages of departments and teams: changing them one by one, and nothing about who joined."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.workflows import programme, team_standings
from tests.admin.console.teams_office import KIT, a_console, hidden, words

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")

NEW_TEAM = {"team": "Heron Watch", "headcount": "31", "supervisors": "2", "reason": "new in spring"}
DOGS = {"team": "Dog Unit", "headcount": "8", "supervisors": "1", "department": "specialist"}
STRANGE = 'Roads <b>& "Co"</b>'


async def test_departments_stand_with_their_teams_and_heads(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        text = words(await admin.get("/teams"))
        assert "9 teams with 263 heads" in text
        assert "Response Policing 3 106" in text
        text = words(await admin.get("/teams/departments/specialist"))
        assert "3 teams with 56 heads" in text
        assert "Dog Unit 8 none" in text
        await admin.get("/teams/departments/heron", 404)
        await admin.get("/teams/heron", 404)


async def test_a_team_or_department_is_found_by_a_part_of_its_name(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        page = await admin.get("/teams?q=DOG")
        assert '<a href="/teams/dog-unit">Dog Unit</a>' in page
        assert "Child Protection" not in page
        assert "2 with “response”" not in words(page)
        assert "3 with “response”" in words(await admin.get("/teams?q=response"))
        nothing = await admin.get("/teams?q=%3Cb%3Eheron")
        assert "Nothing with “<b>heron”" in words(nothing)
        assert "<b>heron" not in nothing


@pytest.mark.whole_path
async def test_a_team_is_added_changed_moved_and_removed(database_url: str, tmp_path: Path) -> None:
    async with a_console(database_url, tmp_path) as admin:
        answer = await admin.post("/teams/departments/specialist/teams", version="1", **NEW_TEAM)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/teams/departments/specialist?saved=2",
        )
        team = (await admin.programme()).team("heron-watch")
        assert (team.headcount, team.supervisors, team.high_stress) == (31, 2, False)
        assert "Saved as version 2." in words(
            await admin.get("/teams/departments/specialist?saved=2")
        )
        changed = NEW_TEAM | {
            "team": "Heron and Kite Watch",
            "headcount": "40",
            "high_stress": "yes",
            "department": "response",
        }
        answer = await admin.post("/teams/heron-watch", version="2", **changed)
        assert answer.headers["location"] == "/teams/heron-watch?saved=3"
        found = await admin.programme()
        team = found.team("heron-watch")
        assert (team.name, team.headcount, team.high_stress) == ("Heron and Kite Watch", 40, True)
        assert "heron-watch" in [each.id for each in found.force.departments[0].teams]
        page = await admin.get("/teams/heron-watch")
        assert hidden(page, "version") == "3"
        answer = await admin.post(
            "/teams/heron-watch/remove", version="3", sure="yes", reason="it never began"
        )
        assert answer.headers["location"] == "/teams/departments/response?saved=4"
        await admin.get("/teams/heron-watch", 404)


async def test_a_department_comes_with_its_first_team_and_goes_with_its_last(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await admin.post(
            "/teams", version="1", department="Estuary", department_id="", **NEW_TEAM
        )
        assert answer.headers["location"] == "/teams?saved=2"
        assert [each.id for each in (await admin.programme()).force.departments][-1] == "estuary"
        answer = await admin.post(
            "/teams/departments/estuary", version="2", department="Coast", reason="as it is called"
        )
        assert answer.headers["location"] == "/teams/departments/estuary?saved=3"
        assert (await admin.programme()).force.departments[-1].name == "Coast"
        assert "Coast has no other team and goes with it." in words(
            await admin.get("/teams/heron-watch")
        )
        answer = await admin.post(
            "/teams/heron-watch/remove", version="3", sure="yes", reason="moved elsewhere"
        )
        assert answer.headers["location"] == "/teams?saved=4"
        await admin.get("/teams/departments/estuary", 404)


WRONG: Sequence[tuple[str, dict[str, str], str, str]] = (
    ("/teams/dog-unit", DOGS | {"team": " "}, "change-team", "Expected the team's name"),
    ("/teams/dog-unit", DOGS | {"team": "=cmd()"}, "change-team", "begins with a letter or digit"),
    ("/teams/dog-unit", DOGS | {"team": "a\u202eb"}, "change-team", "without control characters"),
    ("/teams/dog-unit", DOGS | {"team": "Night Relief"}, "change-team", "does not have"),
    ("/teams/dog-unit", DOGS | {"team": "x" * 81}, "change-team", "at most 80 characters"),
    ("/teams/dog-unit", DOGS | {"headcount": "many"}, "change-headcount", "a whole number"),
    ("/teams/dog-unit", DOGS | {"headcount": "0"}, "change-headcount", "from 1 to 100000"),
    ("/teams/dog-unit", DOGS | {"supervisors": "9"}, "change-supervisors", "at most the 8 heads"),
    ("/teams/dog-unit", DOGS | {"department": "x"}, "change-department", "Choose one of"),
    ("/teams/dog-unit", DOGS | {"reason": ""}, "change-reason", "Write in one line why"),
    ("/teams/dog-unit", DOGS, "form", "Nothing was changed"),
    ("/teams/dog-unit/remove", {}, "remove-sure", "Tick the box"),
    ("/teams/departments/response/teams", NEW_TEAM | {"team": "Dog Unit"}, "add-team", "another"),
    (
        "/teams/departments/response/teams",
        NEW_TEAM | {"team_id": "dog-unit"},
        "add-team_id",
        "another id",
    ),
    ("/teams/departments/response/teams", NEW_TEAM | {"team_id": "A B"}, "add-team_id", "an id"),
    ("/teams/departments/response/teams", NEW_TEAM | {"team": "£££"}, "add-team_id", "an id"),
    ("/teams/departments/response", {"department": ""}, "rename-department", "the department"),
    ("/teams", NEW_TEAM | {"department": "Response Policing"}, "department", "another name"),
    (
        "/teams",
        NEW_TEAM | {"department": "Coast", "department_id": "response"},
        "department_id",
        "another id",
    ),
    ("/teams", NEW_TEAM | {"department": ""}, "department", "the department's name"),
)


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        for path, given, field, sentence in WRONG:
            answer = await admin.post(path, **({"version": "1", "reason": "because"} | given))
            assert answer.status_code == 422, (path, given)
            page = answer.text
            assert "<title>To correct: " in page
            assert sentence in words(page), (path, given)
            if field != "form":
                assert page.count(f'<a href="#{field}">') == 1, (path, given)
                assert page.count(f'id="{field}-problem"') == 1
                assert f'id="{field}"' in page
            if given.get("headcount") == "many":
                assert 'value="many"' in page
        assert await admin.version() == 1


async def test_markup_in_a_name_stays_a_name(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        answer = await admin.post(
            "/teams/dog-unit", **(DOGS | {"team": STRANGE, "version": "1", "reason": STRANGE})
        )
        assert answer.status_code == 303
        for path in ("/teams/dog-unit", "/teams/departments/specialist", "/teams?q=roads"):
            page = await admin.get(path)
            assert "<b>" not in page
            assert STRANGE in words(page)


@pytest.mark.at_once
async def test_two_who_save_at_once_never_overwrite_each_other(
    database_url: str, tmp_path: Path
) -> None:
    async with a_console(database_url, tmp_path) as admin:
        page = await admin.get("/teams/dog-unit")
        await admin.post(
            "/teams/night-relief",
            version="1",
            team="Night Watch",
            headcount="22",
            supervisors="2",
            department="response",
            reason="a better name",
        )
        mine = DOGS | {"headcount": "12", "reason": "four more dogs"}
        answer = await admin.post("/teams/dog-unit", version=hidden(page, "version"), **mine)
        assert answer.status_code == 422
        text = words(answer.text)
        assert "Somebody saved version 2 meanwhile" in text
        assert "The team “Night Relief” (night-relief) becomes “Night Watch”." in text
        assert 'value="12"' in answer.text
        assert 'value="four more dogs"' in answer.text
        again = await admin.post("/teams/dog-unit", version=hidden(answer.text, "version"), **mine)
        assert again.headers["location"] == "/teams/dog-unit?saved=3"
        found = await admin.programme()
        assert (found.team("dog-unit").headcount, found.team("night-relief").name) == (
            12,
            "Night Watch",
        )


async def test_a_team_that_a_check_in_names_stays_until_it_does_not(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        found = await admin.programme()
        (pulse,) = found.check_ins
        named = pulse.model_copy(update={"audience": [team.id for team in found.force.teams]})
        document = found.model_copy(update={"check_ins": [named]})
        storage, clock = admin.office.storage, admin.office.clock
        await programme.load(storage, document, "test", "named", clock)
        answer = await admin.post(
            "/teams/dog-unit/remove", version="2", sure="yes", reason="no more dogs"
        )
        assert answer.status_code == 422
        assert "named in who is asked by “Weekly pulse”" in words(answer.text)


async def test_a_page_says_of_people_whether_they_are_enough_and_nothing_else(
    database_url: str, tmp_path: Path
) -> None:
    async with a_console(database_url, tmp_path) as admin:
        office = admin.office
        assert "not looked at yet" in words(await admin.get("/teams/dog-unit"))
        await team_standings.look(office.storage, office.clock)
        before = await admin.get("/teams/dog-unit")
        assert "Have enough joined? not yet (as of 7 December 2026, 09:00 UTC)" in words(before)
        await office.joined(7, "dog-unit")
        await team_standings.look(office.storage, office.clock)
        assert "not yet" in words(await admin.get("/teams/harbour-response"))
        after = words(await admin.get("/teams/dog-unit"))
        # The id of their code stands there, and may begin with a seven.
        after = re.sub(r"\b[0-9a-f]{10}\b", "", after).replace("as of 7 December", "")
        assert " 7" not in after


async def test_an_auditor_reads_and_changes_nothing(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path, visitor=KIT) as auditor:
        for path in ("/teams", "/teams/departments/specialist", "/teams/dog-unit"):
            assert 'method="post"' not in await auditor.get(path)
        for path in (
            *("/teams", "/teams/departments/specialist", "/teams/departments/specialist/teams"),
            *("/teams/dog-unit", "/teams/dog-unit/remove", "/teams/dog-unit/codes"),
            *("/teams/dog-unit/codes/revoke", "/teams/dog-unit/poster.pdf"),
        ):
            assert (await auditor.post(path, version="1")).status_code == 403
        assert await auditor.version() == 1


async def test_a_team_may_be_called_as_a_page_is(sqlite_database: str, tmp_path: Path) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        await admin.post(
            "/teams/departments/response/teams",
            version="1",
            **(NEW_TEAM | {"team": "Import", "team_id": "import"}),
        )
        assert 'href="/teams/~import"' in await admin.get("/teams/departments/response")
        assert "Import" in words(await admin.get("/teams/~import"))


async def test_a_long_department_is_shown_page_by_page(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path) as admin:
        found = await admin.programme()
        first = found.force.departments[0]
        many = [
            first.teams[0].model_copy(update={"id": f"team-{n}", "name": f"Team {n}"})
            for n in range(401)
        ]
        longer = first.model_copy(update={"teams": many})
        force = found.force.model_copy(
            update={"departments": [longer, *found.force.departments[1:]]}
        )
        document = found.model_copy(update={"force": force})
        await programme.load(admin.office.storage, document, "test", "x", admin.office.clock)
        assert (await admin.get("/teams/departments/response")).count("/teams/team-") == 200
        page = await admin.get("/teams/departments/response?page=3")
        assert page.count('href="/teams/team-') == 1
        assert "Page 3 of 3" in words(page)
        for asked in ("0", "99", "x", "-1", "9" * 30):
            assert "Page" in words(await admin.get(f"/teams/departments/response?page={asked}"))


async def test_without_a_programme_everything_leads_to_where_one_begins(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_console(sqlite_database, tmp_path, empty=True) as admin:
        for path in ("/teams", "/teams/import", "/teams/posters"):
            answer = await admin.client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/programme")
            assert (await admin.post(path)).headers["location"] == "/programme"
        assert (await admin.post("/teams/import/save")).headers["location"] == "/programme"
        for path in ("/teams/dog-unit", "/teams/departments/response"):
            await admin.get(path, 404)
