"""A police station for tests: the real officers' process and tally, officers with phones,
and a clock that only the test moves.

Everything is real but Telegram, which the sandbox plays over HTTP. Conversations in tests
read as conversations: `await sam.taps("Open", "Good")`, `await sam.sees("Sealed")`.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import BaseModel

from bot import wiring
from bot.core.calendar import instant, next_prompt_day
from bot.core.contact_times.moments import JITTER
from bot.core.disclosure.release import Release
from bot.core.languages import ENGLISH
from bot.core.profiles import Profile
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.officer.pacing import Pacer
from bot.officer.wording import group_name
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import TOKEN, Telegram
from bot.sealing.process_keys import make_officer_keys, officer_keys
from bot.wiring import Assembly, Part
from bot.workflows import codes, key_pool, programme, report
from config.settings import read_settings
from tests.officer.back_translation import Reader
from tests.officer.translated_phone import TranslatedPhone
from tests.officer.translated_texts import TONGUES
from tests.prepared import Start
from tests.programmes import pulse_alone
from tests.read_once import reading_once

SUNDAY = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
"""The evening before the last prompt of the example programme's round of 9 November 2026."""

PULSE = ("overall", "sleep", "workload", "resources", "supervision")
ZONE = "Europe/London"


class GroupName(BaseModel):
    """What a group is called, by language."""

    said: dict[str, str]


@dataclass
class Officer:
    """Somebody with a phone and their team's code."""

    phone: Phone
    code: str

    async def sees(self, text: str, seconds: float = 10) -> None:
        """Wait until the newest message of the bot that changed shows a text."""
        await self.phone.wait_for_text(text, seconds)

    async def taps(self, *labels: str) -> None:
        """Tap buttons one after the other, each once it is there and the last is done."""
        for label in labels:
            await self.phone.wait_for(partial(shows, label=label))
            before = self.phone.transcript()
            await self.phone.tap(label)
            await self.phone.settled()
            await self.phone.wait_for(partial(has_changed, before=before))

    async def says(self, text: str) -> None:
        """Write a text."""
        await self.phone.send(text)

    async def joins(self, role: str = "Rather not say", service: str = "Rather not say") -> None:
        """Open the link, agree, and answer the two optional questions."""
        await self.phone.start(self.code)
        await self.sees("Before you join")
        await self.taps("I agree, let me in")
        await self.sees("What do you do here?")
        await self.taps(role)
        await self.sees("How long have you served?")
        await self.taps(service)
        await self.sees("That's all.")

    async def answers(self, *labels: str) -> None:
        """Open the newest check-in, choose one label per question, and seal."""
        await self.taps("Open", *labels, "🔒 Seal my answers")
        await self.sees("Sealed")


def has_changed(phone: Phone, before: str) -> bool:
    """Whether the chat looks different from before, or a toast was shown."""
    return bool(phone.toasts) or phone.transcript() != before


def shows(phone: Phone, label: str) -> bool:
    """Whether a message shows a button with this label."""
    return any(
        label in button for message in phone.messages for row in message.buttons for button in row
    )


@dataclass
class Station:
    """The running product, and who works there."""

    language: ClassVar[str] = ENGLISH
    """Of the officers' phones. Whatever it is, tests read and tap in English."""

    telegram: Telegram
    programme: Programme
    now: datetime
    assembly: Assembly = field(init=False)
    codes: dict[str, str] = field(default_factory=dict)
    translated: list[TranslatedPhone] = field(default_factory=list)

    def clock(self) -> datetime:
        """Return the time the test has set."""
        return self.now

    async def officer(self, team: str = "harbour-response") -> Officer:
        """Return a new officer with their team's code."""
        if team not in self.codes:
            keys, _ = officer_keys(self.assembly.settings.keys)
            code, _, _ = await codes.issue_code(
                self.assembly.storage, keys, team, None, self.clock, self.assembly.random, "test"
            )
            self.codes[team] = code
        return Officer(self._phone(), self.codes[team])

    async def newcomer(self, team: str = "harbour-response") -> Officer:
        """Return somebody who has joined by the workflow that a chat uses, without the chat."""
        officer = await self.officer(team)
        officer.phone.chat.started = True
        profile = Profile(officer.phone.id, language=self.language)
        assert await self.assembly.desk.join(profile, officer.code) is True
        return officer

    def _phone(self) -> Phone:
        if self.language == ENGLISH:
            return Phone(self.telegram)
        phone = TranslatedPhone(self.telegram, self._reader)
        self.translated.append(phone)
        return phone

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.language, self._documents)

    def _documents(self) -> Iterator[BaseModel | str]:
        """What is asked and shown here, now."""
        catalogue = self.assembly.desk.catalogue
        document = catalogue.programme or self.programme
        yield from (document, *catalogue.support)
        for check_in in document.check_ins:
            asked = (check_in.instrument, check_in.instrument_version)
            yield from (each for key, each in self.assembly.instruments.items() if key == asked)
            units = form_units(document, document.audience_of(check_in), None).units
            for unit in units:
                said = {
                    each: group_name(TONGUES.of(each), unit, document)
                    for each in (ENGLISH, self.language)
                }
                yield GroupName(said=said)

    async def tick(self) -> None:
        """Do everything that is due now."""
        await self.assembly.turn_rounds()
        await self.assembly.send()
        if Part.TALLY in self.assembly.parts:
            await self.assembly.count()

    async def next_prompt(self) -> date:
        """Move the clock to the next prompt day, when everybody has been written to."""
        check_in = self.programme.check_ins[0]
        today = self.now.astimezone(UTC).date()
        day = next_prompt_day(check_in, today)
        assert day is not None
        # Deliveries are made in the morning, at each officer's own moment of the day.
        self.now = instant(day, time(9, 0), ZONE)
        await self.tick()
        middle = instant(day, time(15, 30), ZONE)
        self.now = middle + JITTER + timedelta(minutes=1)
        await self.tick()
        return day

    async def close_round(self) -> str:
        """Move the clock to the end of the open round; return the id of the closed round."""
        lines = await report.results(self.assembly.storage, self.clock)
        waiting = next(line for line in lines.upcoming if line.round_id)
        self.now = instant(waiting.expected_on, time(0, 1), ZONE)
        await self.tick()
        assert waiting.round_id is not None
        return waiting.round_id

    async def release(self, round_id: str) -> Release:
        """Return a round's release."""
        return await report.release_of(self.assembly.storage, round_id)


@asynccontextmanager
async def a_station(
    database_url: str,
    folder: Path,
    *,
    limits: Limits | None = None,
    at: datetime = SUNDAY,
    document: Programme | None = None,
    paced: bool = False,
) -> AsyncIterator[Station]:
    """Run the product on a migrated database; officers can write to it while the block runs.

    Messages that nobody waits for go out at the product's pace where that is asked for or
    Telegram has limits, and else at once: that pace is real seconds, for each test anew.
    """
    telegram = Telegram(limits=limits or Limits.none())
    async with serving(bot_api(telegram)) as address:
        settings = read_settings(
            {
                "STANDEASY_TELEGRAM_TOKEN": TOKEN,
                "STANDEASY_TELEGRAM_API": address,
                "STANDEASY_DATABASE_URL": database_url,
                "STANDEASY_DATA": str(folder),
                "STANDEASY_KEYS": str(folder / "keys"),
            },
            None,
        )
        document = document or pulse_alone()
        start = Start(database_url, folder, document, "station", at)
        if not (folder / "keys").exists():
            make_officer_keys(settings.keys, secrets.token_bytes)
        is_ready = start.copy()
        async with wiring.open_storage(settings) as storage:
            station = Station(telegram, document, at)
            with reading_once():
                assembly = Assembly(settings, tuple(Part), storage, station.clock)
            station.assembly = assembly
            if limits is None and not paced:
                unpaced(assembly)
            if not is_ready:
                await programme.load(storage, document, "test", "test", station.clock)
                with pytest.MonkeyPatch.context() as patch:
                    # A key for now and one for later: no station lives through more rounds.
                    patch.setattr(key_pool, "SMALLEST_POOL", 2)
                    await assembly.count()
                await start.keep(storage)
            await assembly.desk.refresh()
            bot = assembly.officers
            assert bot is not None
            await bot.start()
            polling = asyncio.create_task(bot.poll())
            try:
                yield station
                for phone in station.translated:
                    phone.read_everything()
            finally:
                polling.cancel()
                await asyncio.wait([polling])
                await bot.stop()


def unpaced(assembly: Assembly) -> None:
    """Let an assembly send what nobody waits for as fast as it can."""
    assert assembly.officers is not None
    assembly.officers.messenger._pacer = Pacer(10_000)


def copy_database(url: str, to: Path) -> Path:
    """Copy a SQLite database as a thief would: the file and its log."""
    source = Path(url.removeprefix("sqlite+aiosqlite:///"))
    for name in (source, source.with_name(source.name + "-wal")):
        if name.exists():
            shutil.copy(name, to / name.name)
    return to / source.name
