"""The invented year beside the demo: made when asked for, and served like the real pages."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from bot import wiring
from bot.core.programme import Programme
from bot.sandbox.demo import year_pages
from bot.sandbox.demo.invented_year import InventedRound
from bot.sandbox.demo.year_pages import YearPages, last_day_of_a_round
from bot.sandbox.loopback import serving
from bot.web.application import web_application
from tests.lead.a_year import UNTIL, rounds_of_a_year


def a_day() -> datetime:
    return datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


async def test_the_demo_leads_on_to_a_year_of_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_before(force: Programme, _: object, until: date) -> Sequence[InventedRound]:
        assert force == wiring.read_programme(wiring.example_programme_path())
        assert until == UNTIL
        return rounds_of_a_year()

    # The year that other tests of this process read, too: to make one takes seconds.
    monkeypatch.setattr(year_pages, "last_day_of_a_round", lambda *_: UNTIL)
    monkeypatch.setattr(year_pages, "invented_year", made_before)
    year = YearPages(tmp_path, a_day)
    application = web_application(year.routes, allowed_hosts=["127.0.0.1"], on_loopback=True)
    async with serving(application) as address, httpx.AsyncClient(timeout=60) as client:
        first, again = await client.get(f"{address}/year"), await client.get(f"{address}/year")
        assert first.headers["Location"] == again.headers["Location"]
        results = await client.get(first.headers["Location"])
        assert "What stands out this month" in results.text
        assert "16 November to 14 December 2026" in results.text
        files = await client.get(f"{first.headers['Location']}/weekly-pulse-2026-11-16/files")
        assert files.status_code == 200
    await year.close()


def test_the_year_ends_where_the_round_of_today_begins() -> None:
    force = wiring.read_programme(wiring.example_programme_path())
    assert last_day_of_a_round(force, date(2026, 11, 25)) == date(2026, 11, 9)
    assert last_day_of_a_round(force, date(2020, 1, 1)) == date(2020, 1, 1)
