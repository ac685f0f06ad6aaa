"""The commands about the support directory: how old it is, and what officers see of it."""

import html
import re
from argparse import Namespace
from collections.abc import Awaitable, Iterator

from bot import wiring
from bot.admin.listing import columns
from bot.admin.terminal import actor, say
from bot.commands.chosen import choose
from bot.core.access import OPERATOR, Visitor
from bot.core.calendar import local_day
from bot.core.directory import EntryLine, LookedOver, look_over
from bot.core.errors import StandEasyError
from bot.core.languages import Tongues
from bot.core.programme import Programme
from bot.core.support import Age, SupportEntry
from bot.core.support_changes import entry_of, mark_of, ways_of
from bot.officer.directory_screens import screens, untranslated
from bot.officer.screen import Screen
from bot.wiring import Settings
from bot.workflows import programme_changes
from bot.workflows.programme_changes import Proposed, Saved
from bot.workflows.support_directory import SupportDesk
from config.content import national_support
from config.translations import load_translations

_AGES = {Age.FRESH: "", Age.DUE: "verify soon", Age.TOO_OLD: "too old: the program does not start"}


class DirectoryUnsound(StandEasyError):
    """The support directory is not as officers need it{because}"""

    hint = "Correct the entries in the programme, and verify each by calling or opening it."


class NotOurs(StandEasyError):
    """The support entry {entry} is national and comes with the program: expected an entry of the
    force."""

    hint = "A newer version of the program brings newer verifications."


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
    pages = screens(tongue, tongues, chosen.programme, support)
    say("\n\n".join(as_plain(name, screen) for name, screen in pages))
    missing = untranslated(support, tongue.language)
    if missing:
        say(f"\nShown in English, because there is no text in {tongue.language}:")
        say("\n".join(f"  {each}" for each in missing))


def as_plain(name: str, screen: Screen) -> str:
    """Return a screen as lines: its text without markup, then its buttons row by row."""
    text = html.unescape(re.sub(r"<[^>]+>", "", screen.text))
    rows = [" ".join(f"[{button.label}]" for button in row) for row in screen.rows]
    return "\n".join([f"── {name} " + "─" * max(4, 60 - len(name)), text, "", *rows])


async def verify(settings: Settings, given: Namespace) -> None:
    """Note that somebody called an entry's number today, and that it was right."""
    packs = wiring.read_packs(settings)
    instruments = wiring.instruments_by_key(packs)
    name = given.by or actor()
    async with wiring.open_storage(settings) as storage:

        def save(
            changed: Programme, based_on: int, by: Visitor, reason: str
        ) -> Awaitable[Saved | Proposed]:
            return programme_changes.save(
                storage, changed, based_on, by, reason, wiring.utc_now, instruments, caller=name
            )

        desk = SupportDesk(storage, national_support(), wiring.utc_now, save)
        directory = await desk.directory()
        if given.entry in {line.entry.id for line in directory.national}:
            raise NotOurs(entry=given.entry)
        entry = entry_of(directory.programme, given.entry)
        operator = Visitor(actor(), OPERATOR.roles)
        await desk.verify(entry.id, mark_of(entry), operator, name)
    say(f"{entry.id} ({', '.join(ways_of(entry))}) was verified today by {name}.")


COMMANDS = {"directory check": check, "directory show": show, "directory verify": verify}
