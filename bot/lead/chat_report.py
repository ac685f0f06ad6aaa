"""The newest result for a lead's chat: the heat map, what stands out, and where the page is.

Everything is read from stored `Release`s with the page's own words and chart. It is made once
for each release, the picture by a process of its own, and kept by the release's hash.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from bot.core.disclosure.release import DamagedRelease, Release
from bot.lead.asked import asked_in
from bot.lead.drawing import Spec
from bot.lead.drawn_apart import png_drawn_apart
from bot.lead.heat_map import days_of, themes_of, title_of
from bot.lead.pages import Reports
from bot.lead.pictures import counts_picture, heat_picture
from bot.lead.wording import no_result_of, summary_of
from bot.web.words import day_in_words, days_in_words
from bot.workflows.chat_report import ChatReport
from bot.workflows.kept_releases import BrokenChain, UnreadableRelease
from bot.workflows.report import Results

log = logging.getLogger(__name__)

MOST_SENTENCES: Final = 3
NO_RESULT: Final = "There is no result yet"
DAMAGED: Final = ChatReport(
    "The results cannot be shown now",
    (
        "A stored result is damaged or does not fit the ones before it, so nothing is shown.",
        "Tell the person who runs Stand Easy: a backup has to be restored.",
    ),
)


class ReleasesInShort:
    """Makes the message of the newest release, and keeps it."""

    def __init__(self, reports: Reports, public_url: str | None) -> None:
        self._reports, self._public_url = reports, public_url
        self._kept: tuple[bytes, ChatReport] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def newest(self) -> ChatReport:
        """Return the newest result, or a sentence that says why there is none to show."""
        try:
            results = await self._reports.results()
        except (BrokenChain, DamagedRelease, UnreadableRelease) as error:
            log.error("%s %s", error, error.hint)
            return DAMAGED
        missing = tuple(map(no_result_of, results.without_result[:MOST_SENTENCES]))
        if not results.releases:
            return replace(_not_yet(results), missing=missing)
        release = newest_with_themes(results.releases)
        async with self._one_at_a_time:
            if self._kept is None or self._kept[0] != release.hash:
                self._kept = (release.hash, await self._made(release, results.releases))
            kept = self._kept[1]
        return replace(kept, missing=missing) if missing else kept

    async def _made(self, release: Release, releases: Sequence[Release]) -> ChatReport:
        words = await asyncio.to_thread(report_on, release, releases, self._public_url)
        spec = picture_of(release)
        return replace(words, picture=None if spec is None else await png_drawn_apart(spec))


def newest_with_themes(releases: Sequence[Release]) -> Release:
    """Return the newest of releases (newest first) that has a heat map; else the newest."""
    return next((each for each in releases if themes_of(each)), releases[0])


def report_on(
    release: Release, releases: Sequence[Release], public_url: str | None = None
) -> ChatReport:
    """Return the words about a release that is the newest of its check-in."""
    page = f"{public_url}/results/{quote(release.round_id, safe='')}" if public_url else None
    return ChatReport(
        f"{title_of(release)}: {days_in_words(*days_of(release))}",
        summary_of(releases, release.document["check_in"], MOST_SENTENCES),
        page,
        note=note_on(release),
    )


def note_on(release: Release) -> str | None:
    """Return how to read the heat map; None where there is none."""
    themes = themes_of(release)
    if not themes:
        return None
    first, asked = themes[0], asked_in(release)
    some = "" if asked.everyone else f"{asked.heading}. "
    return (
        f"{some}In the picture: how many gave the answers at the low end, such as “{first.low}”"
        f" under {first.title}. The stronger the colour, the more; a dot is not shown."
    )


def picture_of(release: Release) -> Spec | None:
    """Return the heat map; where a release has no themes, what it counts, if that is shown."""
    if themes_of(release):
        return heat_picture(release)
    counted = map(counts_picture, release.counts)
    return next((spec for spec in counted if spec is not None), None)


def _not_yet(results: Results) -> ChatReport:
    days = [each.expected_on for each in results.upcoming]
    if not days:
        return ChatReport(NO_RESULT, ("The first one comes when a round has closed.",))
    return ChatReport(NO_RESULT, (f"The first one is expected on {day_in_words(min(days))}.",))
