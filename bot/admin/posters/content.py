"""What the press is given: every text and picture of every page, decided before it is laid out."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from babel.dates import format_date

from bot.admin.posters.logo import Logo
from bot.admin.posters.words import WORDS, languages_of
from bot.core.characters import cleaned
from bot.core.documents import in_language
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.support import SupportEntry

CARDS_A_PAGE: Final = 8
MOST_TEAMS: Final = 300
"""In one file: the press needs memory for all of it at once."""

DANGER: Final = ("emergency", "policing-crisis-line")
"""The national entries that stand on every poster."""

_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_LOCALES: Final = {"en": "en_GB"}


class NotABotName(StandEasyError):
    """A poster needs the bot's name: expected 5 to 32 letters, digits and underscores, got
    {given}."""

    hint = "Give it with --bot NAME, or set STANDEASY_BOT_NAME or STANDEASY_TELEGRAM_TOKEN."


class TooManyTeams(StandEasyError):
    """One file of posters is for at most {most} teams: got {number}."""

    hint = "Name the teams, and make several files. No code was made."


@dataclass(frozen=True, slots=True)
class PosterCode:
    """A team's name and the code that is printed for it."""

    team: str
    code: str
    expires_on: date


def bot_name(given: str | None) -> str:
    """Return a bot's name without its @, or raise `NotABotName`."""
    name = (given or "").strip().removeprefix("@")
    if not _BOT.fullmatch(name):
        raise NotABotName(given="no such name" if name else "none")
    return name


def content_of(
    programme: Programme,
    codes: Sequence[PosterCode],
    bot: str,
    national: Sequence[SupportEntry],
    made_on: date,
    tick: Callable[[], None] = lambda: None,
    logo: Logo | None = None,
) -> str:
    """Return the content of posters and cards as one JSON text; `tick` is called for each team."""
    if len(codes) > MOST_TEAMS:
        raise TooManyTeams(most=MOST_TEAMS, number=len(codes))
    languages = languages_of(programme.force.languages)
    teams = []
    for each in codes:
        link = f"https://t.me/{bot}?start={each.code}"
        teams.append(
            {
                "name": each.team,
                "code": " ".join(each.code[at : at + 4] for at in range(0, len(each.code), 4)),
                "picture": picture_of(link),
                "pages": [_texts(programme, language, each, bot, link) for language in languages],
            }
        )
        tick()
    danger = {
        language: [
            {"name": in_language(entry.name, language), "phone": entry.phone}
            for wanted in DANGER
            for entry in national
            if entry.id == wanted
        ]
        for language in languages
    }
    content = {
        "force": programme.force.name,
        "address": f"t.me/{bot}",
        "date": [made_on.year, made_on.month, made_on.day],
        "cards": CARDS_A_PAGE,
        "danger": danger,
        "teams": teams,
    }
    return json.dumps({**cleaned(content), **pictured(logo)}, ensure_ascii=False)


def pictured(logo: Logo | None) -> dict[str, Any]:
    """Return a logo as a part of the content; nothing where there is none."""
    return {} if logo is None else {"logo": logo.as_content()}


def picture_of(link: str) -> str:
    """Return a link as a QR code in SVG, with the quiet margin that cameras need."""
    # Loaded where it is used: no other command should wait for it.
    import segno

    # A quarter of it may be torn or dirty: posters hang where people pass.
    made = segno.make_qr(link, error="q")
    return made.svg_inline(border=4, dark="#111111", light="#ffffff", omitsize=True)


def _texts(
    programme: Programme, language: str, code: PosterCode, bot: str, link: str
) -> dict[str, Any]:
    day = format_date(code.expires_on, "d MMMM y", locale=_LOCALES.get(language, language))
    fields = {
        "bot": bot,
        "link": link,
        "team": code.team,
        "day": day,
        "threshold": programme.disclosure.threshold,
    }
    filled = {
        name: _filled(text, fields)
        if isinstance(text, str)
        else [_filled(line, fields) for line in text]
        for name, text in asdict(WORDS[language]).items()
    }
    return {"language": language, **filled}


def _filled(text: str, fields: Mapping[str, object]) -> str:
    # In print an apostrophe is curved; names stay as the force writes them.
    return text.replace("'", "’").format(**fields)
