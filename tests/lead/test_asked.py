"""Where some teams were asked, no page, file or message speaks of the force."""

import csv
import io
import json

import pytest

from bot.core.disclosure.extract import extract
from bot.core.disclosure.release import EVERYBODY_ASKED, Release
from bot.core.reporting_units import form_units
from bot.lead.asked import asked_in
from bot.lead.chat_report import report_on
from bot.lead.exports.about import facts_of
from bot.lead.exports.csv import release_as_csv
from bot.lead.exports.pack.content import content_of
from bot.lead.wording import summary_of
from tests.core.builders import a_programme
from tests.core.disclosure.tables import answered, released
from tests.lead.results import InventedReports, a_release
from tests.lead.test_pages import reading

PROGRAMME = a_programme({"east": [("a", 60), ("b", 70)], "west": [("c", 80)]})
TEAMS = {team.id: team for team in PROGRAMME.force.teams}


def some() -> Release:
    """The release of a round that asked two of three teams."""
    units = form_units(PROGRAMME, ["a", "c"])
    return released(units, [*answered("a", 15, 15, 15), *answered("c", 5, 25, 30)], teams=TEAMS)


@pytest.mark.parametrize("page", ["", "/groups/1", "/themes/mood", "/groups/1/themes/mood"])
async def test_no_page_speaks_of_the_whole_force(page: str) -> None:
    release = some()
    async with reading(InventedReports((release,))) as lead:
        text = (await lead.get(f"/results/{release.round_id}{page}")).text

    assert EVERYBODY_ASKED in text or EVERYBODY_ASKED.lower() in text.lower()
    assert "hole force" not in text
    assert PROGRAMME.force.name not in text


async def test_a_page_lists_the_teams_that_were_asked() -> None:
    release = some()
    async with reading(InventedReports((release,))) as lead:
        text = (await lead.get(f"/results/{release.round_id}")).text

    assert "Everybody asked: Team a, Team c" in text
    assert "Of everybody asked" in text


def test_no_file_speaks_of_the_force() -> None:
    release = some()
    assert ("Everybody asked", "Team a, Team c") in list(facts_of(release))
    rows = list(csv.DictReader(io.StringIO(release_as_csv(release).decode("utf-8-sig"))))
    assert {row["level"] for row in rows} == {"asked", "department"}
    said = json.dumps(content_of(release, [], []))
    assert "hole force" not in said
    assert PROGRAMME.force.name not in said
    assert "Of everybody asked" in said


def test_an_extract_names_its_own_teams_and_does_not_say_that_they_are_all() -> None:
    own = extract(some(), {"west"})
    assert own is not None
    assert asked_in(own).heading == "Everybody asked, among them Team c"
    assert ("Everybody asked", "among them Team c") in list(facts_of(own))


def test_the_chat_says_who_was_asked() -> None:
    release = some()
    report = report_on(release, [release])

    assert (report.note or "").startswith("Everybody asked: Team a, Team c. ")
    assert "force" not in " ".join(summary_of([release], "weekly"))


def test_of_everyone_the_force_is_spoken_of_as_before() -> None:
    asked = asked_in(a_release())

    assert (asked.everyone, asked.answered) == (True, "In the whole force")
    assert asked.heading == "Fenmarch Constabulary (invented)"
