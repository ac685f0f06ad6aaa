"""The lead's downloads: a page that lists them, and the files, all from stored releases.

- What takes the processor is made in a thread, one at a time, so that no tap waits for it.
- A round that is unknown and one that has no release yet get the same page.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.core.access import Permission
from bot.core.disclosure.release import Release
from bot.lead.exports.about import days_of
from bot.lead.exports.csv import csv_of
from bot.lead.exports.files import (
    CSV,
    JSON,
    PDF,
    PNG,
    XLSX,
    about_size,
    as_attachment,
    before_of,
    downloads_of,
    file_name,
    pdf_of,
    xlsx_of,
)
from bot.lead.exports.pack.printing import PackNotMade
from bot.lead.exports.png import chart_as_png, charts_of, title_of_chart
from bot.lead.frame import lead_templates
from bot.lead.heat_map import title_of
from bot.lead.scope import Reports, results_for
from bot.lead.whole import whole_or_nothing
from bot.web.sign_in import Door, Handler

log = logging.getLogger(__name__)

Made = TypeVar("Made")


def export_routes(reports: Reports, door: Door) -> list[BaseRoute]:
    """Return the downloads. They go before the pages: `all.csv` is no round."""
    exports = _Exports(reports, door)
    routes: Sequence[tuple[str, Handler]] = (
        ("/results/all.csv", exports.all_as_csv),
        ("/results/all.json", exports.all_as_json),
        ("/results/{round_id}/files", exports.files),
        ("/results/{round_id}/release.csv", exports.as_csv),
        ("/results/{round_id}/release.xlsx", exports.as_xlsx),
        ("/results/{round_id}/release.json", exports.as_json),
        ("/results/{round_id}/pack.pdf", exports.as_pack),
        ("/results/{round_id}/charts/{name}.png", exports.as_chart),
    )
    return [
        Route(
            path, door.protect(whole_or_nothing(handler), Permission.SEE_RESULTS), methods=["GET"]
        )
        for path, handler in routes
    ]


class _Exports:
    def __init__(self, reports: Reports, door: Door) -> None:
        self._reports = reports
        self._templates = lead_templates(door)
        self._making = asyncio.Lock()

    async def files(self, request: Request) -> Response:
        """List the files of one release, with sizes and what each is for."""
        release, before = await self._release(request)
        releases = (await results_for(request, self._reports)).releases
        charts = charts_of(release, before)
        texts: dict[str, Any] = {
            "release": release,
            "title": title_of(release),
            "days": days_of(release),
            "downloads": downloads_of(release),
            "charts": [(name, title_of_chart(name, spec)) for name, spec in charts.items()],
            "picture": file_name(release, "png"),
            "all_size": about_size(sum(len(each.content) for each in releases)),
        }
        return self._templates.TemplateResponse(request, "lead/files.html", texts)

    async def as_csv(self, request: Request) -> Response:
        """Give one release as a table."""
        release, _ = await self._release(request)
        headers = as_attachment(file_name(release, "csv"))
        return StreamingResponse(csv_of([release]), media_type=CSV, headers=headers)

    async def as_xlsx(self, request: Request) -> Response:
        """Give one release as a workbook."""
        release, _ = await self._release(request)
        made = await self._make(lambda: xlsx_of(release))
        return _file(made, XLSX, file_name(release, "xlsx"))

    async def as_json(self, request: Request) -> Response:
        """Give the stored bytes, unchanged."""
        release, _ = await self._release(request)
        return _file(release.content, JSON, file_name(release, "json"))

    async def as_pack(self, request: Request) -> Response:
        """Give the monthly pack."""
        release, before = await self._release(request)
        try:
            made = await self._make(lambda: pdf_of(release, before))
        except PackNotMade as error:
            log.error("%s %s", error, error.hint)
            raise HTTPException(503, "The pack could not be made now") from None
        return _file(made, PDF, file_name(release, "pdf"))

    async def as_chart(self, request: Request) -> Response:
        """Give one chart as a picture."""
        release, before = await self._release(request)
        name = request.path_params["name"]
        made = await self._make(lambda: chart_as_png(release, before, name))
        if made is None:
            raise HTTPException(404)
        return _file(made, PNG, file_name(release, "png"))

    async def all_as_csv(self, request: Request) -> Response:
        """Give every release as one table, oldest first, piece by piece."""
        oldest_first = (await results_for(request, self._reports)).releases[::-1]
        headers = as_attachment("all-results.csv")
        return StreamingResponse(csv_of(oldest_first), media_type=CSV, headers=headers)

    async def all_as_json(self, request: Request) -> Response:
        """Give every release as one list, oldest first, each byte for byte."""
        oldest_first = (await results_for(request, self._reports)).releases[::-1]
        headers = as_attachment("all-results.json")
        return StreamingResponse(_listed(oldest_first), media_type=JSON, headers=headers)

    async def _make(self, make: Callable[[], Made]) -> Made:
        async with self._making:
            return await asyncio.to_thread(make)

    async def _release(self, request: Request) -> tuple[Release, list[Release]]:
        """Return the release that is asked for, and those before it."""
        releases = (await results_for(request, self._reports)).releases
        for release in releases:
            if release.round_id == request.path_params["round_id"]:
                return release, before_of(releases, release)
        # Whether a round exists is nobody's business before its result.
        raise HTTPException(404)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers=as_attachment(name))


def _listed(releases: Sequence[Release]) -> Iterator[bytes]:
    yield b"["
    for place, release in enumerate(releases):
        yield b",\n" if place else b"\n"
        yield release.content
    yield b"\n]\n"
