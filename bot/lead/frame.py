"""The templates of leads' pages, with the words they are written in."""

from starlette.templating import Jinja2Templates

from bot.web.frame import framed_templates
from bot.web.sign_in import Door
from bot.web.words import (
    NOT_VALIDATED,
    day_in_words,
    days_in_words,
    in_english,
    share_in_figures,
    share_in_words,
)


def lead_templates(door: Door, *packages: str) -> Jinja2Templates:
    """Return templates for pages of leads, in the frame of every page behind the door."""
    found = framed_templates(door, "bot.lead", *packages)
    found.env.globals.update(
        day_in_words=day_in_words,
        days_in_words=days_in_words,
        in_english=in_english,
        not_validated=NOT_VALIDATED,
        share_in_figures=share_in_figures,
        share_in_words=share_in_words,
    )
    return found
