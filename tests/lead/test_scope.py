"""A lead of some departments sees those, on every page and in every file, and never another."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path

import httpx
import jsonschema
import openpyxl
import pypdf
import pytest
from starlette.routing import Route

from bot.core.access import Role, Visitor
from bot.core.disclosure.extract import Scope, extract
from bot.core.disclosure.release import NotARelease, Release
from bot.lead import exports
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.lead.scope import SCOPES_KEPT, KeptExtracts
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from bot.workflows.report import TeamPlace
from storage import releases as stored
from storage.engine import Storage
from tests.core.evaluation.history import MONTH, low, releases_of
from tests.lead.a_year import a_year
from tests.lead.acting import BEGINS, Lead, a_lead, words
from tests.lead.results import InventedReports, a_release, an_empty_release, example_programme

FORCE = example_programme().force
PLACES = tuple(
    TeamPlace(department.id, team.id, team.name)
    for department in FORCE.departments
    for team in department.teams
)
FOREIGN = [
    *(each.name for each in FORCE.departments if each.id != "response"),
    *(each.name for each in PLACES if each.department != "response"),
]


def a_lead_of(*departments: str) -> OpenDoor:
    """A door that takes everybody for a lead of these departments."""
    return OpenDoor(Visitor("Lee Invented", frozenset({Role.LEAD}), None, frozenset(departments)))


@asynccontextmanager
async def reading(
    reports: InventedReports, *departments: str
) -> AsyncIterator[tuple[httpx.AsyncClient, list[str]]]:
    """A browser of such a lead, and the patterns of all pages and files it could open."""
    door = a_lead_of(*departments)
    reports.teams = PLACES
    routes = [*export_routes(reports, door), *lead_routes(reports, door)]
    application = web_application(routes, allowed_hosts=["results.example"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://results.example", follow_redirects=True
    ) as client:
        paths = [route.path for route in routes if isinstance(route, Route)]
        yield client, list(dict.fromkeys(paths))


def text_of(answer: httpx.Response) -> str:
    """Everything that can be read in a page or a file."""
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/pdf":
        pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)
    if kind.endswith("spreadsheetml.sheet"):
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = (cell for sheet in book for row in sheet.values for cell in row)
        return " ".join(str(cell) for cell in cells)
    if kind == "image/png":
        # What is drawn in it stands in words in the pack, made from the same specifications.
        return ""
    return unescape(answer.text)


def addresses(pattern: str, release: Release) -> list[str]:
    """Every page of a release that a pattern of addresses stands for, and some beyond."""
    themes = [scale["id"] for scale in release.document["scales"]]
    found = [pattern.replace("{round_id}", release.round_id)]
    for name, values in (
        ("{number:number}", [str(number) for number in range(1, len(release.groups) + 1)]),
        ("{scale}", themes[:1]),
        ("{name}", ["heat-map"]),
    ):
        found = [
            each.replace(name, value)
            for each in found
            for value in (values if name in each else [""])
        ]
    return found


async def test_no_page_and_no_file_names_a_group_of_another_department() -> None:
    reports = InventedReports((a_release(earlier=[an_empty_release()]), an_empty_release()))
    opened, marks = 0, [each.hash.hex() for each in reports.releases]
    async with reading(reports, "response") as (client, patterns):
        for pattern in patterns:
            for address in addresses(pattern, reports.releases[0]):
                answer = await client.get(address)
                assert answer.status_code in (200, 404), address
                text = text_of(answer)
                assert not [name for name in FOREIGN if name in text], address
                assert not [mark for mark in marks if mark in text], address
                opened += answer.status_code == 200
    assert opened >= len(patterns)


async def test_what_they_see_of_their_own_is_all_there_is() -> None:
    async with reading(InventedReports((a_release(),)), "response") as (client, _):
        page = unescape((await client.get("/results")).text)
        for name in ("Response Policing", "Harbour Response", "extract for Response Policing"):
            assert name in page


async def test_groups_past_their_own_are_no_pages() -> None:
    release = a_release()
    async with reading(InventedReports((release,)), "response") as (client, _):
        found = [
            (await client.get(f"/results/{release.round_id}/groups/{number}")).status_code
            for number in range(1, len(release.groups) + 1)
        ]
    seen = extract(release, Scope(frozenset({"response"}), frozenset(), frozenset()))
    assert seen is not None
    assert found.count(200) == len(seen.groups) < len(release.groups)
    assert set(found) == {200, 404}


async def test_their_file_says_that_it_is_an_extract_and_keeps_the_schema() -> None:
    release = a_release()
    async with reading(InventedReports((release,)), "specialist") as (client, _):
        answer = await client.get(f"/results/{release.round_id}/release.json")
        page = (await client.get(f"/results/{release.round_id}")).text
    schema = json.loads((Path(exports.__file__).parent / "schema.json").read_text("utf-8"))
    jsonschema.validate(answer.json(), schema)
    assert answer.json()["extract"] == {"departments": ["specialist"]}
    # What is left out could be tried out against it.
    assert release.hash.hex() not in page + answer.text


async def test_over_a_year_nothing_stands_out_that_is_not_theirs() -> None:
    async with reading(a_year(), "response") as (client, _):
        text = unescape((await client.get("/results")).text)
    assert not [name for name in FOREIGN if name in text]


async def test_a_lead_of_the_whole_force_is_given_the_release_itself() -> None:
    release = a_release()
    application = web_application(
        export_routes(InventedReports((release,)), OpenDoor()),
        allowed_hosts=["results.example"],
        on_loopback=True,
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://results.example") as client:
        answer = await client.get(f"/results/{release.round_id}/release.json")
    assert answer.content == release.content


# --- Extracts that are kept -------------------------------------------------------------


def a_scope(department: str) -> Scope:
    """What a lead of one department sees."""
    return Scope(frozenset({department}), frozenset(), frozenset())


async def test_an_extract_is_made_once_while_its_release_is_the_same() -> None:
    kept, release = KeptExtracts(), a_release()
    (first,) = await kept.of([release], a_scope("response"))
    (again,) = await kept.of([release], a_scope("response"))
    (anew,) = await kept.of([a_release()], a_scope("response"))
    assert first is again
    assert anew is not first


async def test_no_more_scopes_are_kept_than_there_is_room_for() -> None:
    kept, release = KeptExtracts(), a_release()
    (first,) = await kept.of([release], a_scope("response"))
    for number in range(SCOPES_KEPT):
        await kept.of([release], a_scope(f"department-{number}"))
    (again,) = await kept.of([release], a_scope("response"))
    assert again is not first


async def test_an_extract_is_never_stored_as_a_release(sqlite_database: str) -> None:
    seen = extract(a_release(), a_scope("response"))
    assert seen is not None
    storage = Storage(sqlite_database)
    try:
        async with storage.transaction("test") as tx:
            with pytest.raises(NotARelease):
                await stored.append(tx, seen)
    finally:
        await storage.close()


# --- Acting -----------------------------------------------------------------------------

ROADS = (TeamPlace("roads", "cars", "Cars"), TeamPlace("roads", "bikes", "Bikes"))


@asynccontextmanager
async def acting(url: str, folder: Path, *departments: str) -> AsyncIterator[Lead]:
    """A lead of these departments who may record actions."""
    async with a_lead(url, folder, door=a_lead_of(*departments)) as lead:
        lead.reports.teams = ROADS
        yield lead


async def test_a_lead_records_actions_for_their_own_groups_alone(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with acting(sqlite_database, tmp_path, "roads") as lead:
        form = words(await lead.get("/actions/new"))
        assert "Cars" in form
        assert (await lead.recorded()).status_code == 303
        for foreign in ("force", "unit:elsewhere"):
            answer = await lead.recorded(groups=[foreign])
            assert answer.status_code == 422
    async with acting(sqlite_database, tmp_path, "harbour") as lead:
        assert (await lead.recorded()).status_code == 422


async def test_an_action_for_others_is_not_listed_and_cannot_be_ended(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with acting(sqlite_database, tmp_path, "roads") as lead:
        await lead.recorded(what="More cars on nights.")
    async with acting(sqlite_database, tmp_path, "harbour") as lead:
        assert "More cars on nights" not in await lead.get("/actions")
        await lead.get("/actions/1", 404)
        day = (BEGINS + MONTH).isoformat()
        assert (await lead.post("/actions/1/end", day=day)).status_code == 404
        assert (await lead.post("/actions/1/withdraw", sure="yes")).status_code == 404
    async with acting(sqlite_database, tmp_path, "roads") as lead:
        page = words(await lead.get("/actions/1"))
        assert "More cars on nights" in page
        assert "It has ended" in page


async def test_what_was_done_for_the_whole_force_is_read_and_not_ended(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with a_lead(sqlite_database, tmp_path) as lead:
        await lead.recorded(what="A quiet room on every site.", groups=["force"])
    async with acting(sqlite_database, tmp_path, "roads") as lead:
        page = words(await lead.get("/actions/1"))
        assert "A quiet room on every site" in page
        assert "It has ended" not in page
        assert (await lead.post("/actions/1/withdraw", sure="yes")).status_code == 404


async def test_nobody_answers_the_whole_force_for_some_departments(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with acting(sqlite_database, tmp_path, "roads") as lead:
        newest = lead.reports.found[-1].round_id
        await lead.get(f"/results/{newest}/groups/1/reply", 403)
        await lead.get(f"/results/{newest}/groups/2/reply")


async def test_a_verdict_compares_with_what_its_reader_sees_alone(
    sqlite_database: str, tmp_path: Path
) -> None:
    shown = {
        "force": low((20, 30), (20, 30), (20, 30), (20, 30), people=(100, None)),
        "department:roads": low(None, None, None, None),
        "unit:cars": low((60, 80), (60, 80), (20, 40), (20, 40)),
        "department:harbour": low(None, None, None, None),
        "unit:quay": low((10, 20), (10, 20), (80, 90), (80, 90)),
    }
    for door, compared in ((OpenDoor(), True), (a_lead_of("roads"), False)):
        folder = tmp_path / str(compared)
        folder.mkdir()
        async with a_lead(sqlite_database, folder, releases_of(shown), door) as lead:
            lead.reports.teams = ROADS
            await lead.recorded()
            page = words(await lead.get("/actions/1"))
            assert ("points more" in page) is compared
