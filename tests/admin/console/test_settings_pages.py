"""The settings of a force: filled in, changed, and each mistake told at its field."""

from datetime import date, time
from typing import Any

import pytest

from bot.admin.console.settings import PAGE
from bot.core.programme import Programme, PublicFigureSettings
from storage.engine import Storage
from tests.admin.console.consoles import (
    AUDITOR,
    HERON,
    KESTREL,
    LEAD,
    Console,
    a_console,
    fields_of,
    with_admins,
)

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")


async def form(console: Console, **changes: object) -> dict[str, Any]:
    """The page's form as it stands, with changes."""
    return {**fields_of(await console.get(PAGE)), "reason": "why", **changes}


async def test_the_form_as_it_stands_says_that_nothing_changes(storage: Storage) -> None:
    async with a_console(storage) as console:
        text = await console.refused(PAGE, **await form(console))
        assert "Nothing was changed: this is what is in force already." in text
        assert await console.newest() == 1


@pytest.mark.whole_path
async def test_every_setting_can_be_changed_at_once(storage: Storage) -> None:
    async with a_console(storage) as console:
        sent = await form(
            console,
            name="Fenmarch Police",
            timezone="Europe/Dublin",
            languages=["cy", "en"],
            bank_holidays="2026-12-25\r\n\r\n 2026-12-28 ",
            blackout_dates="2027-01-01",
            early_begins="06:30",
            threshold="12",
            heads="20",
            unit_heads="30",
            recount_days="14",
            figures="yes",
            epsilon_per_year="2",
            epsilon_per_release="0.5",
        )
        where = await console.sent(PAGE, **sent)
        assert where == f"{PAGE}?saved=2"
        assert "Saved as version 2. It takes effect with the next round" in await console.reads(
            where
        )
        found = await console.programme()
        force = found.force
        assert (force.name, force.timezone) == ("Fenmarch Police", "Europe/Dublin")
        assert force.bank_holidays == [date(2026, 12, 25), date(2026, 12, 28)]
        assert force.blackout_dates == [date(2027, 1, 1)]
        assert force.shift_times.early.begins == time(6, 30)
        assert set(force.languages) == {"en", "cy"}
        disclosure = found.disclosure
        assert (disclosure.threshold, disclosure.heads, disclosure.unit_heads) == (12, 20, 30)
        assert disclosure.public_figures == PublicFigureSettings(
            epsilon_per_year=2.0, epsilon_per_release=0.5
        )
        assert found.recount_days == 14
        # Everything else is as it was.
        assert force.departments == (await console.desk.at(1)).programme.force.departments


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Write a name of 1 to 80 characters on one line."),
        ("name", "x" * 81, "Write a name of 1 to 80 characters"),
        ("timezone", "Fen/Nowhere", "Expected the name of a time zone, such as Europe/London."),
        ("languages", [], "Choose at least one language."),
        ("languages", ["<b>"], "Choose from the languages that stand here."),
        ("bank_holidays", "2026-12-25\n25.12.2026", "Line 2: expected a day such as 2026-12-25."),
        ("bank_holidays", "2026-02-30", "Line 1: expected a day such as 2026-12-25."),
        ("bank_holidays", "20261225", "Line 1: expected a day"),
        ("blackout_dates", "2026-12-25\n2026-12-25", "Line 2: 2026-12-25 stands there twice."),
        ("early_begins", "7 am", "Write both times as hours and minutes, such as 07:00."),
        ("night_ends", "13:00", "Expected a shift to end within 14 hours of its beginning."),
        ("threshold", "9", "Write a whole number, 10 or more: it can only be made stricter."),
        ("threshold", "ten", "Write a whole number, 10 or more"),
        ("heads", "14", "Write a whole number, 15 or more"),
        ("unit_heads", "24", "Write a whole number, 25 or more"),
        ("recount_days", "31", "Write a whole number from 1 to 30."),
        ("reason", "", "Write in one line why, in up to 300 characters."),
    ],
)
async def test_each_mistake_is_told_at_its_field_and_nothing_is_lost(
    sqlite_storage: Storage, field: str, value: object, told: str
) -> None:
    async with a_console(sqlite_storage) as console:
        sent = await form(console, blackout_dates="2027-05-01") | {field: value}
        answer = await console.post(PAGE, **sent)
        assert answer.status_code == 422
        page = answer.text
        assert told in page
        name = field.removesuffix("_begins").removesuffix("_ends")
        assert f'id="{name}-problem"' in page
        assert f'href="#{name}"' in page
        if field != "blackout_dates":
            assert "2027-05-01</textarea>" in page
        assert await console.newest() == 1


@pytest.mark.parametrize(
    ("year", "release", "field"),
    [
        ("", "0.5", "epsilon_per_year"),
        ("20", "0.5", "epsilon_per_year"),
        ("2", "nan", "epsilon_per_release"),
        ("0.5", "2", "epsilon_per_release"),
        ("2", "0.1234", "epsilon_per_release"),
    ],
)
async def test_budgets_that_promise_nothing_are_refused(
    sqlite_storage: Storage, year: str, release: str, field: str
) -> None:
    async with a_console(sqlite_storage) as console:
        sent = await form(
            console, figures="yes", epsilon_per_year=year, epsilon_per_release=release
        )
        answer = await console.post(PAGE, **sent)
        assert answer.status_code == 422
        assert f'id="{field}-problem"' in answer.text


async def test_budgets_are_not_read_where_no_figures_are_made(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        sent = await form(console, name="Fenmarch Police", epsilon_per_year="rubbish")
        await console.sent(PAGE, **sent)
        assert (await console.programme()).disclosure.public_figures is None


async def test_of_two_tabs_the_second_is_shown_what_the_first_saved(storage: Storage) -> None:
    async with a_console(storage) as console:
        first, second = await form(console, name="One"), await form(console, recount_days="7")
        await console.sent(PAGE, **first)
        answer = await console.post(PAGE, **second)
        assert answer.status_code == 422
        page = answer.text
        assert "Somebody saved version 2 meanwhile, so nothing was saved." in page
        assert "The name of the force was" in page
        assert fields_of(page)["version"] == "2"
        assert fields_of(page)["recount_days"] == "7"
        # Saving again is a decision, and then it counts.
        await console.sent(PAGE, **{**fields_of(page), "name": "One"})
        found: Programme = await console.programme()
        assert (found.force.name, found.recount_days) == ("One", 7)


async def test_a_mistake_on_an_old_page_does_not_make_it_a_new_one(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        first, second = await form(console, name="One"), await form(console, threshold="9")
        await console.sent(PAGE, **first)
        answer = await console.post(PAGE, **second)
        assert fields_of(answer.text)["version"] == "1"


async def test_what_may_leave_waits_for_a_second_admin(storage: Storage) -> None:
    async with a_console(storage) as console:
        await with_admins(storage, KESTREL, HERON)
        assert await console.sent(PAGE, **await form(console, threshold="12")) == "/changes/1"
        assert await console.newest() == 1
        # A name is no matter for two.
        assert await console.sent(PAGE, **await form(console, name="One")) == f"{PAGE}?saved=2"


async def test_an_auditor_reads_and_changes_nothing_and_a_lead_does_neither(
    sqlite_storage: Storage,
) -> None:
    async with a_console(sqlite_storage) as console:
        sent = await form(console, name="One")
        console.door.who = AUDITOR
        assert "Save the settings" not in await console.reads(PAGE)
        await console.refused(PAGE, 403, **sent)
        console.door.who = LEAD
        await console.get(PAGE, 403)
        console.door.who = None
        await console.get(PAGE, 403)
        assert await console.newest() == 1
