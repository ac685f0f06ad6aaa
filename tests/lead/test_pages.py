"""The lead's pages over HTTP: what they show is what was released, and nothing else."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.web.application import web_application
from bot.web.guards import SAFE_HEADERS
from bot.web.sign_in import Door, OpenDoor
from bot.web.words import NOT_VALIDATED, people_in_words, share_in_words, step_of, why_not_shown
from bot.workflows.report import WithoutResult
from tests.lead.readers import PageReader
from tests.lead.results import (
    NEXT,
    InventedReports,
    a_release,
    a_taps_release,
    a_wide_release,
    all_releases,
    an_empty_release,
)
from tests.web.doors import InsideDoor, a_door

ROUND = "weekly-pulse-2026-11-16"
HIDDEN = "·not shown"


@asynccontextmanager
async def reading(
    reports: InventedReports, door: Door | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A lead's browser before these reports."""
    behind = door or OpenDoor()
    application = web_application(
        [*export_routes(reports, behind), *lead_routes(reports, behind)],
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        yield client


async def page(release: Release, path: str = "") -> str:
    """One page of one release."""
    async with reading(InventedReports((release,))) as client:
        answer = await client.get(f"/results/{release.round_id}{path}")
    assert answer.status_code == 200
    return answer.text


def words_of(band: list[int] | None) -> str:
    return HIDDEN if band is None else share_in_words(Band(*band))


def in_order(document: Mapping[str, Any], group: Mapping[str, Any]) -> list[Any]:
    """What a group shows, in the order of the instrument; the file sorts by name."""
    return [group["scales"][scale["id"]] for scale in document["scales"]]


async def test_before_the_first_release_only_its_date_is_told() -> None:
    async with reading(InventedReports(upcoming=(NEXT,))) as client:
        answer = await client.get("/results")
    assert "First results on 14 December 2026, when the round closes" in answer.text
    assert "<table" not in answer.text
    assert "/results/" not in answer.text
    assert NEXT.title not in answer.text


async def test_the_first_of_several_rounds_gives_the_date() -> None:
    later = replace(NEXT, expected_on=date(2027, 1, 11))
    async with reading(InventedReports(upcoming=(later, NEXT))) as client:
        answer = await client.get("/results")
    assert "First results on 14 December 2026" in answer.text
    assert "January" not in answer.text


async def test_without_any_plan_the_page_says_so() -> None:
    async with reading(InventedReports()) as client:
        assert "None is planned yet" in (await client.get("/results")).text


async def test_of_a_round_that_was_abandoned_one_sentence_is_said_and_no_number() -> None:
    missing = WithoutResult("weekly-pulse", "Weekly <pulse>", date(2026, 12, 14), date(2027, 1, 11))
    said = (
        "Weekly &lt;pulse&gt;, 14 December 2026 to 11 January 2027: this round has no result."
        " Its answers could not be counted, and are destroyed."
    )
    reports = all_releases()
    async with reading(InventedReports(upcoming=(NEXT,), without_result=(missing,))) as client:
        assert said in (await client.get("/results")).text
    async with reading(replace(reports, without_result=(missing,))) as client:
        assert said in (await client.get("/results")).text
        for release in reports.releases:
            page = (await client.get(f"/results/{release.round_id}")).text
            assert (said in page) == (release.document["check_in"] == "weekly-pulse")
    async with reading(reports) as client:
        assert "no result." not in (await client.get("/results")).text


async def test_the_newest_release_is_shown_and_the_older_ones_are_listed() -> None:
    reports = all_releases()
    newest, *older = reports.releases
    async with reading(reports) as client:
        answer = await client.get("/results")
    assert newest.hash.hex() in answer.text
    for release in older:
        assert f'href="/results/{release.round_id}"' in answer.text
    assert "next results on 14 December 2026" in answer.text


@pytest.mark.parametrize("path", ["/results", f"/results/{ROUND}"])
async def test_every_cell_says_what_the_release_says(path: str) -> None:
    release = a_release()
    async with reading(InventedReports((release,))) as client:
        shown = PageReader((await client.get(path)).text)
        document = json.loads((await client.get(f"/results/{ROUND}/release.json")).content)
    header, *rows = shown.rows
    assert [text for text, _ in header] == ["Group", "Answered"] + [
        f"{scale['title']['en']} “{scale['low']['en']}”" for scale in document["scales"]
    ]
    assert len(rows) == len(document["groups"])
    for row, group in zip(rows, document["groups"], strict=True):
        (name, _), (people, _), *cells = row
        assert name == group["name"]
        assert people.startswith(
            people_in_words(tuple(group["respondents"])) if group["respondents"] else HIDDEN
        )
        assert ("of its people" in people) == (group["rate"] is not None)
        for (words, classes), scale in zip(cells, in_order(document, group), strict=True):
            assert words == words_of(scale and scale["low"])
            expected = f"step step-{step_of(Band(*scale['low']))}" if scale else "not-shown"
            assert classes == expected


async def test_every_range_of_a_group_says_and_draws_what_the_release_says() -> None:
    release = a_release()
    for number, group in enumerate(release.document["groups"], start=1):
        text = await page(release, f"/groups/{number}")
        shown = PageReader(text)
        bands = [
            (kind, scale[kind])
            for scale in in_order(release.document, group)
            if scale is not None
            for kind in ("low", "middle", "high")
        ]
        drawn = [
            (kind, [int(bar["x"] or 0), int(bar["x"] or 0) + int(bar["width"] or 0)])
            for bar in shown.all_of("rect", "bar-range")
            for kind in ("low", "middle", "high")
            if f"bar-{kind}" in (bar["class"] or "")
        ]
        assert drawn == bands
        said = re.findall(r'<span class="range-words">(.*?)</span>', text)
        assert said == [words_of(band) for _, band in bands]
        figures = [row[1][0] for row in shown.rows if row[0][0] not in ("Answers", "Average score")]
        assert figures == [f"{low}–{high}\u00a0%" for _, (low, high) in bands]
        means = [row[1][0] for row in shown.rows if row[0][0] == "Average score"]
        assert means == [
            str(scale["mean"])
            for scale in in_order(release.document, group)
            if scale is not None and scale["mean"] is not None
        ]


async def test_a_group_of_which_nothing_is_shown_stays_and_says_why() -> None:
    release = a_release()
    number, group = next(
        (number, group) for number, group in enumerate(release.groups, start=1) if not group.shown
    )
    text = await page(release, f"/groups/{number}")
    assert group.name in text
    assert why_not_shown(10) in text
    assert not PageReader(text).all_of("rect", "bar-range")
    assert not re.search(r"\d+ (people or more|to \d+ people) answered", text)
    assert group.name in await page(release)


async def test_whatever_the_reason_what_is_not_shown_looks_the_same() -> None:
    # Nobody of two teams answered, or nearly enough did: beyond the bands that this moves,
    # and the hash, the page must be the same to the last character.
    cells: set[tuple[str, ...]] = set()
    for few in (0, 1, 9):
        release = a_release(respondents={"control-room": few, "digital-forensics": few})
        text = await page(release)
        cells |= {tuple(re.findall(r'(<td[^>]*class="not-shown".*?</td>)', text, re.DOTALL))[-2:]}
        assert len(re.findall(r'<tr role="row" class="depth', text)) == len(release.groups)
    plain = {re.sub(r' (data-label|href)="[^"]*"', "", cell) for row in cells for cell in row}
    assert len(plain) == 1


async def test_an_empty_round_shows_no_figure_at_all() -> None:
    release = an_empty_release()
    assert not any(group.shown for group in release.groups)
    text = await page(release)
    assert "This round has no result that can be shown." in text
    for _, *cells in PageReader(text).rows[1:]:
        assert {words for words, _ in cells} == {HIDDEN}
    assert not re.search(r"step-\d", text.split('class="key"')[0])


async def test_the_file_is_the_stored_bytes() -> None:
    release = a_release()
    async with reading(InventedReports((release,))) as client:
        answer = await client.get(f"/results/{ROUND}/release.json")
    assert answer.content == release.content
    assert answer.headers["Content-Type"] == "application/json"


async def test_the_page_says_what_it_is_made_of() -> None:
    first = an_empty_release()
    release = a_release(earlier=[first])
    text = await page(release)
    assert NOT_VALIDATED in text
    assert why_not_shown(10) in text
    about = text[text.index("About this release") :]
    withheld: dict[str, Any] = release.document["withheld"]
    for words in (
        "weekly-pulse, version 1, not validated",
        "version 3",
        f"version {release.document['rules']}; groups of at least 10 respondents and 15 people",
        f"{withheld['force']} of 5 results",
        f"{withheld['department']} of 15 results",
        f"{withheld['unit']} of 30 results",
        release.hash.hex(),
        first.hash.hex(),
    ):
        assert words in about
    assert "none: this is the first" in await page(first)


async def test_counts_by_option_are_shown_for_the_force_and_rounded() -> None:
    release = a_wide_release()
    text = await page(release)
    for counts in release.counts:
        for _, count in counts.options:
            assert count is not None
            assert f"about {count} people" in text


async def test_taps_are_said_to_be_taps_and_no_people_are_counted() -> None:
    release = a_taps_release()
    text = await page(release)
    (counts,) = release.counts
    assert counts.shown
    assert "These are taps, not people: one person may have tapped many times." in text
    for _, count in counts.options:
        assert count is None or f"about {count} taps" in text
    assert "What is shown of this round stands below" in text
    assert "no result that can be shown" not in text
    assert "of its people" not in text


async def test_names_from_the_programme_are_texts_and_never_markup() -> None:
    text = await page(a_wide_release())
    assert "<b>" not in text
    assert "&lt;b&gt;theme-0&lt;/b&gt;" in text


@pytest.mark.parametrize("path", ["", "/groups/1"])
async def test_a_page_holds_no_script_and_no_style_of_its_own(path: str) -> None:
    for name, attributes in PageReader(await page(a_release(), path)).elements:
        assert name not in ("script", "style", "iframe", "object", "base")
        assert not [each for each in attributes if each == "style" or each.startswith("on")]


@pytest.mark.parametrize(
    "path",
    [
        "/results/nothing-here",
        "/results/waiting",
        "/results/waiting/release.json",
        "/results/waiting/groups/1",
        f"/results/{ROUND}/groups/0",
        f"/results/{ROUND}/groups/11",
        f"/results/{ROUND}/groups/-1",
        f"/results/{ROUND}/groups/{'9' * 5000}",
        f"/results/{ROUND}/groups/{'9' * 19}/themes/workload",
        f"/results/{ROUND}/groups/one",
    ],
)
async def test_what_is_not_there_and_what_is_not_released_get_the_same_page(path: str) -> None:
    async with reading(InventedReports((a_release(),), waiting=("waiting",))) as client:
        answer, nothing = await client.get(path), await client.get("/results/nothing-here")
    assert answer.status_code == 404
    assert answer.text == nothing.text


@pytest.mark.parametrize(
    "path", ["", f"/{ROUND}", f"/{ROUND}/groups/1", f"/{ROUND}/release.json", "/nothing-here"]
)
async def test_every_page_is_behind_the_door_and_inside_the_guards(path: str) -> None:
    door = a_door()
    async with reading(InventedReports((a_release(),)), door) as client:
        refused = await client.get(f"/results{path}")
    assert (refused.status_code, refused.text) == (303, "")
    for name, value in SAFE_HEADERS.items():
        assert refused.headers[name] == value
    assert refused.headers["Cache-Control"] == "no-store"


async def test_who_came_through_a_door_can_leave_and_others_need_not() -> None:
    reports = InventedReports((a_release(),))
    async with reading(reports) as client:
        assert "Sign out" not in (await client.get("/results")).text
    async with reading(reports, InsideDoor()) as client:
        for path in ("/results", f"/results/{ROUND}", f"/results/{ROUND}/groups/1"):
            assert 'action="/sign-out"' in (await client.get(path)).text
