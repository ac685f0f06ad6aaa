"""What is wrong with a check-in is said beside its field; nothing typed is lost, nothing saved."""

import re
from html import unescape
from typing import Any

from tests.admin.console.consoles import Console
from tests.admin.console.schedule_console import GOOD, console, previewed, saved

__all__ = ["console"]

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("title_en", {"title_en": ""}, "Give a title in at least English"),
    ("title_en", {"title_en": "Trust\u202egnp.exe"}, "Give a title"),
    ("id", {"id": "weekly-pulse"}, "There is a check-in “weekly-pulse” already"),
    ("id", {"id": "new"}, "already"),
    ("id", {"id": "Not An Id"}, "lower-case letters"),
    ("id", {"title_en": "?", "id": ""}, "Give an id"),
    ("instrument", {"instrument": "unheard-of@1"}, "questionnaires"),
    ("instrument", {"instrument": ""}, "questionnaires"),
    ("instrument", {"instrument": "trust@" + "9" * 6000}, "questionnaires"),
    ("instrument", {"instrument": "weekly-pulse@1"}, "asks the same questions of the same people"),
    ("audience", {"audience": "some"}, "Choose a department or name a team"),
    ("audience", {"audience": "some", "teams": "nobody"}, "There is no team nobody"),
    ("starts_on", {"starts_on": "2026-12-06"}, "This day has been"),
    ("starts_on", {"starts_on": "soon"}, "Give a day such as 2026-12-07"),
    ("starts_on", {"starts_on": "9999-12-31"}, "within five years"),
    ("recurrence", {"often": "other", "words": ""}, "Expected"),
    ("recurrence", {"often": "week", "words": "every week on Tuesday"}, "Something else"),
    ("recurrence", {"often": "other", "words": "whenever the moon is full"}, "Expected"),
    ("recurrence", {"often": "other", "words": "every month on the 31st"}, "Expected a day"),
    ("recurrence", {"often": "other", "words": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "never"),
    ("recurrence", {"often": "other", "words": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "never"),
    ("recurrence", {"often": "other", "words": "FREQ=DAILY;BYDAY=" + "MO," * 3000}, "up to 200"),
    ("recurrence", {"often": "week"}, "releases results 7 days apart".replace("releases", "")),
    ("recurrence", {"often": "other", "words": "FREQ=HOURLY"}, "Expected freq"),
    ("prompts", {"prompts": "0"}, "1 to 16"),
    ("prompts", {"prompts": "٣"}, "1 to 16"),
    ("prompts", {"prompts": "9" * 50}, "1 to 16"),
    ("window", {"opens": "25:00"}, "two times such as"),
    ("window", {"opens": "19:30"}, "two times such as"),
    ("reminder", {"reminder": "24"}, "from 48 to 72"),
]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    console: Console,
) -> None:
    not_so = []
    for field, changes, text in WRONG:
        answer = await console.post("/check-ins/new", **{**GOOD, **changes, "do": "preview"})
        page = unescape(answer.text)
        beside = re.search(rf'id="{field}-problem">.*?</span>(.*?)</p>', page, re.DOTALL)
        kept = changes.keys() & {"title_en", "id", "starts_on", "words", "prompts", "opens"}
        if not (
            answer.status_code == 422
            and beside
            and text.strip() in beside[1]
            and f'href="#{field}"' in page
            and all(f'value="{changes[name]}"' in page for name in kept)
            and "A preview" not in page
        ):
            not_so.append((field, changes, beside and beside[1]))
    assert not_so == []
    assert await console.newest() == 1


async def test_names_in_the_programme_are_text_and_nothing_else(console: Console) -> None:
    hostile = '<script>alert(1)</script>"=1+1'
    page = await previewed(console, "/check-ins/new", title_en=hostile)
    assert "<script>" not in page
    await saved(console, "/check-ins/new", title_en=hostile, id="odd")
    for path in ("/check-ins", "/check-ins/odd"):
        assert "<script>" not in await console.get(path)


async def test_a_reason_is_needed_to_save(console: Console) -> None:
    page = await previewed(console, "/check-ins/new")
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    fields = {**GOOD, "do": "save", "seen": found[1], "reason": " "}
    assert "Write in one line why" in await console.refused("/check-ins/new", **fields)


async def test_what_somebody_saved_meanwhile_is_shown_and_saving_again_is_a_decision(
    console: Console,
) -> None:
    page = await previewed(console, "/check-ins/new")
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    await saved(console, "/check-ins/new", title_en="Other", instrument="monthly-wellbeing@1")
    fields = {**GOOD, "do": "save", "seen": found[1]}
    answer = await console.post("/check-ins/new", **fields)
    assert answer.status_code == 422
    assert "What changed meanwhile" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert 'value="Trust"' in answer.text
    fields |= {"version": "2"}
    assert await console.sent("/check-ins/new", **fields) == "/check-ins?saved=3"
    assert {each.id for each in (await console.programme()).check_ins} >= {"trust", "other"}
