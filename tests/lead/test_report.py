"""The report: what stands out, histories, themes and blocks say what the releases say."""

import html
import re
from dataclasses import replace

import pytest

from bot.core.disclosure.bands import Band
from bot.core.evaluation.series import series_of
from bot.lead.overview import by_check_in
from bot.lead.pages import prepare
from bot.lead.pictures import cuts_of
from bot.lead.wording import (
    NOTHING_STANDS_OUT,
    TOO_EARLY_TO_TELL,
    change_in_words,
    findings_of,
    names_together,
    series_in_words,
    summary_of,
)
from bot.sandbox.demo.invented_year import invented_year
from bot.web.words import days_in_short, share_in_figures, share_in_short, share_in_words
from bot.wiring import example_programme_path, instruments_by_key, read_programme
from tests.lead.a_year import UNTIL, a_year, releases_of_a_year
from tests.lead.readers import PageReader
from tests.lead.results import InventedReports, a_release, a_taps_release, an_empty_release
from tests.lead.test_pages import HIDDEN, reading

PULSE = "weekly-pulse"
NEWEST = "weekly-pulse-2026-11-16"
HARBOUR = 3
ROUNDS = 13


async def text_of(path: str, reports: InventedReports | None = None) -> str:
    """One page of the year."""
    async with reading(reports or a_year()) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_the_same_programme_and_day_give_the_same_past() -> None:
    force = read_programme(example_programme_path())
    trust = force.model_copy(update={"check_ins": [force.check_in("trust")]})
    one, two = (invented_year(trust, instruments_by_key(), UNTIL) for _ in range(2))
    assert [each.release.content for each in one] == [each.release.content for each in two]
    assert len(one) == 4


async def test_what_stands_out_is_told_first_and_leads_to_its_history() -> None:
    text = await text_of("/results")
    found = findings_of(releases_of_a_year(), PULSE)
    assert found
    assert found[0].sentence.startswith("Workload: Response Policing has been in the lowest band")
    for finding in found:
        assert html.escape(finding.text, quote=False) in text
        assert f"/groups/{finding.number}/themes/{finding.scale}" in text
    assert text.index("What stands out") < text.index("In short") < text.index("By group")


async def test_an_older_release_says_what_stood_out_then_and_names_the_newest() -> None:
    older = by_check_in(releases_of_a_year())[0].releases[5]
    text = await text_of(f"/results/{older.round_id}")
    assert "What stood out" in text
    assert "This is an earlier result." in text
    assert "Response Policing has been in the lowest band" not in text
    assert f'href="/results/{NEWEST}"' in text


@pytest.mark.parametrize(
    ("releases", "sentence"),
    [
        ([a_release()], TOO_EARLY_TO_TELL),
        ([a_release(earlier=[an_empty_release()]), an_empty_release()], NOTHING_STANDS_OUT),
    ],
)
async def test_when_nothing_can_be_told_a_sentence_says_so(
    releases: list[object], sentence: str
) -> None:
    reports = InventedReports(tuple(releases))  # type: ignore[arg-type]
    assert sentence in await text_of("/results", reports)
    assert summary_of(releases, PULSE) == (sentence,)  # type: ignore[arg-type]


def test_neighbouring_groups_are_named_as_people_say_it() -> None:
    groups = releases_of_a_year()[0].groups
    one, two, three, four = (replace(groups[-1], name=name) for name in ("A", "B", "C", "D"))
    assert names_together([one]) == "A"
    assert names_together([one, two]) == "A and B"
    assert names_together([one, two, three, four]) == "A and three neighbouring teams"
    department = replace(groups[1], name="Dept")
    assert names_together([department, two, three]) == "Dept and two departments"


async def test_a_history_has_every_release_until_then_and_no_later_one() -> None:
    check_in = by_check_in(releases_of_a_year())[0]
    for place, release in ((0, check_in.newest), (5, check_in.releases[5])):
        path = f"/results/{release.round_id}/groups/{HARBOUR}/themes/workload"
        shown = PageReader(await text_of(path)).rows[1:]
        points = series_of(check_in.releases[place:], PULSE, release.groups[2].id, "workload")
        assert len(points) == ROUNDS - place
        said = [tuple(text for text, _ in row) for row in shown]
        assert said == [
            (
                days_in_short(point.opens_on, point.closes_on),
                HIDDEN if point.low is None else share_in_words(point.low),
                HIDDEN if point.low is None else share_in_figures(point.low),
            )
            for point in reversed(points)
        ]


async def test_a_history_is_drawn_as_ranges_with_a_title_and_a_summary() -> None:
    text = await text_of(f"/results/{NEWEST}/groups/{HARBOUR}/themes/workload")
    picture = text[text.index("<svg") : text.index("</svg>")]
    assert 'role="img"' in picture
    names = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', picture)
    assert len(names) == 2
    for name in names:
        assert f'id="{name}"' in picture
    assert "Workload in Harbour Response" in picture
    assert "More since September 2026" in picture
    # Thirteen rounds, thirteen blocks; nothing in them but attributes.
    assert picture.count('fill="#2a7475"') == ROUNDS
    assert "style=" not in picture


async def test_a_theme_shows_every_group_round_by_round() -> None:
    check_in = by_check_in(releases_of_a_year())[0]
    rows = PageReader(await text_of(f"/results/{NEWEST}/themes/sleep")).rows
    header, *lines = rows
    assert len(header) == 7
    newest = check_in.releases[:6]
    for group, line in zip(check_in.newest.groups, lines, strict=True):
        name, *cells = [text for text, _ in line]
        assert name == group.name
        bands = []
        for release in reversed(newest):
            same = next((each for each in release.groups if each.id == group.id), None)
            scale = None if same is None else same.scales["sleep"]
            bands.append(HIDDEN if scale is None else share_in_words(scale.bands[0]))
        assert cells == bands


async def test_cuts_are_shown_whole_or_as_one_dot() -> None:
    text = await text_of("/results")
    cuts = cuts_of(releases_of_a_year()[0])
    assert [cut.by for cut in cuts] == ["high-stress", "role", "service"]
    for cut in cuts:
        assert cut.title in text
        for cell in cut.cells:
            assert cell.label in text
    bare = a_release()
    document = dict(bare.document)
    document.pop("cuts", None)
    assert all(not cut.cells for cut in cuts_of(an_empty_release()))


async def test_retention_trust_and_support_stand_beside_each_with_its_own_round() -> None:
    text = await text_of("/results")
    block = text[text.index("Staying, leaving, trust and support") :]
    for title in ("Staying or going", "Why people left", "Trust in anonymity"):
        assert title in block
    assert "These are taps, not people" in block
    assert "about 30 to 35" in block


async def test_a_round_of_taps_alone_has_no_heat_map() -> None:
    reports = InventedReports((a_taps_release(),))
    text = await text_of("/results", reports)
    assert 'class="heat"' not in text
    assert "Support that was opened" not in text
    assert "Counted in the whole force" in text


def test_a_series_in_words_says_where_it_is_and_how_it_was() -> None:
    releases = by_check_in(releases_of_a_year())[0].releases
    group = releases[0].groups[2].id
    points = series_of(releases, PULSE, group, "workload")
    said = series_in_words(points, "Bad")
    assert said.startswith("“Bad”: eight in ten or more (16 November to 14 December 2026).")
    assert "Fewest in any round: two to three in ten; most: eight in ten or more." in said
    assert "There is nothing to compare it with yet." in series_in_words(points[:1], "Bad")
    hidden = [replace(point, scale=None, comparable=False) for point in points]
    assert series_in_words(hidden, "Bad").startswith("Nothing of this could be shown")
    some = [*points[:2], hidden[2], replace(points[3], comparable=False), *points[4:6]]
    said = series_in_words(some, "Bad")
    assert "One of six rounds not shown." in said
    assert "One new start" in said
    same = [replace(points[0], round_id=str(number)) for number in range(3)]
    assert "It was the same in every round" in series_in_words(same, "Bad")
    assert change_in_words(points[:10]).startswith("No change")
    assert change_in_words(points[:12]).startswith("More than before")


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(0, 20), "up to 2 in 10"),
        (Band(20, 40), "2–4 in 10"),
        (Band(80, 100), "8 in 10 or more"),
        (Band(25, 30), "25–30\u00a0%"),
    ],
)
def test_a_share_for_a_narrow_place(band: Band, words: str) -> None:
    assert share_in_short(band) == words


@pytest.mark.parametrize(
    "path",
    [
        f"/results/{NEWEST}/groups/3/themes/nothing",
        f"/results/{NEWEST}/groups/99/themes/sleep",
        f"/results/{NEWEST}/groups/0/themes/sleep",
        f"/results/{NEWEST}/themes/nothing",
        f"/results/{NEWEST}/themes/%3Cscript%3E",
        "/results/nothing/themes/sleep",
        "/results/weekly-pulse-2026-13-45",
    ],
)
async def test_a_group_theme_or_day_that_is_not_there_is_no_page(path: str) -> None:
    async with reading(a_year()) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert "There is no page here" in answer.text
    assert "Traceback" not in answer.text


async def test_no_page_of_the_report_has_a_style_or_a_script() -> None:
    async with reading(a_year()) as client:
        for path in (
            "/results",
            "/results/stay-2026-08-13",
            f"/results/{NEWEST}/groups/1",
            f"/results/{NEWEST}/themes/sleep",
            f"/results/{NEWEST}/groups/4/themes/sleep",
        ):
            answer = await client.get(path)
            assert answer.status_code == 200, path
            for name, attributes in PageReader(answer.text).elements:
                assert name not in ("script", "style", "foreignobject", "image")
                assert "style" not in attributes
                assert not [each for each in attributes if each.startswith("on")]
            ids = re.findall(r'\sid="([^"]+)"', answer.text)
            assert len(ids) == len(set(ids)), path


async def test_what_the_first_page_needs_is_made_ready() -> None:
    await prepare(a_year(), draw=True)
    await prepare(InventedReports(), draw=True)
