"""The page of files and the files: names, headers, what is not there, and who may see them."""

import asyncio
import re
import threading

import pytest

from bot.core.disclosure.release import DamagedRelease, Release, make_release
from bot.lead.exports import routes
from bot.lead.exports.files import about_size, before_of, downloads_of, file_name
from bot.web.guards import SAFE_HEADERS
from tests.lead.exports.generated import a_generated_release
from tests.lead.exports.test_agree import GENERATED, reading
from tests.lead.readers import PageReader
from tests.lead.results import a_taps_release
from tests.web.doors import a_door

FILES = {
    "pack.pdf": "application/pdf",
    "release.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "release.csv": "text/csv; charset=utf-8",
    "release.json": "application/json",
    "charts/heat-map.png": "image/png",
    "charts/over-time.png": "image/png",
}
ROUND = GENERATED[0].round_id


async def test_every_file_on_the_page_is_there_and_about_as_large_as_it_says() -> None:
    async with reading(tuple(GENERATED)) as client:
        page = await client.get(f"/results/{ROUND}/files")
        assert page.status_code == 200
        links = PageReader(page.text).elements
        files = [each for name, each in links if name == "a" and "download" in each]
        for link in files:
            answer = await client.get(str(link["href"]))
            assert answer.status_code == 200
            given = answer.headers["Content-Disposition"]
            assert given == f'attachment; filename="{link["download"]}"'
        addresses = [str(link["href"]).removeprefix(f"/results/{ROUND}/") for link in files]
        assert set(FILES) < set(addresses)
        assert {"/results/all.csv", "/results/all.json"} < set(addresses)
        for download in downloads_of(GENERATED[0]):
            assert download.size in page.text
            assert download.purpose in page.text
            answer = await client.get(f"/results/{ROUND}/{download.address}")
            assert in_bytes(download.size) / 3 < len(answer.content) < in_bytes(download.size) * 3


def in_bytes(size: str) -> float:
    """Return the bytes that "about 40 kB" says."""
    found = re.fullmatch(r"about ([\d.]+)\u00a0(MB|kB|bytes)", size)
    assert found
    return float(found[1]) * {"MB": 1e6, "kB": 1e3, "bytes": 1}[found[2]]


def test_sizes_are_written_as_people_say_them() -> None:
    assert about_size(999) == "about 999\u00a0bytes"
    assert about_size(1_500) == "about 1.5\u00a0kB"
    assert about_size(158_400) == "about 160\u00a0kB"
    assert about_size(2_440_000) == "about 2.4\u00a0MB"


@pytest.mark.parametrize("name", FILES)
async def test_a_file_has_its_type_a_plain_name_and_is_not_stored(name: str) -> None:
    async with reading(tuple(GENERATED)) as client:
        answer = await client.get(f"/results/{ROUND}/{name}")
    ending = name.rpartition(".")[2]
    assert answer.headers["Content-Type"] == FILES[name]
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="monthly-2026-11.{ending}"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    for header, value in SAFE_HEADERS.items():
        assert answer.headers[header] == value


def test_a_name_never_breaks_a_header() -> None:
    document = dict(a_generated_release(1).document)
    document |= {"check_in": 'Ab"\r\nSet-Cookie: x/../é', "opens_on": '2026-"\r\n11-02'}
    assert re.fullmatch(r"[a-z0-9_-]+-2026-11\.csv", file_name(make_release(document), "csv"))


@pytest.mark.parametrize(
    "path",
    [
        "nothing/files",
        "waiting/files",
        "waiting/pack.pdf",
        "waiting/release.csv",
        "waiting/release.json",
        "waiting/release.xlsx",
        "waiting/charts/heat-map.png",
        f"{ROUND}/charts/nothing.png",
        f"{ROUND}/charts/..png",
        f"{ROUND}/release.xml",
    ],
)
async def test_what_is_not_there_and_what_is_not_released_get_the_same_page(path: str) -> None:
    async with reading(tuple(GENERATED), waiting=("waiting",)) as client:
        answer, nothing = await client.get(f"/results/{path}"), await client.get("/results/nothing")
    assert answer.status_code == 404
    assert answer.text == nothing.text


@pytest.mark.parametrize(
    "name", [*(f"{ROUND}/{name}" for name in ("files", *FILES)), "all.csv", "all.json"]
)
async def test_every_file_is_behind_the_door(name: str) -> None:
    async with reading(tuple(GENERATED), a_door()) as client:
        refused = await client.get(f"/results/{name}")
    assert (refused.status_code, refused.text) == (303, "")


async def test_a_damaged_release_gives_a_page_and_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Damaged:
        async def results(self) -> None:
            raise DamagedRelease(round="monthly")

        async def release_of(self, round_id: str) -> None:
            raise DamagedRelease(round=round_id)

    monkeypatch.setattr("tests.lead.exports.test_agree.InventedReports", lambda *_, **__: Damaged())
    async with reading(()) as client:
        for path in (f"{ROUND}/pack.pdf", f"{ROUND}/files", "all.csv", "all.json"):
            answer = await client.get(f"/results/{path}")
            assert answer.status_code == 503
            assert "The results cannot be shown now" in answer.text
            assert "Traceback" not in answer.text


async def test_without_any_release_all_results_are_an_empty_list() -> None:
    async with reading(()) as client:
        assert (await client.get("/results/all.json")).json() == []
        assert len((await client.get("/results/all.csv")).content.splitlines()) == 1


async def test_a_release_without_themes_has_no_heat_map_and_its_counts_are_a_picture() -> None:
    release = a_taps_release()
    async with reading((release,)) as client:
        page = (await client.get(f"/results/{release.round_id}/files")).text
        assert "heat-map.png" not in page
        assert "charts/counts-opened.png" in page
        picture = await client.get(f"/results/{release.round_id}/charts/counts-opened.png")
    assert picture.content.startswith(b"\x89PNG")


def test_a_pack_looks_back_on_what_was_out_before_and_never_on_what_came_later() -> None:
    newest, second, first = GENERATED
    assert before_of(GENERATED, newest) == [second, first]
    assert before_of(GENERATED, second) == [first]
    assert before_of(GENERATED, first) == []
    assert before_of([first, newest], first) == []


async def test_files_are_made_one_at_a_time_and_nothing_waits_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, go_on = threading.Event(), threading.Event()
    making: list[str] = []

    def slowly(release: Release) -> bytes:
        making.append("workbook")
        started.set()
        assert go_on.wait(30)
        making.append("made")
        return b"made"

    def at_once(release: Release, before: object) -> bytes:
        making.append("pack")
        return b"made"

    monkeypatch.setattr(routes, "xlsx_of", slowly)
    monkeypatch.setattr(routes, "pdf_of", at_once)
    async with reading(tuple(GENERATED)) as client:
        first = asyncio.create_task(client.get(f"/results/{ROUND}/release.xlsx"))
        assert await asyncio.to_thread(started.wait, 30)
        second = asyncio.create_task(client.get(f"/results/{ROUND}/pack.pdf"))
        # The loop is free: what needs no making is answered meanwhile.
        assert (await client.get(f"/results/{ROUND}/release.json")).status_code == 200
        assert making == ["workbook"]
        go_on.set()
        assert [(await each).content for each in (first, second)] == [b"made", b"made"]
    assert making == ["workbook", "made", "pack"]
