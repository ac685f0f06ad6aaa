"""The product with one open round, for benchmarks."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot import wiring
from bot.core.programme import Programme
from bot.sandbox.telegram_state import TOKEN
from bot.sealing.process_keys import make_officer_keys
from bot.wiring import Assembly, Part
from bot.workflows import programme
from config.settings import read_settings
from tests.programmes import pulse_alone

PROMPT_DAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def settings_of(address: str, folder: Path) -> wiring.Settings:
    """Return settings for a product in a folder."""
    return read_settings(
        {
            "STANDEASY_TELEGRAM_TOKEN": TOKEN,
            "STANDEASY_TELEGRAM_API": address,
            "STANDEASY_DATA": str(folder),
        },
        None,
    )


def with_room(programme: Programme, officers: int) -> Programme:
    """Return the programme with heads for so many: a team invites no more than it has."""
    content = programme.model_dump()
    heads = -(-officers // len(programme.force.teams))
    for department in content["force"]["departments"]:
        for team in department["teams"]:
            team["headcount"] = heads
    return Programme.from_mapping(content, name="bench")


@asynccontextmanager
async def a_product(
    address: str, folder: Path, officers: int | None = None
) -> AsyncIterator[Assembly]:
    """Assemble the product at a fixed moment of an open round, in a force of so many officers."""
    settings = settings_of(address, folder)
    await wiring.migrate(settings.database_url.reveal())
    make_officer_keys(settings.keys, secrets.token_bytes)
    async with wiring.open_storage(settings) as storage:
        product = Assembly(settings, tuple(Part), storage, lambda: PROMPT_DAY)
        document = pulse_alone() if officers is None else with_room(pulse_alone(), officers)
        await programme.load(storage, document, "bench", "bench", product.now)
        await product.count()
        await product.turn_rounds()
        assert product.officers is not None
        await product.officers.start()
        yield product
        await product.officers.stop()
