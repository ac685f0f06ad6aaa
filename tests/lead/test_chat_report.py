"""The result in a lead's chat: the page's picture and the page's sentences, and never a person."""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.core.disclosure.release import Release, make_release
from bot.core.errors import StandEasyError
from bot.lead import chat_report, drawn_apart
from bot.lead.chat_report import DAMAGED, ReleasesInShort, newest_with_themes, picture_of, report_on
from bot.lead.drawing import as_png
from bot.lead.drawn_apart import PictureNotMade, png_drawn_apart
from bot.lead.heat_map import days_of, themes_of
from bot.lead.pages import lead_routes
from bot.lead.pictures import counts_picture, heat_picture
from bot.lead.wording import summary_of
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.web.words import days_in_words
from bot.workflows.kept_releases import BrokenChain
from bot.workflows.report import Results, UpcomingResult, WithoutResult
from tests.core.evaluation.history import CHECK_IN, FIRST_DAY, releases_of
from tests.lead.acting import HISTORY, InventedReports, words
from tests.lead.results import a_taps_release, all_releases

RELEASES = tuple(reversed(releases_of(HISTORY)))
"""Newest first."""


def size_of(picture: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG."""
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


async def test_the_newest_result_is_shown_with_the_sentences_of_the_page() -> None:
    in_short = ReleasesInShort(InventedReports(RELEASES[::-1]), "https://checkin.example")
    report = await in_short.newest()
    newest = RELEASES[0]
    assert report.title.endswith(days_in_words(*days_of(newest)))
    assert report.sentences == summary_of(RELEASES, CHECK_IN, 3)
    assert 1 <= len(report.sentences) <= 3
    assert report.address == f"https://checkin.example/results/{newest.round_id}"
    assert report.picture is not None
    # Telegram's limits for a picture.
    width, height = size_of(report.picture)
    assert width + height <= 10_000
    assert max(width, height) <= 20 * min(width, height)
    assert len(report.picture) < 10_000_000
    assert "PNG" not in repr(report)
    first = themes_of(newest)[0]
    assert report.note
    assert f"such as “{first.low}” under {first.title}." in report.note


async def test_it_is_drawn_once_for_each_release_however_many_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []

    def draw(release: Release) -> None:
        drawn.append(release.round_id)

    monkeypatch.setattr(chat_report, "picture_of", draw)
    reports = InventedReports(RELEASES[:0:-1])
    in_short = ReleasesInShort(reports, None)
    found = await asyncio.gather(*(in_short.newest() for _ in range(5)))
    assert drawn == [RELEASES[1].round_id]
    assert len({id(each) for each in found}) == 1
    assert found[0].address is None
    reports.found = RELEASES[::-1]
    await in_short.newest()
    assert drawn == [RELEASES[1].round_id, RELEASES[0].round_id]


class WithoutSome(InventedReports):
    """Rounds that were abandoned, some of them."""

    most = 4

    async def results(self) -> Results:
        """Return them with what there is."""
        missing = (
            WithoutResult(CHECK_IN, f"Pulse {number}", FIRST_DAY, FIRST_DAY)
            for number in range(self.most)
        )
        return replace(await super().results(), without_result=tuple(missing))


@pytest.mark.parametrize("releases", [(), RELEASES[:0:-1]], ids=["none yet", "some"])
async def test_nobody_waits_in_a_chat_for_what_never_comes(releases: Sequence[Release]) -> None:
    in_short = ReleasesInShort(WithoutSome(releases), None)
    report = await in_short.newest()
    assert [each[:8] for each in report.missing] == ["Pulse 0,", "Pulse 1,", "Pulse 2,"]
    assert all("this round has no result" in each for each in report.missing)
    # Kept by the release, and what is missing is looked at anew.
    in_short = ReleasesInShort(waiting := WithoutSome(releases), None)
    await in_short.newest()
    waiting.most = 1
    assert len((await in_short.newest()).missing) == 1


class Waiting(InventedReports):
    """Nothing is out, and this is to come."""

    def __init__(self, upcoming: Sequence[UpcomingResult]) -> None:
        super().__init__(())
        self.upcoming = tuple(upcoming)

    async def results(self) -> Results:
        """Return what is to come."""
        return Results("Fenmarch", self.upcoming, ())


async def test_before_the_first_result_it_is_said_when_it_comes() -> None:
    soon = UpcomingResult(CHECK_IN, "Pulse", None, FIRST_DAY)
    later = UpcomingResult("other", "Other", None, FIRST_DAY.replace(year=FIRST_DAY.year + 1))
    report = await ReleasesInShort(Waiting([later, soon]), "https://checkin.example").newest()
    assert (report.picture, report.address) == (None, None)
    (sentence,) = report.sentences
    assert f"{FIRST_DAY.day} {FIRST_DAY:%B %Y}" in sentence
    report = await ReleasesInShort(Waiting([]), None).newest()
    assert report.sentences == ("The first one comes when a round has closed.",)


async def test_a_broken_chain_shows_nothing() -> None:
    reports = InventedReports(RELEASES)
    reports.error = BrokenChain(round="autumn")
    assert await ReleasesInShort(reports, None).newest() is DAMAGED
    assert DAMAGED.picture is None


async def test_other_errors_are_left_to_who_asked() -> None:
    reports = InventedReports(RELEASES)
    reports.error = StandEasyError()
    with pytest.raises(StandEasyError):
        await ReleasesInShort(reports, None).newest()


def test_a_result_with_themes_goes_before_a_newer_one_that_only_counts() -> None:
    taps = a_taps_release()
    assert newest_with_themes((taps, *RELEASES)) is RELEASES[0]
    assert newest_with_themes((taps,)) is taps
    spec = picture_of(taps)
    assert spec == counts_picture(taps.counts[0])
    report = report_on(taps, (taps,))
    assert report.sentences
    assert report.note is None


def test_where_nothing_at_all_is_shown_there_are_words_alone() -> None:
    document = {**a_taps_release().document, "counts": []}
    assert picture_of(make_release(document)) is None


async def test_page_and_chat_say_the_same() -> None:
    reports = all_releases()
    report = await ReleasesInShort(reports, "https://checkin.example").newest()
    newest = reports.releases[0]
    routes = lead_routes(reports, OpenDoor())
    application = web_application(routes, allowed_hosts=["checkin.example"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport) as client:
        assert report.address is not None
        page = words((await client.get(report.address)).text)
    assert report.title.partition(":")[0] in page
    for sentence in report.sentences:
        theme, _, text = sentence.partition(": ")
        assert theme in page
        assert text in page
    # Byte for byte the picture that the page offers.
    assert report.picture == as_png(heat_picture(newest))


async def test_while_a_picture_is_drawn_nobody_waits() -> None:
    turns = 0
    drawing = asyncio.create_task(png_drawn_apart(heat_picture(RELEASES[0])))
    while not drawing.done():
        await asyncio.sleep(0)
        turns += 1
    assert (await drawing).startswith(b"\x89PNG")
    # In this process the library would hold everything up until it is done.
    assert turns > 100


@pytest.mark.parametrize("spec", [{}, {"mark": "no such mark"}])
async def test_what_cannot_be_drawn_says_so_and_no_more(spec: dict[str, object]) -> None:
    with pytest.raises(PictureNotMade, match="expected a PNG"):
        await png_drawn_apart(spec)


async def test_a_press_that_hangs_is_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    press = tmp_path / "press.py"
    press.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(drawn_apart, "_PRESS", press)
    monkeypatch.setattr(drawn_apart, "PATIENCE", 0.1)
    with pytest.raises(PictureNotMade):
        await png_drawn_apart({})
