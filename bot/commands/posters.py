"""The command that makes posters: codes that work only once their poster is written."""

import asyncio
import os
import secrets
import tempfile
from argparse import Namespace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bot import wiring
from bot.admin.listing import counted
from bot.admin.posters.content import PosterCode, bot_name, content_of
from bot.admin.posters.logo import LARGEST_LOGO, Logo
from bot.admin.posters.printing import logo_that_draws, pdf_of
from bot.admin.posters.words import languages_of
from bot.admin.terminal import actor, say
from bot.core.calendar import local_day
from bot.core.errors import StandEasyError
from bot.sealing.process_keys import officer_keys
from bot.wiring import Settings
from bot.workflows import programme, team_codes
from config.content import national_support


class CannotWritePosters(StandEasyError):
    """{file} cannot be written: {problem}."""

    hint = "No code was made."


class CannotReadLogo(StandEasyError):
    """{file} cannot be read: {problem}."""

    hint = "No code was made."


async def posters(settings: Settings, given: Namespace) -> None:
    """Make codes, and a PDF with a poster and cards for each team."""
    target = Path(given.output)
    keys, _ = officer_keys(settings.keys)
    name = bot_name(given.bot or settings.bot_name or await wiring.bot_username(settings))
    logo = await asyncio.to_thread(_logo_in, Path(given.logo)) if given.logo else None
    async with wiring.open_storage(settings) as storage:
        force = (await programme.current(storage)).programme
        made = await team_codes.prepare(
            storage, given.teams, given.uses, given.expires, wiring.utc_now, secrets.token_bytes
        )
        codes = [PosterCode(each.team.name, each.code, each.expires_on) for each in made]
        today = local_day(wiring.utc_now(), force.force.timezone)
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
            task = shown.add_task("Drawing codes", total=len(codes))
            content = content_of(
                force, codes, name, national_support(), today, lambda: shown.advance(task), logo
            )
            shown.update(task, description="Laying out pages", total=None)
            pdf = await asyncio.to_thread(pdf_of, content)
        waiting = _write_beside(target, pdf)
        try:
            revoked = await team_codes.keep(
                storage, keys, made, wiring.utc_now, actor(), rotate=given.rotate
            )
            waiting.replace(target)
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise
    pages = 2 * len(made) * len(languages_of(force.force.languages))
    say(f"{target}: {pages} pages for {counted(made, 'team')}, until {made[0].expires_on}.")
    if given.rotate:
        say(f"Codes that no longer work: {revoked}")
    say("Whoever has this file can join: print it, hand it out, and delete it.")


def _logo_in(path: Path) -> Logo:
    """Return the logo in a file, of which no more is read than a logo may have."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        problem = error.strerror or "no reason given"
        raise CannotReadLogo(file=path, problem=problem) from None
    return logo_that_draws(content)


def _write_beside(target: Path, pdf: bytes) -> Path:
    """Write a file next to where it is to be, for nobody else to read."""
    try:
        if target.is_dir():
            raise CannotWritePosters(file=target, problem="it is a folder")
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".posters-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
    except OSError as error:
        problem = error.strerror or "no reason given"
        raise CannotWritePosters(file=target, problem=problem) from None
    return Path(name)


COMMANDS = {"posters": posters}
