"""Officers, tally and dashboard as three processes, each given its own keys and no others."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from bot import running, wiring
from bot.core.access import OPERATOR, Role
from bot.core.drafts import Draft
from bot.core.profiles import Profile
from bot.core.responses import round_reference
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sealing.errors import KeyMissing
from bot.sealing.process_keys import make_officer_keys, officer_keys
from bot.web.application import web_application
from bot.web.sign_in.site import Site
from bot.wiring import Assembly, Part
from bot.workflows import codes, programme
from bot.workflows.answer import Answered
from bot.workflows.staff import Staff
from config.settings import MissingSetting, Settings, read_settings
from storage.engine import Storage
from tests.journeys.trial import PEOPLE, ROUND, TEAM, at
from tests.programmes import pulse_alone
from tests.web.authenticator import Authenticator
from tests.web.doors import FROM_OUR_PAGE, accept


@dataclass
class Apart:
    """One database, a folder of keys for each, and a clock."""

    database_url: str
    folder: Path
    telegram: Telegram
    address: str
    now: datetime

    def clock(self) -> datetime:
        """Return the time the test has set."""
        return self.now

    def settings(self, part: Part, keys: Part | None = None) -> Settings:
        """Return what one process is given."""
        given = {
            "STANDEASY_DATABASE_URL": self.database_url,
            "STANDEASY_KEYS": str(self.folder / f"keys-of-{keys or part}"),
        }
        if part is Part.OFFICERS:
            given |= {"STANDEASY_TELEGRAM_TOKEN": TOKEN, "STANDEASY_TELEGRAM_API": self.address}
        return read_settings(given, None)

    def assembly(self, part: Part, storage: Storage) -> Assembly:
        """Return one process's parts."""
        return Assembly(self.settings(part), [part], storage, self.clock)


@asynccontextmanager
async def apart(database_url: str, folder: Path) -> AsyncIterator[Apart]:
    """Have a database with a programme, and officers' keys where officers look for them."""
    telegram = Telegram(limits=Limits.none())
    async with serving(bot_api(telegram)) as address:
        made = Apart(database_url, folder, telegram, address, at(-1, 18))
        make_officer_keys(made.settings(Part.OFFICERS).keys, secrets.token_bytes)
        async with wiring.open_storage(made.settings(Part.OFFICERS)) as storage:
            document = pulse_alone()
            await programme.load(storage, document, "test", "test", made.clock)
        yield made


def names_in(folder: Path) -> Iterator[str]:
    """Give the paths of all files in a folder."""
    yield from (str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


async def test_three_processes_do_the_whole_job_each_with_its_own_keys_alone(
    database_url: str, tmp_path: Path
) -> None:
    async with apart(database_url, tmp_path) as made:
        stores = [Storage(database_url) for _ in Part]
        try:
            officers, dashboard, tally = map(made.assembly, Part, stores)
            assert officers.opening_keys is None
            assert tally.officers is None
            assert dashboard.officers is None
            assert dashboard.opening_keys is None
            await tally.count()
            phones = await a_round(made, officers)
            await tally.count()
            html = await results_page(made, dashboard)
        finally:
            for store in stores:
                await store.close()
    assert "Harbour Response" in html
    assert not any(str(phone.id) in html or phone.name in html for phone in phones)
    assert set(names_in(tmp_path / "keys-of-officers")) == {
        "officers/address-1.key",
        "officers/draft-tokens.key",
    }
    found = set(names_in(tmp_path / "keys-of-tally"))
    assert found
    assert all(name.startswith("tally/") and name.endswith(".opening") for name in found)
    assert not (tmp_path / "keys-of-dashboard").exists()


async def a_round(made: Apart, officers: Assembly) -> list[Phone]:
    """Let twelve people join, be invited and answer, and close the round."""
    assert officers.officers is not None
    await officers.officers.start()
    try:
        keys, _ = officer_keys(officers.settings.keys)
        code, _, _ = await codes.issue_code(
            officers.storage, keys, TEAM, None, made.clock, secrets.token_bytes, "test"
        )
        phones = [Phone(made.telegram) for _ in range(PEOPLE)]
        for phone in phones:
            phone.chat.started = True
            assert await officers.desk.join(Profile(phone.id), code) is True
        made.now = at(0, 9)
        await officers.turn_rounds()
        made.now = at(0, 17, 5)
        await officers.send()
        view = officers.desk.catalogue.round_of(round_reference(ROUND))
        assert view is not None
        for phone in phones:
            assert len(phone.notifications) == 1
            draft = Draft(view.reference, 0, 0, 0, (5, 5, 4, 4, 3), 5)
            assert await officers.desk.seal_answers(phone.id, draft, view) is Answered.SEALED
        await officers.stir()
        made.now = at(28, 0, 1)
        await officers.turn_rounds()
    finally:
        await officers.officers.stop()
    return phones


async def results_page(made: Apart, dashboard: Assembly) -> str:
    """Accept an invite and return the page with results."""
    site = Site(None, 8080)
    door = running.staff_door(dashboard, site)
    application = web_application(
        dashboard.routes(door), allowed_hosts=["127.0.0.1"], on_loopback=True
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application),
        base_url="http://127.0.0.1",
        headers=FROM_OUR_PAGE,
    ) as browser:
        outside = await browser.get("/results")
        assert outside.status_code == 303
        assert "Harbour Response" not in outside.text
        staff = Staff(dashboard.storage, made.clock, secrets.token_bytes)
        invited = await staff.invite("Robin Example", [Role.LEAD], None, OPERATOR)
        device = Authenticator(site.origin, site.host)
        entered = await accept(browser, f"/invite/{invited.secret}", device)
        assert entered.status_code == 303
        return (await browser.get("/results")).text


async def test_without_its_own_keys_or_token_the_officers_process_does_not_start(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with apart(sqlite_database, tmp_path) as made:
        storage = Storage(sqlite_database)
        try:
            with pytest.raises(KeyMissing):
                Assembly(
                    made.settings(Part.OFFICERS, Part.TALLY), [Part.OFFICERS], storage, made.clock
                )
            with pytest.raises(MissingSetting):
                Assembly(
                    made.settings(Part.TALLY, Part.OFFICERS), [Part.OFFICERS], storage, made.clock
                )
        finally:
            await storage.close()


async def test_without_a_tally_officers_still_join_and_get_help(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with apart(sqlite_database, tmp_path) as made:
        storage = Storage(sqlite_database)
        officers = made.assembly(Part.OFFICERS, storage)
        keys, _ = officer_keys(officers.settings.keys)
        try:
            made.now = at(0, 12)
            await officers.turn_rounds()
            code, _, _ = await codes.issue_code(
                storage, keys, TEAM, None, made.clock, secrets.token_bytes, "test"
            )
            async with running.ticking(officers):
                phone = Phone(made.telegram)
                await phone.start(code)
                await phone.wait_for_text("Before you join")
                await phone.send("help")
                await phone.wait_for_text("call 999")
            # No key, no round: nobody answers what could not be counted.
            assert officers.desk.catalogue.rounds == {}
        finally:
            await storage.close()
