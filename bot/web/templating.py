"""Templates: every room's own, on the base page of this one.

Everything is escaped, and a name that a page does not know stops it instead of showing nothing.
"""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.web.assets import STATIC

INTENDED_PURPOSE = (
    "Stand Easy is a voluntary well-being check-in and signposting service that produces "
    "anonymous group results. It does not diagnose, screen, predict or monitor any condition, "
    "and does not replace TRiM, occupational health or clinical care."
)


def templates(*packages: str) -> Jinja2Templates:
    """Return the templates of these packages and the base ones, `base.html` first of all."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in ("bot.web", *packages)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = STATIC.url
    environment.globals["intended_purpose"] = INTENDED_PURPOSE
    return Jinja2Templates(env=environment)


_BASE = templates()


def message_page(request: Request, status: int, title: str, *sentences: str) -> Response:
    """Return a page that says one thing."""
    texts = {"title": title, "sentences": sentences}
    return _BASE.TemplateResponse(request, "message.html", texts, status_code=status)
