"""The first page of the programme, its beginning, and a file that is loaded in the browser."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.admin.console.file import LARGEST_TEXT
from bot.admin.first_files import programme_text
from bot.admin.programme_yaml import text_of
from bot.core.programme import Programme
from storage import listed_codes, rounds, sealing_keys
from storage.engine import Storage
from storage.listed_codes import ListedCode
from tests.admin.console.consoles import (
    AUDITOR,
    HERON,
    KESTREL,
    NOW,
    Console,
    a_console,
    an_empty_console,
    content,
    fields_of,
    with_admins,
    words,
)
from tests.programmes import pulse_alone
from tests.storage.rows import Key, a_round, opened

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")

FIRST: dict[str, Any] = {
    "name": "Fenmarch & Co <b>",
    "timezone": "Europe/London",
    "languages": ["en", "cy"],
    "department": "Response",
    "team": "Harbour",
    "headcount": "30",
    "supervisors": "3",
    "reason": "the first",
}


def first_programme() -> Programme:
    """What `init` writes."""
    return content().read_programme(
        programme_text("Fen", "Europe/London", NOW.date(), "force.yaml")
    )


async def sends(console: Console, path: str, text: str = "", **more: object) -> httpx.Response:
    """Send a form with the file's text, as a browser sends a form with a file field."""
    files = {"text": (None, text)} | {
        name: value if isinstance(value, tuple) else (None, str(value))
        for name, value in more.items()
    }
    return await console.client.post(path, files=files)


# --- Overview ---------------------------------------------------------------------------


async def test_the_first_page_says_what_is_set_up_and_what_is_next(storage: Storage) -> None:
    async with a_console(storage) as console:
        text = await console.reads("/programme")
        assert "Fenmarch Constabulary (invented)" in text
        assert "saved by test on 30 November 2026, 09:30 UTC: the first" in text
        assert "Weekly pulse" in text
        assert "opens on 7 December 2026" in text
        assert "off until there are two admins with an account" in text
        await with_admins(storage, KESTREL, HERON)
        assert "on: support numbers, teams and what may leave wait" in await console.reads(
            "/programme"
        )


async def test_a_round_that_is_open_is_shown_until_its_own_last_day(storage: Storage) -> None:
    async with a_console(storage) as console:
        async with storage.transaction("a round") as tx:
            row = a_round("weekly-pulse-2026-11-16", check_in="weekly-pulse", sealing_key="k")
            await sealing_keys.add(tx, Key("k"))
            assert await rounds.open(tx, row)
        assert "open, closes on 30 November 2026" in await console.reads("/programme")


async def test_a_new_force_is_led_step_by_step(storage: Storage) -> None:
    async with a_console(storage, document=first_programme()) as console:
        text = await console.reads("/programme")
        assert "Write down your teams : not yet" in text
        assert "Say where help is : not yet" in text
        assert "Look at the check-in : done" in text
        assert "Invite teams : not yet" in text
        assert "See the first round open : not yet" in text
        assert "The first opens by itself, once it has been said where help is." in text
        assert "said where help is : somebody to talk to, TRiM, occupational health." in text
        assert "and the example “First team” goes." in text
    async with a_console(storage) as console:
        async with storage.transaction("codes and a round") as tx:
            team = pulse_alone().force.teams[0].id
            await listed_codes.add(tx, ListedCode("c1", team, NOW.date() + timedelta(days=9)))
            await opened(tx)
        assert "Setting up" not in await console.reads("/programme")


async def test_verifications_that_are_due_are_counted(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        assert "wants verifying" not in await console.reads("/programme")
        console.clock.at = NOW + timedelta(days=100)
        assert "support entries want verifying." in await console.reads("/programme")
        console.clock.at = NOW + timedelta(days=200)
        assert "not verified for more than 180 days" in await console.reads("/programme")


async def test_a_directory_that_cannot_be_shown_is_told_on_the_first_page(
    sqlite_storage: Storage,
) -> None:
    before = pulse_alone()
    entry = before.support[0].model_copy(update={"languages": ["fr"]})
    wrong = before.model_copy(update={"support": [entry, *before.support[1:]]})
    async with a_console(sqlite_storage, document=wrong) as console:
        assert f"The support entry {entry.id} is said to speak fr" in await console.reads(
            "/programme"
        )


async def test_an_auditor_reads_it_and_is_offered_nothing_to_change(
    sqlite_storage: Storage,
) -> None:
    async with a_console(sqlite_storage, AUDITOR) as console:
        assert "Load a file" not in await console.reads("/programme")
        for path in ("/programme/start", "/programme/file"):
            await console.get(path, 403)
        assert (await sends(console, "/programme/file/save", "x")).status_code == 403


# --- Beginning --------------------------------------------------------------------------


async def test_a_force_begins_with_a_form(storage: Storage) -> None:
    async with an_empty_console(storage) as console:
        assert "Nothing is set up yet." in await console.reads("/programme")
        assert await console.sent("/programme/settings", **FIRST) == "/programme"
        page = await console.get("/programme/start")
        assert fields_of(page)["timezone"] == "Europe/London"
        assert await console.sent("/programme/start", **FIRST) == "/programme?saved=1"
        found = await console.programme()
        assert (found.force.id, found.force.name) == ("fenmarch-and-co-b", "Fenmarch & Co <b>")
        (team,) = found.force.teams
        assert (team.name, team.headcount, team.supervisors) == ("Harbour", 30, 3)
        assert found.force.languages == ["en", "cy"]
        (check_in,) = found.check_ins
        assert (check_in.instrument, check_in.starts_on.isoformat()) == (
            "weekly-pulse",
            "2026-12-07",
        )
        # There is a beginning once.
        answer = await console.client.get("/programme/start")
        assert answer.headers["location"] == "/programme"
        told = await console.refused("/programme/start", **FIRST)
        assert "Somebody saved version 1 meanwhile" in told


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Write the name of the force"),
        ("timezone", "Fen", "Write the name of a time zone"),
        ("languages", [], "Choose at least one language."),
        ("department", "x" * 81, "Write the name of a department"),
        ("team", "a\u202eb", "Write the name of a team"),
        ("headcount", "many", "Write a whole number, 1 or more."),
        ("headcount", "0", "Write a whole number, 1 or more."),
        ("supervisors", "31", "no more than there are heads"),
        ("supervisors", "-1", "Write a whole number, 0 or more"),
        ("reason", "", "Write in one line why"),
    ],
)
async def test_a_beginning_with_a_mistake_loses_nothing(
    sqlite_storage: Storage, field: str, value: object, told: str
) -> None:
    async with an_empty_console(sqlite_storage) as console:
        answer = await console.post("/programme/start", **{**FIRST, field: value})
        assert answer.status_code == 422
        assert f'id="{field}-problem"' in answer.text
        assert told in words(answer.text)
        if field != "team":
            assert fields_of(answer.text)["team"] == "Harbour"
        assert await console.newest() == 0


# --- A file -----------------------------------------------------------------------------


def renamed() -> str:
    """The example's text under another name, as the page gives it away."""
    return text_of(pulse_alone()).replace("Fenmarch Constabulary (invented)", "One & <two>")


@pytest.mark.whole_path
async def test_a_file_is_shown_by_what_it_changes_and_then_saved(storage: Storage) -> None:
    async with a_console(storage) as console:
        assert "Show what it would change" in await console.reads("/programme/file")
        file = ("force.yaml", renamed().encode(), "application/yaml")
        answer = await sends(console, "/programme/file", file=file)
        assert answer.status_code == 200
        assert "becomes “One & <two>”." in words(answer.text)
        assert await console.newest() == 1
        sent = fields_of(answer.text)
        told = await sends(console, "/programme/file/save", str(sent["text"]), version=1)
        assert told.status_code == 422
        assert "Write in one line why" in told.text
        saved = await sends(
            console, "/programme/file/save", str(sent["text"]), version=1, reason="from a file"
        )
        assert saved.headers["location"] == "/programme?saved=2"
        assert (await console.programme()).force.name == "One & <two>"
        told = await sends(
            console, "/programme/file/save", text_of(pulse_alone()), version=1, reason="again"
        )
        assert "Somebody saved version 2 meanwhile" in told.text
        assert fields_of(told.text)["version"] == "2"


async def test_a_file_with_windows_line_ends_and_a_mark_is_read(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        text = "\ufeff" + renamed().replace("\n", "\r\n")
        answer = await sends(console, "/programme/file", file=("f.yaml", text.encode(), "x/y"))
        assert "becomes “One & <two>”." in words(answer.text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Choose a file, or put its text into the field."),
        ("force:\n  name: ]", "line 2, column 9:"),
        ("format: 1\nformat: 1", "line 2, column 1: the key format comes twice"),
        ("format: 1\nfrce: {}", "line 2, column 7, frce: Extra inputs are not permitted"),
        ("format: *a", "line 1, column 9: an alias (*a)"),
        ("- " * 60, "nested too deep"),
        ("format: 2\n<script>: 1", "line 1, column 9, format"),
    ],
)
async def test_a_broken_text_comes_back_with_line_and_column(
    sqlite_storage: Storage, text: str, told: str
) -> None:
    async with a_console(sqlite_storage) as console:
        for path in ("/programme/file", "/programme/file/save"):
            if not text and path.endswith("save"):
                continue
            answer = await sends(console, path, text, version=1, reason="why")
            assert answer.status_code == 422
            assert told in words(answer.text)
            assert "<script>" not in answer.text
            assert str(fields_of(answer.text)["text"]).strip() == text.strip()
        assert await console.newest() == 1


async def test_of_ten_thousand_mistakes_the_first_are_told(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        text = "format: 1\n" + "".join(f"wrong-{number}: x\n" for number in range(10_000))
        answer = await sends(console, "/programme/file", text)
        assert answer.status_code == 422
        told = words(answer.text).partition("Or its text")[0]
        assert "line 2, column 10, wrong-0: Extra inputs are not permitted" in told
        assert "… and more after that." in told
        assert "wrong-9999:" not in told


async def test_what_is_no_text_or_too_large_is_refused_in_a_sentence(
    sqlite_storage: Storage,
) -> None:
    async with a_console(sqlite_storage) as console:
        for sent, told in (
            (b"\xff\xfe\x00", "logo.png is no text in UTF-8"),
            (b"x" * (LARGEST_TEXT + 1), "logo.png is larger than 2 MB"),
        ):
            answer = await sends(console, "/programme/file", file=("logo.png", sent, "image/png"))
            assert answer.status_code == 422
            assert told in answer.text


async def test_a_file_that_changes_nothing_says_so(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        answer = await sends(console, "/programme/file", text_of(pulse_alone()))
        assert "it is what is in force already" in answer.text
        answer = await sends(
            console, "/programme/file/save", text_of(pulse_alone()), version=1, reason="x"
        )
        assert "Nothing was changed" in answer.text


async def test_a_first_file_is_loaded_where_there_is_none(sqlite_storage: Storage) -> None:
    async with an_empty_console(sqlite_storage) as console:
        answer = await sends(console, "/programme/file", renamed())
        assert "The first programme: One & <two>, 9 teams." in words(answer.text)
        sent = fields_of(answer.text)
        saved = await sends(
            console,
            "/programme/file/save",
            str(sent["text"]),
            version=sent["version"],
            reason="the first",
        )
        assert saved.headers["location"] == "/programme?saved=1"
