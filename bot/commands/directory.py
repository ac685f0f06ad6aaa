"""The commands about the support directory: how old it is, and what officers see of it."""

import html
import re
from argparse import Namespace
from collections.abc import Iterator

from bot import wiring
from bot.admin.listing import columns
from bot.admin.terminal import say
from bot.commands.chosen import choose
from bot.core.calendar import local_day
from bot.core.directory import EntryLine, LookedOver, look_over
from bot.core.errors import StandEasyError
from bot.core.instruments import Need
from bot.core.languages import Tongue, Tongues
from bot.core.programme import Programme
from bot.core.signposting import MENU_ORDER
from bot.core.support import Age, SupportEntry, left_out
from bot.officer.crisis import call_list, crisis_card
from bot.officer.languages import Languages
from bot.officer.screen import Screen
from bot.officer.support import need_page, support_menu
from bot.officer.tough_job import card
from bot.wiring import Settings
from config.content import national_support
from config.translations import load_translations

_AGES = {Age.FRESH: "", Age.DUE: "verify soon", Age.TOO_OLD: "too old: the program does not start"}
_EXIT = "exit"


class DirectoryUnsound(StandEasyError):
    """The support directory is not as officers need it{because}"""

    hint = "Correct the entries in the programme, and verify each by calling or opening it."


class NoSuchLanguage(StandEasyError):
    """There are no texts in {language}: expected one of {languages}."""


async def check(settings: Settings, given: Namespace) -> None:
    """List ages and problems; fail where something must be corrected."""
    chosen = await choose(settings, given.programme)
    today = local_day(wiring.utc_now(), chosen.programme.force.timezone)
    # The languages that entries may speak are those the directory is written in.
    found = look_over([*chosen.programme.support, *national_support()], today)
    say(ages_as_text(found))
    if not found.is_sound:
        stops = f": {found.problem} {found.problem.hint}" if found.problem else "."
        raise DirectoryUnsound(because=stops)


def ages_as_text(found: LookedOver) -> str:
    """Return the list of entries, the oldest verification first, and what is wrong below."""
    rows = [("ENTRY", "REACHED BY", "VERIFIED", "BY", "DAYS AGO", "")]
    lines = sorted(found.lines, key=lambda line: -line.days)
    rows += [
        (
            line.entry.id,
            _ways(line.entry),
            str(line.entry.last_verified),
            line.entry.verified_by,
            str(line.days),
            "; ".join(_notes(line)),
        )
        for line in lines
    ]
    problems = [f"{line.entry.id}, {problem}" for line in lines for problem in line.problems]
    return "\n".join([columns(rows), *problems])


def _notes(line: EntryLine) -> Iterator[str]:
    if _AGES[line.age]:
        yield _AGES[line.age]
    if line.problems:
        yield "to correct, see below"
    if line.invented:
        yield "invented: nobody answers"


def _ways(entry: SupportEntry) -> str:
    other = "another way" if entry.contact else None
    return ", ".join(each for each in (entry.phone, entry.text_to, entry.link, other) if each)


async def show(settings: Settings, given: Namespace) -> None:
    """Print what officers see, page by page."""
    chosen = await choose(settings, given.programme)
    tongues = Tongues(load_translations())
    if not tongues.knows(given.language):
        known = ", ".join(tongue.language for tongue in tongues.known())
        raise NoSuchLanguage(language=given.language, languages=known)
    tongue = tongues.of(given.language)
    support = [*chosen.programme.support, *national_support()]
    pages = screens(tongue, Languages(tongues), chosen.programme, support)
    say("\n\n".join(as_plain(name, screen) for name, screen in pages))
    missing = untranslated(support, tongue.language)
    if missing:
        say(f"\nShown in English, because there is no text in {tongue.language}:")
        say("\n".join(f"  {each}" for each in missing))


def screens(
    tongue: Tongue, languages: Languages, programme: Programme, support: list[SupportEntry]
) -> Iterator[tuple[str, Screen]]:
    """Yield every page that shows entries, made by what makes it for officers."""
    others = languages.others(tongue, programme)
    wales = "cy" in programme.force.languages
    asks_why = any(check_in.instrument == _EXIT for check_in in programme.check_ins)
    yield "/help", crisis_card(tongue, others)
    yield "/help, call list", call_list(tongue, support)
    yield "/support", support_menu(tongue, others=others)
    for need in MENU_ORDER:
        spoken = left_out(need, support) if tongue.language == "en" else set()
        yield (
            f"/support, {need.value}",
            need_page(
                tongue,
                need,
                support,
                wales=wales,
                asks_why=asks_why and need is Need.LEAVING,
                others=[each for each in others if each.language in spoken],
            ),
        )
    yield "/tough_job", card(tongue, support)


def as_plain(name: str, screen: Screen) -> str:
    """Return a screen as lines: its text without markup, then its buttons row by row."""
    text = html.unescape(re.sub(r"<[^>]+>", "", screen.text))
    rows = [" ".join(f"[{button.label}]" for button in row) for row in screen.rows]
    return "\n".join([f"── {name} " + "─" * max(4, 60 - len(name)), text, "", *rows])


def untranslated(support: list[SupportEntry], language: str) -> list[str]:
    """Return the texts of entries that a reader of a language is shown in English."""
    found = []
    for entry in support:
        for field in ("name", "for_whom", "contact", "hours", "cost", "confidentiality"):
            texts = getattr(entry, field)
            if texts is not None and language not in texts:
                found.append(f"{entry.id}, {field}")
    return found


COMMANDS = {"directory check": check, "directory show": show}
