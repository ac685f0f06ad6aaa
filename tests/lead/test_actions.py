"""Acting on a result: an action is recorded before looking, and nothing typed is ever lost."""

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

import pytest

from bot.core.disclosure.release import make_release
from bot.lead.actions_words import CANNOT_PROVE, CHOSEN_LATE
from bot.web.fields import MOST_BYTES, MOST_FIELDS
from bot.workflows.catalogue import NoProgramme
from bot.workflows.kept_releases import BrokenChain
from tests.core.evaluation.history import (
    CHECK_IN,
    FIRST_DAY,
    MONTH,
    Shown,
    a_release,
    low,
    releases_of,
)
from tests.lead.acting import GOOD, HISTORY, a_lead, words
from tests.web.doors import a_door
from tests.workflows.office import MONDAY

STRANGE = 'Roads <b>& "Co"</b>'


async def test_an_action_is_recorded_and_its_verdict_is_read(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        assert "No action is recorded yet" in words(await lead.get("/actions"))
        page = await lead.get("/actions/new")
        assert f'value="{MONDAY.isoformat()}"' in page
        answer = await lead.recorded()
        assert (answer.status_code, answer.headers["location"]) == (303, "/actions/1")
        for path in ("/actions", "/actions/1"):
            text = words(await lead.get(path))
            assert "Two more cars on nights." in text
            assert "Better 20 to 60 points fewer" in text
            assert "Fewer “Not manageable” answers than before" in text
            assert CANNOT_PROVE in text
            assert CHOSEN_LATE in text
            assert "Cars" in text
        text = words(await lead.get("/actions/1"))
        assert "In one reporting units" not in text
        assert (
            "In one reporting unit without an action on this theme the change over the same "
            "rounds was anything from 20 points fewer to 20 points more."
        ) in text
        assert "anything from 80 points fewer to no change" in text
        assert "six to eight in ten" in text
        assert "two to four in ten" in text
        assert await lead.acts() == ["record action"]


async def test_no_difference_is_a_verdict_like_any_other(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        await lead.recorded(groups=["unit:bikes"])
        text = words(await lead.get("/actions/1"))
        assert "No difference that can be told Anything from 20 points fewer" in text
        assert "There may be no effect" in text
        await lead.recorded(groups=["unit:bikes", "unit:cars"])
        text = words(await lead.get("/actions/2"))
        assert "The groups did not go the same way" in text
        assert "Cars six to eight in ten two to four in ten 20 to 60 points fewer Better" in text


async def test_what_cannot_be_told_is_said_with_its_reason(
    sqlite_database: str, tmp_path: Path
) -> None:
    found: Sequence[tuple[dict[str, object], str]] = (
        ({"groups": ["unit:quay"]}, "The groups are too small to tell"),
        ({"day": (FIRST_DAY + 9 * MONTH).isoformat()}, "Too early to tell"),
        ({"day": FIRST_DAY.isoformat()}, "Nothing to compare"),
    )
    async with a_lead(sqlite_database, tmp_path) as lead:
        for number, (changes, sentence) in enumerate(found, 1):
            assert (await lead.recorded(**changes)).status_code == 303
            page = await lead.get(f"/actions/{number}")
            assert sentence in words(page)
            assert "<svg" not in page


WRONG: Sequence[tuple[dict[str, object], str, str]] = (
    ({"what": " "}, "what", "Say in a sentence what was done."),
    ({"what": "x" * 201}, "what", "This has 201 characters. Up to 200 fit."),
    ({"what": "<script>"}, "what", "Use plain words"),
    ({"what": "pc.heron@example.org"}, "what", "name no person and no address"),
    ({"scale": "mood"}, "scale", "Choose one of the themes of the newest result."),
    ({"scale": ""}, "scale", "Choose one of the themes of the newest result."),
    ({"groups": []}, "groups", "Choose at least one group."),
    ({"groups": ["unit:canteen"]}, "groups", "not in the newest result"),
    ({"groups": ["force", "unit:cars"]}, "groups", "lies inside another"),
    ({"groups": [f"unit:{n}" for n in range(60)]}, "groups", "Up to 50 can be chosen."),
    ({"day": "tomorrow"}, "day", "Write the day as year"),
    ({"day": "2026-W48-1"}, "day", "Write the day as year"),
    ({"day": "2026-02-30"}, "day", "Write the day as year"),
    ({"day": "1066-10-14"}, "day", "Choose a day between"),
)


async def test_what_is_wrong_stands_beside_its_field_and_on_top_and_nothing_is_lost(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        for changes, field_id, sentence in WRONG:
            answer = await lead.recorded(**changes)
            assert answer.status_code == 422
            page = answer.text
            assert page.count(f'<a href="#{field_id}">') == 1
            assert f'id="{field_id}-problem"' in page
            assert words(page).count(sentence) == 2, sentence
            assert "<title>To correct: " in page
            typed = {**GOOD, **changes}
            assert str(typed["what"]).strip() in unescape(page)
            assert f'value="{typed["day"]}"' in page
            chosen = [typed["scale"], *typed["groups"]]  # type: ignore[misc]
            for value in {"unit:cars", "workload"} & set(chosen):
                assert f'value="{value}" checked' in page
        assert await lead.acts() == []


async def test_everything_that_is_wrong_is_said_at_once(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        page = (await lead.post("/actions/new", check_in=CHECK_IN)).text
        links = re.findall('<a href="#([a-z]+)">', page.partition("<form")[0])
        assert [link for link in links if link != "main"] == ["what", "scale", "groups", "day"]


async def test_an_action_ends_or_is_withdrawn_once(sqlite_database: str, tmp_path: Path) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        await lead.recorded()
        await lead.recorded(what="Talks.")
        for day, sentence in (("", "Write the day as year"), ("2026-01-01", "It began on")):
            answer = await lead.post("/actions/1/end", day=day)
            assert answer.status_code == 422
            assert sentence in words(answer.text)
        for _ in range(2):
            answer = await lead.post("/actions/1/end", day=MONDAY.isoformat())
            assert (answer.status_code, answer.headers["location"]) == (303, "/actions/1")
        text = words(await lead.get("/actions/1"))
        assert "to 7 December 2026" in text
        assert "It has ended, or was" not in text
        assert "Tick the box" in (await lead.post("/actions/2/withdraw", sure="")).text
        assert (await lead.post("/actions/2/withdraw", sure="yes")).status_code == 303
        assert "Withdrawn" in words(await lead.get("/actions/2"))
        assert "Withdrawn" in words(await lead.get("/actions"))
        assert (await lead.acts())[2:] == ["end action", "withdraw action"]


async def test_what_there_is_not_is_no_page(sqlite_database: str, tmp_path: Path) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        await lead.get("/actions/7", 404)
        for path in ("/actions/7/end", "/actions/7/withdraw"):
            fields = {"day": MONDAY.isoformat(), "sure": "yes"}
            assert (await lead.client.post(path, data=fields)).status_code == 404
        assert (await lead.recorded(check_in="nothing")).status_code == 404
        assert (await lead.client.get("/actions/1/end")).status_code == 405


async def test_before_the_first_result_nothing_can_be_recorded(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path, []) as lead:
        assert "from the first result on" in words(await lead.get("/actions"))
        assert "There is no result yet" in words(await lead.get("/actions/new"))


async def test_of_several_check_ins_one_is_chosen_first(
    sqlite_database: str, tmp_path: Path
) -> None:
    monthly = a_release(9, {"force": low((20, 30))[0]}, ("sleep",), check_in="monthly")
    exits = a_release(9, {"force": Shown({})}, (), check_in="exit")
    releases = [*releases_of(HISTORY), monthly, exits]
    async with a_lead(sqlite_database, tmp_path, releases) as lead:
        page = await lead.get("/actions/new")
        assert page.count("/actions/new?check_in=") == 2
        page = await lead.get("/actions/new?check_in=monthly&group=force&scale=sleep")
        assert 'value="force" checked' in page
        assert 'value="sleep" checked' in page
        assert "choose another check-in" in page


async def test_nothing_is_taken_but_what_a_form_of_ours_sends(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        for status, content, kind in (
            (415, b"{}", "application/json"),
            (413, b"what=" + b"x" * MOST_BYTES, "application/x-www-form-urlencoded"),
            (400, b"what=%ff", "application/x-www-form-urlencoded"),
            (400, "what=é".encode(), "application/x-www-form-urlencoded"),
            (400, b"a&" * (MOST_FIELDS + 1), "application/x-www-form-urlencoded"),
        ):
            answer = await lead.client.post(
                "/actions/new", content=content, headers={"Content-Type": kind}
            )
            assert answer.status_code == status
            assert "Nothing was lost." in answer.text
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            answer = await lead.client.post("/actions/new", data=GOOD, headers=headers)
            assert answer.status_code == 403
        assert await lead.acts() == []


async def test_without_a_session_every_address_answers_alike(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path, door=a_door()) as lead:
        for path in ("/actions", "/actions/new", "/actions/1", "/results/r/groups/1/reply"):
            assert await lead.get(path, 303) == ""
        for path in ("/actions/new", "/actions/1/end", "/actions/1/withdraw"):
            assert (await lead.client.post(path, data=GOOD)).status_code == 403
        assert await lead.acts() == []


async def test_what_cannot_be_read_is_a_calm_page(sqlite_database: str, tmp_path: Path) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        for error in (BrokenChain(round="weekly-01"), NoProgramme()):
            lead.reports.error = error
            for path in ("/actions", "/actions/new", "/results/weekly-03/groups/1/reply"):
                page = await lead.get(path, 503)
                assert "The results cannot be shown now" in page
                assert "Traceback" not in page


async def test_names_are_text_wherever_they_come_from(sqlite_database: str, tmp_path: Path) -> None:
    document = dict(releases_of(HISTORY)[-1].document)
    document["groups"] = [{**group, "name": STRANGE} for group in document["groups"]]
    async with a_lead(sqlite_database, tmp_path, [make_release(document)]) as lead:
        await lead.recorded()
        for path in ("/actions", "/actions/new", "/actions/1"):
            page = await lead.get(path)
            assert "<b>" not in page
            assert STRANGE in words(page.replace("&lt;", "‹").replace("&gt;", "›")).replace(
                "‹", "<"
            ).replace("›", ">")


async def test_a_vanished_group_and_theme_keep_their_names(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        await lead.recorded()
        gone = [
            a_release(number, {"unit:quay": Shown({"sleep": (0, 20)})}, ("sleep",))
            for number in (4, 5)
        ]
        lead.reports.found = (*releases_of(HISTORY)[:2], *gone)
        text = words(await lead.get("/actions/1"))
        assert "Cars" in text
        assert "Workload" in text
        assert "The newest round did not ask about this theme." in text
        lead.reports.found = ()
        text = words(await lead.get("/actions/1"))
        assert "unit:cars" in text
        assert "Too early to tell" in text


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19])
async def test_a_number_that_no_action_can_have_is_no_page(
    sqlite_database: str, tmp_path: Path, number: str
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        assert (await lead.client.get(f"/actions/{number}")).status_code == 404
        for act in ("end", "withdraw"):
            answer = await lead.client.post(f"/actions/{number}/{act}", data={"sure": "yes"})
            assert answer.status_code == 404
