"""Errands through the assembled program: the dashboard asks, the officers' process does."""

import secrets
from datetime import datetime
from pathlib import Path

from bot import wiring
from bot.core.access import Role, Visitor
from bot.core.errands import Kind
from bot.sandbox.telegram_state import TOKEN
from bot.sealing.process_keys import make_officer_keys
from bot.wiring import Assembly, Part
from bot.workflows import programme
from bot.workflows.codes import Offer
from bot.workflows.team_desk import TeamDesk
from storage import team_standings
from tests.people import with_access
from tests.programmes import pulse_alone
from tests.test_wiring import settings_for
from tests.workflows.office import at

KESTREL = Visitor("Kestrel", frozenset({Role.ADMIN}))


def now() -> datetime:
    """Return the first morning of a round."""
    return at(0, 9)


async def test_a_code_made_at_the_dashboard_lets_people_in(
    sqlite_database: str, tmp_path: Path
) -> None:
    settings = settings_for(sqlite_database, tmp_path, telegram_token=TOKEN)
    make_officer_keys(settings.keys, secrets.token_bytes)
    async with wiring.open_storage(settings) as storage:
        await programme.load(storage, pulse_alone(), "test", "test", now)
        officers = Assembly(settings, [Part.OFFICERS], storage, now)
        assert set(officers.errand_handlers) == set(Kind)
        await with_access(storage, KESTREL)
        desk = TeamDesk(storage, now, secrets.token_bytes)
        (made,) = await desk.make_codes(["harbour-response"], None, None, KESTREL)
        number = await desk.ask_to_issue([made], KESTREL, rotate=False)
        assert await desk.outcome(number) is None
        await officers.run_errands()
        outcome = await desk.outcome(number)
        assert outcome is not None
        assert outcome.done
        assert isinstance(await officers.desk.look_up_code(7_300_000_901, made.code), Offer)
        await officers.note_standings()
        async with storage.read("look") as tx:
            assert await team_standings.looked_at(tx) == now()
