"""The pages about check-ins: the year at once, a preview before every save, problems by field."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.core.documents import in_language
from bot.workflows import schedule_desk
from storage.engine import Storage
from storage.errors import DatabaseUnavailable
from tests.admin.console.consoles import (
    AUDITOR,
    HERON,
    KESTREL,
    LEAD,
    Console,
    with_admins,
)
from tests.admin.console.schedule_console import GOOD, before, console, previewed, saved
from tests.programmes import the_example, two_check_ins
from tests.workflows.office import an_office

__all__ = ["console"]

# --- Reading ------------------------------------------------------------------------------


async def test_the_list_shows_each_check_in_and_the_year_with_everything_in_it(
    sqlite_database: str,
) -> None:
    storage = Storage(sqlite_database)
    document = two_check_ins()
    force = document.force.model_copy(update={"blackout_dates": [date(2026, 12, 14)]})
    async with before(storage, document.model_copy(update={"force": force})) as console:
        page = await console.reads("/check-ins")
        assert "Weekly pulse Every week on Monday. Everyone is asked. Next on 14 December" in page
        assert "messages to each officer within a year, and at most as many reminders" in page
        assert "Every month on the first Monday." in page
        assert "Calendar 7 December 2026 to 6 December 2027." in page
        for said in (
            "bank holiday: not the office pattern",
            "blackout date: nobody is asked",
            "the clocks go forward an hour",
            "the clocks go back an hour",
            "Weekly pulse (1 of 4)",
            "Weekly pulse closes as the day begins",
            "December 2026",
            "November 2027",
        ):
            assert said in page, said
        assert "Messages to one officer" in page
        assert "What to think about" in page
        assert "ask the same people on" in page
        assert "With half answering" in page
        assert "4-on-4-off" in page
    await storage.close()


async def test_an_auditor_sees_and_has_nothing_to_press_and_a_lead_sees_nothing(
    console: Console,
) -> None:
    console.door.who = AUDITOR
    page = await console.get("/check-ins/weekly-pulse")
    assert "Weekly pulse" in page
    assert "<button" not in page
    assert "/check-ins/new" not in await console.get("/check-ins")
    for path in ("/check-ins/new", "/check-ins/weekly-pulse", "/check-ins/weekly-pulse/remove"):
        assert (await console.post(path, **GOOD)).status_code == 403
    console.door.who = LEAD
    for path in ("/check-ins", "/check-ins/weekly-pulse", "/check-ins/calendar.ics"):
        await console.get(path, 403)


async def test_the_year_is_a_file_for_calendars(console: Console) -> None:
    answer = await console.client.get("/check-ins/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "attachment" in answer.headers["content-disposition"]
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert any(event["summary"] == "Weekly pulse (1 of 4)" for event in events)


async def test_without_a_programme_there_is_nothing_to_look_at(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    async with before(storage) as console:
        assert (await console.client.get("/check-ins")).headers["location"] == "/programme"
        for path in ("/check-ins/new", "/check-ins/weekly-pulse", "/check-ins/calendar.ics"):
            await console.get(path, 404)
    await storage.close()


async def test_a_check_in_that_is_not_there_is_no_page(console: Console) -> None:
    for path in ("/check-ins/other", "/check-ins/%00", "/check-ins/" + "x" * 300):
        await console.get(path, 404)
        assert (await console.post(path, **GOOD)).status_code == 404


# --- Previews and saves -----------------------------------------------------------------------


async def test_a_new_check_in_is_looked_at_and_then_saved(console: Console) -> None:
    page = await console.reads("/check-ins/new")
    assert "Title in English" in page
    assert "Title in Cymraeg" in page
    preview = await previewed(console, "/check-ins/new")
    assert "A preview: nothing is saved yet." in preview
    assert '<p class="asks"><span class="visually-hidden">Asks: </span>Trust</p>' in preview
    assert await console.newest() == 1
    assert await saved(console, "/check-ins/new") == "/check-ins?saved=2"
    made = (await console.programme()).check_in("trust")
    assert made.recurrence == "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH"
    assert (made.starts_on, made.audience) == (date(2027, 1, 7), "everyone")
    assert in_language(made.title, "cy") == "Ymddiriedaeth"
    assert "Saved as version 2." in await console.reads("/check-ins?saved=2")


async def test_what_was_not_looked_at_is_not_saved(console: Console) -> None:
    page = await previewed(console, "/check-ins/new")
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    for seen in ("", "0" * 32):
        said = await console.refused("/check-ins/new", **{**GOOD, "do": "save", "seen": seen})
        assert "You changed something since the preview" in said
    changed = {**GOOD, "on": "Friday", "do": "save", "seen": found[1]}
    assert "look at it, then save" in await console.refused("/check-ins/new", **changed)
    assert await console.newest() == 1


async def test_a_title_that_officers_could_tap_is_not_saved_and_it_is_said_why(
    console: Console,
) -> None:
    typed = {**GOOD, "title_en": "Trust t.me/fenmarch"}
    preview = await console.client.post("/check-ins/new", data={**typed, "do": "preview"})
    found = re.search(r'name="seen" value="(\w+)"', preview.text)
    assert found
    said = await console.refused("/check-ins/new", **{**typed, "do": "save", "seen": found[1]})
    assert "Use plain words, without a link" in said
    assert await console.newest() == 1


async def test_a_check_in_is_changed_and_keeps_its_id_and_first_day(console: Console) -> None:
    path = "/check-ins/weekly-pulse"
    page = await console.get(path)
    assert '<option value="week" selected>' in page
    assert '<option value="Monday" selected>' in page
    before_ = (await console.programme()).check_in("weekly-pulse")
    changes = {
        "title_en": "Pulse",
        "instrument": "weekly-pulse@1",
        "often": "two-weeks",
        "prompts": "2",
        "starts_on": before_.starts_on.isoformat(),
        "id": "another",
    }
    assert await saved(console, path, **changes) == "/check-ins?saved=2"
    after = (await console.programme()).check_in("weekly-pulse")
    assert after.recurrence == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
    assert after.starts_on == before_.starts_on


async def test_what_a_change_brings_new_to_think_about_stands_first(console: Console) -> None:
    page = unescape(
        await previewed(
            console, "/check-ins/new", often="month", on="Monday", instrument="monthly-wellbeing@1"
        )
    )
    new, _, others = page.partition("New with this change")[2].partition("As before")
    assert "Weekly pulse and Trust ask the same people on" in new
    assert "With half answering" not in new
    assert "With half answering" in others


async def test_a_check_in_for_some_asks_whole_departments_and_single_teams(
    console: Console,
) -> None:
    departments = (await console.programme()).force.departments
    first, second = departments[0], departments[1]
    changes = {
        "instrument": "monthly-wellbeing@1",
        "audience": "some",
        "departments": [first.id],
        "teams": f"{second.teams[0].id}\n{first.teams[0].id}",
        "often": "other",
        "words": "every four weeks on Thursday",
    }
    assert await saved(console, "/check-ins/new", **changes) == "/check-ins?saved=2"
    made = (await console.programme()).check_in("trust")
    assert made.audience == [*(team.id for team in first.teams), second.teams[0].id]
    page = await console.get("/check-ins/trust")
    assert f'value="{first.id}" checked' in page
    assert f">{second.teams[0].id}</textarea>" in page


async def test_what_officers_start_themselves_is_for_everyone_and_asks_once(
    console: Console,
) -> None:
    changes = {"instrument": "exit@1", "invites": "no", "reminder": "none"}
    await saved(console, "/check-ins/new", **changes)
    assert not (await console.programme()).check_in("trust").invites
    page = await console.reads("/check-ins")
    assert "Whoever starts it; a round quarterly on the first Thursday. Open to everyone." in page
    said = await console.refused("/check-ins/new", **{**GOOD, **changes, "prompts": "2"})
    assert "one prompt a round" in said


# --- Removing -------------------------------------------------------------------------------


async def test_a_check_in_is_removed_when_it_is_meant_and_the_last_one_stays(
    console: Console,
) -> None:
    await saved(console, "/check-ins/new")
    path = "/check-ins/trust/remove"
    sent: dict[str, Any] = {"version": "2", "reason": "Enough."}
    assert "Tick this" in await console.refused(path, **sent)
    assert await console.sent(path, **sent, sure="yes") == "/check-ins?saved=3"
    said = await console.refused("/check-ins/weekly-pulse/remove", **sent, sure="yes")
    assert "nothing was saved" in said.lower()
    said = await console.refused(
        "/check-ins/weekly-pulse/remove", version="3", reason="x", sure="yes"
    )
    assert "at least 1 item" in said


async def test_check_ins_need_no_second_admin(console: Console) -> None:
    await with_admins(console.storage, KESTREL, HERON)
    assert await saved(console, "/check-ins/new") == "/check-ins?saved=2"


async def test_the_whole_example_fills_in_and_previews_as_it_is(sqlite_database: str) -> None:
    storage = Storage(sqlite_database)
    async with before(storage, the_example()) as console:
        for check_in in the_example().check_ins:
            page = await console.get(f"/check-ins/{check_in.id}")
            assert "What each duty pattern gets" in page
            fields = {**GOOD, **_as_it_stands(page), "do": "preview"}
            answer = await console.post(f"/check-ins/{check_in.id}", **fields)
            assert answer.status_code == 200, (check_in.id, answer.text)
            seen = re.search(r'name="seen" value="(\w+)"', answer.text)
            assert seen
            fields |= {"do": "save", "seen": seen[1]}
            said = await console.refused(f"/check-ins/{check_in.id}", **fields)
            assert "Nothing was changed" in said
    await storage.close()


def _as_it_stands(page: str) -> dict[str, str]:
    """Return what the form would send as it is."""
    form = page.partition("<form")[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        at_ = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at_["type"] not in ("radio", "checkbox") or " checked" in tag:
            found[at_["name"]] = unescape(at_.get("value", ""))
    for name, options in re.findall(
        r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen, name
        found[name] = chosen[1]
    found["teams"] = ""
    return found


async def test_a_page_whose_end_cannot_be_worked_out_says_so(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise DatabaseUnavailable(database="one", action="look", reason="it was gone")

    monkeypatch.setattr(schedule_desk, "units_ahead", gone)
    page = await console.reads("/check-ins")
    assert "This could not be worked out now." in page
    assert "Messages to one officer" in page


async def test_a_changed_schedule_says_which_of_its_rounds_an_open_one_leaves_out(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with (
        an_office(sqlite_database, tmp_path) as office,
        before(office.storage) as console,
    ):
        path, known = "/check-ins/weekly-pulse", {"instrument": "weekly-pulse@1"}
        known |= {"starts_on": "2026-01-05", "often": "week", "prompts": "4"}
        said = "A round of this check-in is open until 4 January 2027."
        assert said not in await previewed(console, path, **known, on="Tuesday")
        await office.turn()
        assert said not in await previewed(console, path, **known, on="Monday")
        page = await previewed(console, path, **known, on="Tuesday")
        assert said in page
        # The calendar has the round that is open, as it began, and none beside it.
        assert "goes on as its open round began, until Monday 4 January 2027" in page
