"""Static files, read once at start and served from memory: what is not there cannot be asked for.

The address of a file carries a hash of its content, so that browsers may keep it for a year
and still see a change at once.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    content: bytes
    media_type: str
    version: str


class Assets:
    """The files of one folder, under one prefix such as /static."""

    def __init__(self, prefix: str, folder: Path) -> None:
        self.prefix, self.folder = prefix, folder
        self._assets = {
            path.relative_to(folder).as_posix(): _asset(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def url(self, name: str) -> str:
        """Return the address of a file, with the version of its content."""
        return f"{self.prefix}/{name}?v={self._assets[name].version}"

    def route(self) -> Route:
        """Return the route that serves the folder."""
        return Route(f"{self.prefix}/{{name:path}}", self._serve)

    async def _serve(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        known = request.query_params.get("v") == asset.version
        return Response(
            asset.content,
            media_type=asset.media_type,
            headers={"Cache-Control": KEPT if known else ASKED_AGAIN},
        )


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(content, media_type, hashlib.sha256(content).hexdigest()[:16])


STATIC = Assets("/static", Path(__file__).parent / "static")
