"""Every command, and all that they need; loading it takes most of what a short one takes."""

import asyncio
import secrets
from argparse import Namespace
from collections.abc import Callable, Coroutine
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, track

from bot import beginning, commands, keeping, looking, running, wiring
from bot.admin import audit_sheet, listing, trail_sheet
from bot.admin.report_text import report_as_text
from bot.admin.terminal import actor, say
from bot.core.audit import Anchor
from bot.core.errors import StandEasyError
from bot.sealing.process_keys import make_officer_keys, opening_keys
from bot.wiring import Part, Settings
from bot.workflows import (
    key_pool,
    public_figures,
    report,
    trail,
)
from bot.workflows.audit_releases import read_published

Command = Callable[[Settings, Namespace], Coroutine[None, None, None]]


async def serve(settings: Settings, given: Namespace) -> None:
    """Run one part, or all."""
    parts = tuple(Part) if given.command == "serve" else (Part(given.command),)
    await running.run(settings, parts)


async def sandbox(settings: Settings, given: Namespace) -> None:
    """Run the loopback Bot API with phones alone."""
    from bot.sandbox.serve import run_sandbox

    await run_sandbox(given.port)


async def demo(settings: Settings, given: Namespace) -> None:
    """Run everything with an invented force."""
    from bot.sandbox.demo.run import run_demo

    await run_demo(given.port, open_browser=not given.no_browser, keep=given.keep)


async def migrate(settings: Settings, given: Namespace) -> None:
    """Bring the database up to date."""
    await wiring.migrate(settings.database_url.reveal())
    say("The database is up to date.")


async def packs_template(settings: Settings, given: Namespace) -> None:
    """Print an empty wording file."""
    say(wiring.template_of(given.pack))


async def packs_check(settings: Settings, given: Namespace) -> None:
    """Check the wordings of a pack, or of a folder of packs."""
    loaded = wiring.load_packs(Path(given.folder), wiring.utc_now().date())
    wiring.instruments_by_key(loaded)
    for wording in loaded:
        say(listing.wording_as_text(wording.path.name, wording.instruments))


async def report_round(settings: Settings, given: Namespace) -> None:
    """Print a released result, or write it to a file."""
    from bot.lead.exports.written import in_format, write, write_to_terminal

    async with wiring.open_storage(settings) as storage:
        reports = report.Reports(storage, wiring.utc_now)
        release = await reports.release_of(given.round)
        releases = (await reports.results()).releases
    if given.format == "text":
        made = (report_as_text(release, Console().width) + "\n").encode()
    else:
        made = in_format(given.format, release, releases)
    if given.output is None:
        write_to_terminal(made, given.format)
    else:
        write(made, Path(given.output))


async def figures_list(settings: Settings, given: Namespace) -> None:
    """List public figures."""
    async with wiring.open_storage(settings) as storage:
        say(listing.figures_as_text(await public_figures.all_drawn(storage)))


async def figures_show(settings: Settings, given: Namespace) -> None:
    """Print the public figures of a round."""
    async with wiring.open_storage(settings) as storage:
        say((await public_figures.figures_of(storage, given.round)).content.decode())


async def audit_releases(settings: Settings, given: Namespace) -> None:
    """Derive from everything published whatever can be derived."""
    # Here alone: the matrices it needs take a third of a second to load, at every start.
    from bot.core.outsider.audit import audit, steps_of

    async with wiring.open_storage(settings) as storage:
        instruments = wiring.instruments_by_key(wiring.read_packs(settings))
        published = await read_published(storage, instruments)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Deriving", total=steps_of(published.told))
        account = audit(published.told, lambda: progress.advance(task))
    if given.format == "json":
        say(audit_sheet.as_json(published, account))
    else:
        say(audit_sheet.as_text(published, account, Console().width))
    if account.violations:
        raise ViolationsFound(number=len(account.violations))


class ViolationsFound(StandEasyError):
    """The audit found {number} violations."""

    hint = "Publish nothing more before somebody has understood them."


async def trail_verify(settings: Settings, given: Namespace) -> None:
    """Find whatever was changed in the audit trail."""
    anchor = None if given.anchor is None else Anchor.read(given.anchor)
    async with wiring.open_storage(settings) as storage:
        found = await trail.read_trail(storage, anchor)
    if found.broken is not None:
        raise found.broken
    say(trail_sheet.in_one_line(found, anchor))


async def trail_export(settings: Settings, given: Namespace) -> None:
    """Print the audit trail; a broken one too, up to where it can be read."""
    async with wiring.open_storage(settings) as storage:
        found = await trail.read_trail(storage)
    say(trail_sheet.as_csv(found) if given.format == "csv" else trail_sheet.as_json(found))
    if found.broken is not None:
        raise found.broken


async def keys_new(settings: Settings, given: Namespace) -> None:
    """Make keys."""
    if make_officer_keys(settings.keys, secrets.token_bytes):
        say(f"The officers' keys are in {settings.keys / Part.OFFICERS.value}.")
    if given.officers_only:
        return
    keys = opening_keys(settings.keys)
    progress = Console(stderr=True)
    async with wiring.open_storage(settings) as storage:
        for _ in track(range(given.count), "Making keys", console=progress, transient=True):
            await key_pool.make_keys(storage, keys, 1, wiring.utc_now, secrets.token_bytes, actor())
    say(f"{given.count} sealing keys were added to the pool.")


async def keys_list(settings: Settings, given: Namespace) -> None:
    """List all sealing keys."""
    async with wiring.open_storage(settings) as storage:
        say(listing.keys_as_text(await key_pool.list_keys(storage, opening_keys(settings.keys))))


COMMANDS: dict[str, Command] = {
    **commands.COMMANDS,
    "demo": demo,
    "serve": serve,
    "officers": serve,
    "dashboard": serve,
    "tally": serve,
    "sandbox": sandbox,
    "migrate": migrate,
    "health": looking.health,
    "packs template": packs_template,
    "packs check": packs_check,
    "report": report_round,
    "audit releases": audit_releases,
    "audit trail verify": trail_verify,
    "audit trail export": trail_export,
    "figures list": figures_list,
    "figures show": figures_show,
    "keys new": keys_new,
    "keys list": keys_list,
    "init": beginning.init,
    "backup": keeping.backup,
    "restore": keeping.restore,
}

OPEN_NOTHING = frozenset({"demo", "sandbox", "packs template", "packs check", "programme check"})
"""The commands that open no database and no keys, or, as the demo, none but their own."""


def run(given: Namespace) -> None:
    """Run one command; raises what it raises."""
    settings = wiring.read_settings()
    wiring.configure_logs(settings.log_level)
    if given.command not in OPEN_NOTHING:
        looking.refuse_a_demo(settings)
    asyncio.run(COMMANDS[given.command](settings, given))
