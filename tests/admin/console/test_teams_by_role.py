"""Pages about teams on PostgreSQL by the roles of the processes: each does its own part."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.workflows import team_standings
from bot.workflows.codes import Offer, look_up_code
from storage.engine import Storage
from storage.roles import Role
from tests.admin.console.teams_office import a_console, hidden, words
from tests.storage.test_roles import accounts, database

__all__ = ["accounts", "database"]

pytestmark = pytest.mark.postgres
TEAM = "/teams/harbour-response"
SAM = 7_300_000_901


async def test_the_dashboard_asks_and_the_officers_process_does(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    officers = Storage(accounts[Role.OFFICERS])
    try:
        async with a_console(database, tmp_path, pages_url=accounts[Role.DASHBOARD]) as admin:
            clock = admin.office.clock
            assert await team_standings.look(officers, clock)
            assert "Have enough joined? not yet (as of" in words(await admin.get(TEAM))
            code = hidden((await admin.post(f"{TEAM}/codes")).text, "code")
            by_officers = replace(admin, office=replace(admin.office, storage=officers))
            await by_officers.carry_out()
            page = await admin.get(TEAM)
            assert "The new code works" in words(page)
            found = await look_up_code(officers, admin.office.address, SAM, code, clock)
            assert isinstance(found, Offer)
            await admin.post(f"{TEAM}/codes/revoke", code=hidden(page, "code"))
            await by_officers.carry_out()
            assert "No code works for this team" in words(await admin.get(TEAM))
            answer = await admin.post(
                "/teams/dog-unit",
                version="1",
                team="Dog Unit",
                headcount="9",
                supervisors="1",
                department="specialist",
                reason="one more",
            )
            assert answer.headers["location"] == "/teams/dog-unit?saved=2"
            answer = await admin.post("/teams/posters", of="specialist", teams="dog-unit")
            await admin.packs.settle()
            await by_officers.carry_out()
            assert "Ready." in words(await admin.get(answer.headers["location"]))
    finally:
        await officers.close()
