"""Templates: every room's own, on the base page of this one.

Everything is escaped, and a name that a page does not know stops it instead of showing nothing.
What a template was compiled to is kept in memory, for every place that shows it.
"""

from collections.abc import Sequence
from types import CodeType
from typing import Final

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.web.assets import STATIC

INTENDED_PURPOSE = (
    "Stand Easy is a voluntary well-being check-in and signposting service that produces "
    "anonymous group results. It does not diagnose, screen, predict or monitor any condition, "
    "and does not replace TRiM, occupational health or clinical care."
)


class _Compiled(BytecodeCache):
    """What templates were compiled to; every environment here compiles alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


def compile_ahead(packages: Sequence[str]) -> None:
    """Compile every template of these packages, so that no page's first visitor waits for it."""
    environment = _environment(packages)
    for name in environment.list_templates():
        environment.get_template(name)


def templates(*packages: str) -> Jinja2Templates:
    """Return the templates of these packages and the base ones, `base.html` first of all."""
    return Jinja2Templates(env=_environment(packages))


def _environment(packages: Sequence[str]) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in ("bot.web", *packages)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    environment.globals["static"] = STATIC.url
    environment.globals["intended_purpose"] = INTENDED_PURPOSE
    return environment


_BASE = templates()


def message_page(request: Request, status: int, title: str, *sentences: str) -> Response:
    """Return a page that says one thing."""
    texts = {"title": title, "sentences": sentences}
    return _BASE.TemplateResponse(request, "message.html", texts, status_code=status)
