"""A lead of some departments sees those, on every page and in every file, and never another."""

import io
import json
from collections.abc import AsyncIterator, Sequence
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
from bot.core.disclosure.extract import extract
from bot.core.disclosure.release import NotARelease, Release, make_release
from bot.lead import exports
from bot.lead.exports.routes import export_routes
from bot.lead.pages import lead_routes
from bot.lead.scope import SETS_KEPT, KeptExtracts
from bot.web.application import web_application
from bot.web.sign_in import OpenDoor
from storage import releases as stored
from storage.engine import Storage
from tests.core.evaluation.history import MONTH, low, releases_of
from tests.lead.a_year import a_year
from tests.lead.acting import BEGINS, Lead, a_lead, words
from tests.lead.results import InventedReports, a_release, an_empty_release, example_programme

FORCE = example_programme().force
OTHERS = [each for each in FORCE.departments if each.id != "response"]
FOREIGN = [
    *(each.name for each in OTHERS),
    *(team.name for each in OTHERS for team in each.teams),
]
RESPONSE = frozenset({"response"})


def a_lead_of(*departments: str) -> OpenDoor:
    """A door that takes everybody for a lead of these departments."""
    return OpenDoor(Visitor("Lee Invented", frozenset({Role.LEAD}), None, frozenset(departments)))


@asynccontextmanager
async def reading(
    reports: InventedReports, *departments: str
) -> AsyncIterator[tuple[httpx.AsyncClient, list[str]]]:
    """A browser of such a lead, and the patterns of all pages and files it could open."""
    door = a_lead_of(*departments)
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
    seen = extract(release, RESPONSE)
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


async def test_no_page_and_no_file_of_theirs_cuts_the_force() -> None:
    release = a_year().releases[0]
    assert all(cut.shown for cut in release.cuts)
    cells = [cell.label["en"] for cut in release.cuts for cell in cut.cells]
    async with reading(InventedReports((release,)), "response") as (client, patterns):
        for pattern in patterns:
            for address in addresses(pattern, release):
                text = text_of(await client.get(address))
                assert not [cell for cell in cells if cell in text], address
        for by in ("high-stress", "role", "service"):
            chart = f"/results/{release.round_id}/charts/cut-{by}.png"
            assert (await client.get(chart)).status_code == 404


async def test_a_round_of_one_other_department_is_nothing_to_them_on_any_page() -> None:
    """Wherever its teams are today: the round says whose they were."""
    whole = a_release()
    top = whole.document["groups"][0]
    inside = [
        {**each, "parent": "force"}
        for each in whole.document["groups"]
        if each["parent"] == "department:response"
    ]
    names = [name for each in inside for name in each["teams"]]
    groups = [{**top, "teams": names}, *inside]
    release = make_release({**whole.document, "asked": "some", "groups": groups})
    asked = {release.round_id: ["response"] * len(names)}
    for department, found in (("response", 200), ("specialist", 404)):
        reports = InventedReports((release,), asked=asked)
        async with reading(reports, department) as (client, patterns):
            for pattern in patterns:
                if "{round_id}" in pattern:
                    (address, *_) = addresses(pattern, release)
                    status = (await client.get(address)).status_code
                    assert status == found, address
                else:
                    text = text_of(await client.get(pattern))
                    assert found == 200 or not [name for name in names if name in text], pattern


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


async def unknown(round_id: str) -> Sequence[str]:
    """Say of a round that nothing is known of whom it asked."""
    return ()


async def test_an_extract_is_made_once_while_its_release_is_the_same() -> None:
    kept, release = KeptExtracts(), a_release()
    (first,) = await kept.of([release], RESPONSE, unknown)
    (again,) = await kept.of([release], RESPONSE, unknown)
    (anew,) = await kept.of([a_release()], RESPONSE, unknown)
    assert first is again
    assert anew is not first


async def test_no_more_extracts_are_kept_than_there_is_room_for() -> None:
    kept, release = KeptExtracts(), a_release()
    (first,) = await kept.of([release], RESPONSE, unknown)
    for number in range(SETS_KEPT):
        await kept.of([release], frozenset({f"department-{number}"}), unknown)
    (again,) = await kept.of([release], RESPONSE, unknown)
    assert again is not first


async def test_an_extract_is_never_stored_as_a_release(sqlite_database: str) -> None:
    seen = extract(a_release(), RESPONSE)
    assert seen is not None
    storage = Storage(sqlite_database)
    try:
        async with storage.transaction("test") as tx:
            with pytest.raises(NotARelease):
                await stored.append(tx, seen)
    finally:
        await storage.close()


# --- Acting -----------------------------------------------------------------------------


@asynccontextmanager
async def acting(url: str, folder: Path, *departments: str) -> AsyncIterator[Lead]:
    """A lead of these departments who may record actions."""
    async with a_lead(url, folder, door=a_lead_of(*departments)) as lead:
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
            await lead.recorded()
            page = words(await lead.get("/actions/1"))
            assert ("points more" in page) is compared
