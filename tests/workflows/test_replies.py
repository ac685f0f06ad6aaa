"""You said, we did: only what a release shows can be replied to, and only that is shown."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.disclosure.bands import Band
from bot.core.rounds import NoSuchRound
from bot.officer import check_in_screens
from bot.sandbox.entities import parse_html
from bot.workflows.catalogue import Catalogue, RoundInView, read_catalogue
from bot.workflows.replies import (
    LONGEST_LINE,
    EmptyLine,
    LineTooLong,
    LineWithMarkup,
    NoEnglishLine,
    NoSuchGroup,
    NoSuchScale,
    NothingReleased,
    NotShown,
    Replies,
    add_reply,
)
from tests.leads import HERON
from tests.officer.every_screen import ENGLISH
from tests.officer.views import a_draft, maker
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")

RESPONSE = "department:response"
LINE = {"en": "Two more people on lates from January.", "cy": "Dau arall o fis Ionawr."}
WORDS = {
    (0, 10): "one in ten or fewer",
    (0, 20): "two in ten or fewer",
    (10, 20): "one to two in ten",
    (20, 30): "two to three in ten",
    (20, 40): "two to four in ten",
    (30, 40): "three to four in ten",
    (40, 50): "four to five in ten",
    (40, 60): "four to six in ten",
    (80, 100): "eight in ten or more",
}


async def answered(office: Office, round_id: str, people: list[int], day: int) -> None:
    """Let a round pass with these people's answers, and release it."""
    office.now = at(day, 0, 5)
    await office.turn()
    office.now = at(day, 17)
    for number, officer in enumerate(people):
        chosen = tuple(2 + (number + 2 * item) % 5 for item in range(5))
        await office.answers(officer, chosen=chosen, round_id=round_id)
    office.now = at(day + 28, 0)
    await office.turn()
    await office.count()
    await office.turn()


async def released(office: Office) -> list[int]:
    """Release one round of 48 people: some groups are shown of it and some are not."""

    async def make() -> list[int]:
        people = await office.joined(20, "harbour-response")
        people += await office.joined(16, "market-response")
        people += await office.joined(12, "control-room")
        await answered(office, ROUND, people, 0)
        return people

    return await office.comes_to("one release", make)


async def stored(office: Office, round_id: str = ROUND) -> Any:
    """Return a release as anybody reads it who knows nothing of this program."""
    async with office.storage.read("look") as tx:
        rows = await tx.all(text("SELECT round, content FROM release"))
    return json.loads(next(bytes(row.content) for row in rows if row.round == round_id))


async def replied(
    office: Office, group: str = RESPONSE, scale: str = "workload", **lines: str
) -> int:
    return await add_reply(office.storage, ROUND, group, scale, lines or LINE, HERON, office.clock)


async def catalogue(office: Office) -> Catalogue:
    return await read_catalogue(office.storage, office.instruments, ())


async def in_view(office: Office, round_id: str = NEXT_ROUND) -> RoundInView:
    found = await catalogue(office)
    return next(view for view in found.rounds.values() if view.id == round_id)


def first_screen(view: RoundInView, team: str) -> str:
    """Return the first question as an officer of a team sees it."""
    unit = view.units.position_of_team(team)
    assert unit is not None
    draft = type(a_draft(view))(view.reference, 0, unit, 0, a_draft(view).answers)
    shown, _ = parse_html(check_in_screens.question(ENGLISH, draft, view, maker(view)).text)
    return shown


async def test_what_is_shown_is_exactly_what_was_released(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await released(office)
        document = await stored(office)
        titles = {scale["id"]: scale for scale in document["scales"]}
        shown = 0
        for group in document["groups"]:
            for scale, cell in group["scales"].items():
                if cell is None:
                    with pytest.raises(NotShown):
                        await replied(office, group["id"], scale)
                    continue
                shown += 1
                await replied(office, group["id"], scale)
                view = await in_view(office)
                newest = view.findings[0]
                assert newest.share == Band(*cell["low"])
                assert newest.group == group["name"]
                assert newest.theme == titles[scale]["title"]
                assert newest.answer == titles[scale]["low"]
                assert newest.reply == LINE
                if group["id"] == "force" or "harbour" in group["id"] or group["id"] == RESPONSE:
                    assert (
                        f"You said ({group['name']}): on “{titles[scale]['title']['en']}”,"
                        f" {WORDS[tuple(cell['low'])]} answered “{titles[scale]['low']['en']}”.\n"
                        f"We did: {LINE['en']}\n"
                    ) in first_screen(view, "harbour-response")
        assert shown >= 12


async def test_only_the_group_that_said_it_sees_it(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await released(office)
        await replied(office)
        view = await in_view(office)
        for team in ("harbour-response", "market-response", "night-relief"):
            assert "You said (Response Policing)" in first_screen(view, team)
        for team in ("control-room", "dog-unit"):
            assert "You said" not in first_screen(view, team)


async def test_the_later_of_two_replies_to_a_finding_counts(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        await replied(office, en="First thoughts.")
        await replied(office, "force", "sleep", en="Something for everybody.")
        await replied(office, en="  Second\n thoughts. ")
        view = await in_view(office)
        assert [each.reply["en"] for each in view.findings] == [
            "Second thoughts.",
            "Something for everybody.",
        ]
        assert "We did: Second thoughts." in first_screen(view, "harbour-response")
        assert "We did: Something for everybody." in first_screen(view, "control-room")


async def test_a_newer_release_takes_old_replies_off(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        people = await released(office)
        await replied(office)
        await answered(office, NEXT_ROUND, people, 28)
        assert await stored(office, NEXT_ROUND)
        found = await catalogue(office)
        assert all(view.findings == () for view in found.rounds.values())


async def test_without_a_reply_nothing_is_shown(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        view = await in_view(office)
        assert view.findings == ()
        assert "You said" not in first_screen(view, "harbour-response")


async def test_a_reply_says_what_is_wrong_with_its_place(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        with pytest.raises(NothingReleased, match=ROUND):
            await replied(office)
        await released(office)
        with pytest.raises(NoSuchGroup, match="department:response"):
            await replied(office, "department:canteen")
        with pytest.raises(NoSuchScale, match="workload"):
            await replied(office, scale="mood")
        with pytest.raises(NoSuchRound):
            await add_reply(office.storage, "nowhere", "force", "sleep", LINE, HERON, office.clock)
        assert await office.number("SELECT count(*) FROM reply") == 0
        assert await office.number("SELECT count(*) FROM audit WHERE act = 'reply'") == 0


NOT_WORDS = (
    "pc.heron@example.org",
    "See http://example.org/x",
    "See WWW.example.org",
    "\uff20heron",
    "\uff1cb\uff1e",
    "see https\uff1a\uff0f\uff0fexample.org",
    "See t.me/nobody_bot",
    "Send /forget now",
    "mailto:heron now",
    "\uff57\uff57\uff57\uff0eexample.org",
    "Ring 07700,900,123",
    "\u2800" * LONGEST_LINE,
    "\u3164",
    "\u115f\u1160",
    "Thank you." + "\u2800" * 60 + "Stand Easy: check-ins are named from now on.",
    "Thank you." + " \ufe0f" * 60 + "Stand Easy: check-ins are named from now on.",
    "Done e" + "\u0301" * 190,
)


async def test_a_reply_says_what_is_wrong_with_its_lines(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        for line in ("", " \n "):
            with pytest.raises(EmptyLine, match="cy"):
                await replied(office, en="Fine.", cy=line)
        with pytest.raises(LineTooLong, match="201 characters: expected at most 200"):
            await replied(office, en="x" * (LONGEST_LINE + 1))
        for line in ("<b>more</b> people", "less than < 5", "a\u202eb", "a\x00b", *NOT_WORDS):
            with pytest.raises(LineWithMarkup) as caught:
                await replied(office, en=line)
            assert line not in str(caught.value)
        with pytest.raises(NoEnglishLine, match="cy"):
            await replied(office, cy="Iawn.")
        assert await office.number("SELECT count(*) FROM reply") == 0
        await replied(office, en="x" * LONGEST_LINE)


async def test_a_reply_is_in_the_audit_trail(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await released(office)
        await replied(office)
        async with office.storage.read("look") as tx:
            rows = await tx.all(
                text("SELECT actor, subject, detail FROM audit WHERE act = 'reply'")
            )
        assert [tuple(row) for row in rows] == [
            ("lead Heron", f"round {ROUND}", "group department:response, scale workload")
        ]


async def test_a_damaged_release_shows_nothing_and_stops_nobody(
    sqlite_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        await replied(office)
        # Only somebody with the database file itself can do this.
        await office.change("DROP TRIGGER release_refuses_update")
        await office.change("UPDATE release SET hash = previous_hash")
        view = await in_view(office)
        assert view.findings == ()
        assert "is damaged" in caplog.text


async def test_a_preview_is_what_officers_will_be_shown_and_stores_nothing(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        await released(office)
        lead = Replies(office.storage, office.clock)
        before = await lead.preview(ROUND, RESPONSE, "workload", LINE)
        assert await lead.current(ROUND) == {}
        await lead.add(ROUND, RESPONSE, "workload", {"en": "First thoughts."}, HERON)
        await lead.add(ROUND, RESPONSE, "workload", LINE, HERON)
        counts = await lead.current(ROUND)
        assert counts == {(RESPONSE, "workload"): LINE}
        shown = (await in_view(office)).findings[0]
        assert replace(shown, teams=before.teams) == before
        for group, scale, error in (
            ("department:canteen", "workload", NoSuchGroup),
            (RESPONSE, "mood", NoSuchScale),
        ):
            with pytest.raises(error):
                await lead.preview(ROUND, group, scale, LINE)
        with pytest.raises(NoEnglishLine):
            await lead.preview(ROUND, RESPONSE, "workload", {"cy": "Iawn."})
