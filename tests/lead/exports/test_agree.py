"""Page, chat text, CSV, XLSX, JSON and PDF are read back: they say the same, figure by figure."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.admin.report_text import report_as_text
from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import Release
from bot.lead.exports.files import before_of
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.lead.wording import summary_of
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.web.words import share_in_figures
from tests.lead.exports.generated import a_generated_release
from tests.lead.exports.read_back import (
    Figures,
    heat_map_of_pdf,
    of_csv,
    of_document,
    of_group_page,
    of_pdf,
    of_xlsx,
    page_says,
    pdf_lines,
)
from tests.lead.results import InventedReports, a_release, a_taps_release, an_empty_release


@asynccontextmanager
async def reading(
    releases: tuple[Release, ...], door: Door | None = None, waiting: tuple[str, ...] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """A lead's browser before these releases, newest first."""
    reports, door = InventedReports(releases, waiting=waiting), door or OpenDoor()
    application = web_application(
        [*export_routes(reports, door), *lead_routes(reports, door)],
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        yield client


async def file_of(client: httpx.AsyncClient, release: Release, name: str) -> bytes:
    """One file of one release."""
    answer = await client.get(f"/results/{release.round_id}/{name}")
    assert answer.status_code == 200
    return answer.content


def generated() -> list[Release]:
    """Releases of both formats, newest first, each chained to the one before."""
    first = a_generated_release(1, format=1, units=1, month=9)
    second = a_generated_release(2, units=2, month=10, previous=first.hash.hex())
    third = a_generated_release(3, departments=1, month=11, previous=second.hash.hex())
    return [third, second, first]


GENERATED = generated()
ALONE = {"real": a_release(), "taps": a_taps_release(), "nobody answered": an_empty_release()}
RELEASES = {
    **{f"generated {place}": (release, GENERATED) for place, release in enumerate(GENERATED)},
    **{name: (release, [release]) for name, release in ALONE.items()},
}


@pytest.mark.parametrize("name", RELEASES)
async def test_every_file_says_what_was_released_and_nothing_else(name: str) -> None:
    release, releases = RELEASES[name]
    expected = of_document(release.document)
    async with reading(tuple(releases)) as client:
        stored = await file_of(client, release, "release.json")
        assert stored == release.content
        assert of_document(json.loads(stored)) == expected
        table = of_csv(await file_of(client, release, "release.csv"))
        assert table == {release.round_id: expected}
        assert of_xlsx(await file_of(client, release, "release.xlsx")) == expected
        pack = await file_of(client, release, "pack.pdf")
        assert of_pdf(pack, release.document) == expected
        low = {
            (figure[1], figure[2]): figure[4]
            for figure in expected
            if figure[0] == "share" and figure[3] == "low"
        }
        assert heat_map_of_pdf(pack, release.document) == low
        await pages_agree(client, release, expected)
    text_agrees(release)


async def pages_agree(client: httpx.AsyncClient, release: Release, expected: Figures) -> None:
    """Compare the page of every group, and the heat map, with the figures."""
    themes = [scale["title"]["en"] for scale in release.document["scales"]]
    for number, group in enumerate(release.groups, 1):
        page = (await file_of(client, release, f"groups/{number}")).decode()
        ours = {each for each in expected if each[0] in ("share", "mean") and each[1] == group.name}
        assert of_group_page(page, group.name, themes) == ours
    if not themes:
        return
    answer = await client.get(f"/results/{release.round_id}")
    for group in release.groups:
        scales = [group.scales[scale["id"]] for scale in release.document["scales"]]
        lows = [scale.bands[0] if scale else None for scale in scales]
        assert page_says(answer.text, group.name, lows)


def text_agrees(release: Release) -> None:
    """Compare the text of the report command with the release, row by row."""
    text = report_as_text(release, 200)
    lines = text[text.find("GROUP") :].splitlines()
    scales = [scale["id"] for scale in release.document["scales"]]
    for group in release.groups if scales else ():
        row = next(line for line in lines if line.strip().startswith(group.name))
        shown = [group.scales[scale] for scale in scales]
        words = [
            share_in_figures(Band(scale.bands[0].low, scale.bands[0].high)) if scale else "·"
            for scale in shown
        ]
        assert row.split()[-len(" ".join(words).split()) :] == " ".join(words).split()


async def test_the_pack_and_the_chat_have_the_same_sentences_about_what_stands_out() -> None:
    async with reading(tuple(GENERATED)) as client:
        for release in GENERATED:
            pack = await file_of(client, release, "pack.pdf")
            summary = " ".join(pdf_lines(pack)["Summary"])
            before = before_of(GENERATED, release)
            for sentence in summary_of([*before, release], "monthly"):
                assert " ".join(sentence.replace("\u00a0", " ").split()) in summary


async def test_all_results_are_every_release_oldest_first() -> None:
    async with reading(tuple(GENERATED)) as client:
        table = await client.get("/results/all.csv")
        stored = await client.get("/results/all.json")
    expected = {each.round_id: of_document(each.document) for each in reversed(GENERATED)}
    assert of_csv(table.content) == expected
    assert list(of_csv(table.content)) == list(expected)
    assert stored.json() == [json.loads(each.content) for each in reversed(GENERATED)]
    for release in GENERATED:
        assert release.content in stored.content
