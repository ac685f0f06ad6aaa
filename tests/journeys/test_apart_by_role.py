"""The three processes on PostgreSQL, each with its own role as well as its own keys."""

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.access import OPERATOR
from bot.core.errands import Kind
from bot.core.rounds import RoundState
from bot.wiring import Part
from bot.workflows import enrol, lead_chats
from bot.workflows.round_desk import RoundDesk
from storage.engine import Storage
from storage.roles import Role
from tests.journeys.test_apart import a_round, apart, results_page
from tests.leads import HERON
from tests.people import with_access
from tests.storage.test_roles import database, run

__all__ = ["database"]

KESTREL = replace(OPERATOR, name="Kestrel")
ROLE_OF = {Part.OFFICERS: Role.OFFICERS, Part.DASHBOARD: Role.DASHBOARD, Part.TALLY: Role.TALLY}


@pytest.mark.postgres
async def test_three_processes_do_the_whole_job_each_with_its_own_role_alone(
    database: str, tmp_path: Path
) -> None:
    names = {part: f"journey_{part}" for part in Part}
    for part, name in names.items():
        await run(database, f"CREATE ROLE {name} LOGIN IN ROLE {ROLE_OF[part]}")
    try:
        async with apart(database, tmp_path) as made:
            stores = {
                part: Storage(database.replace("stand_easy@", f"{name}@"))
                for part, name in names.items()
            }
            try:
                officers, dashboard, tally = (made.assembly(part, stores[part]) for part in Part)
                await tally.check_content()
                await dashboard.check_content()
                await officers.check_content()
                await tally.count()
                phones = await a_round(made, officers)
                await tally.stir()
                await tally.count()
                html = await results_page(made, dashboard)
                assert "Harbour Response" in html
                linking = lead_chats.LeadChats(dashboard.storage, made.clock, secrets.token_bytes)
                await linking.make_code(HERON)
                assert await linking.number() == 0
                assert await linking.unlink_all(HERON) == 0
                rounds = RoundDesk(dashboard.storage, made.clock, patience=0)
                (closed,) = (await rounds.overview()).past
                await with_access(dashboard.storage, KESTREL)
                asked = await rounds.ask(Kind.PAUSE_ROUND, closed.id, {}, KESTREL)
                assert await rounds.came_of(asked) is None
                for assembly in (officers, dashboard, tally):
                    # Everything that each does again and again, months later as well.
                    for job in assembly.ticker.jobs:
                        if job.name not in ("sending", "pictures"):
                            await job.once()
                came = await rounds.came_of(asked)
                assert came is not None
                assert "has its one release" in came.sentence
                made.now += timedelta(days=40)
                await tally.count()
                assert await enrol.forget(officers.storage, officers.desk._keys, phones[0].id)
            finally:
                for store in stores.values():
                    await store.close()
        ((state,),) = await run(database, "SELECT state FROM round ORDER BY opens_on LIMIT 1")
        assert state == RoundState.SHREDDED
    finally:
        for name in names.values():
            await run(database, f"DROP ROLE {name}")
