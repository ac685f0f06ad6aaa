"""Uploads: files within limits, and everything else refused in words."""

from collections.abc import Mapping, Sequence

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web import uploads
from bot.web.application import web_application
from bot.web.uploads import File, TooLarge, read_upload

MOST = 1_000


async def upload(request: Request) -> Response:
    """Say what was read."""
    found = await read_upload(request, MOST, frozenset({"rows"}))
    files = {
        name: ["too large", each.name]
        if isinstance(each, TooLarge)
        else [each.name, len(each.content)]
        for name, each in found.files.items()
    }
    fields = {name: found.fields.all(name) for name in ("reason", "rows", "file")}
    return JSONResponse({"files": files, "fields": fields})


async def sent(
    files: Mapping[str, tuple[str, bytes]] | None = None,
    data: Mapping[str, str | Sequence[str]] | None = None,
    **more: object,
) -> httpx.Response:
    application = web_application(
        [Route("/", upload, methods=["POST"])], allowed_hosts=["console.example"], on_loopback=True
    )
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        return await client.post("/", files=files, data=data, **more)  # type: ignore[arg-type]


async def test_fields_and_files_come_as_they_were_sent() -> None:
    answer = await sent({"file": ("teams.csv", b"a,b\r\n--x\r\n")}, {"reason": " for the spring "})
    assert answer.json() == {
        "files": {"file": ["teams.csv", 10]},
        "fields": {"reason": [" for the spring "], "rows": [], "file": []},
    }


async def test_a_file_that_was_not_chosen_is_not_there() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"
    )
    answer = await sent(content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert answer.json()["files"] == {}


async def test_a_file_beyond_the_limit_is_read_to_its_end_and_kept_nowhere() -> None:
    answer = await sent({"file": ("teams.xlsx", bytes(40 * MOST))}, {"reason": "x"})
    assert answer.json()["files"] == {"file": ["too large", "teams.xlsx"]}
    assert answer.json()["fields"]["reason"] == ["x"]
    assert (await sent({"file": ("teams.xlsx", bytes(MOST))})).json()["files"]["file"][1] == MOST


async def test_a_field_may_be_large_where_the_page_says_so() -> None:
    many = "x" * MOST
    answer = await sent({"file": ("a", b"a")}, {"rows": many})
    assert answer.json()["fields"]["rows"] == [many]
    assert (await sent({"file": ("a", b"a")}, {"rows": many + "x"})).status_code == 413
    assert (await sent({"file": ("a", b"a")}, {"reason": "x" * 64_001})).status_code == 413


async def test_a_name_leads_nowhere() -> None:
    for given, shown in (
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\heron\\teams.csv", "teams.csv"),
        ("a\u202eb.csv", "a�b.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
        ("/", "the file"),
    ):
        answer = await sent({"file": (given, b"a")})
        assert answer.json()["files"]["file"][0] == shown


async def test_what_no_page_of_ours_sent_is_refused() -> None:
    kind = "multipart/form-data; boundary=b"
    for headers, body, status in (
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=b", 415),
        ({"content-type": "multipart/form-data"}, b"--b--", 415),
        ({"content-type": f"multipart/form-data; boundary={'b' * 71}"}, b"", 415),
        ({}, b"", 415),
        ({"content-type": kind}, b"", 400),
        ({"content-type": kind}, b"no boundary", 400),
        ({"content-type": kind}, b"--b\r\n", 400),
        ({"content-type": kind}, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', 400),
        (
            {"content-type": kind},
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--\r\n',
            400,
        ),
    ):
        answer = await sent(content=body, headers=headers)
        assert answer.status_code == status, body
        assert "Stand Easy" in answer.text


async def test_a_thousand_parts_are_too_many() -> None:
    answer = await sent({"file": ("a", b"a")}, {"rows": ["x"] * 1_000})
    assert answer.status_code == 413


async def test_whoever_sends_without_end_is_not_listened_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_DRAINED", 5_000)
    assert (await sent({"file": ("a", bytes(6_000))})).status_code == 413


def test_a_file_does_not_print_what_is_in_it() -> None:
    assert "secret" not in repr(File("teams.csv", b"secret"))
