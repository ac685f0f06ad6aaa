"""The command line: every command with its arguments, its help and an example.

The commands and their arguments are stable. A mistake is answered in one line that says what
was expected.
"""

import argparse
from collections.abc import Sequence
from functools import cache

from bot.admin.arguments.parts import Commands, Parser, add, count, group, port
from bot.admin.arguments.programme import add_programme
from bot.admin.arguments.rounds import add_rounds
from bot.admin.arguments.schedule import add_schedule
from bot.admin.arguments.staff import add_staff
from bot.admin.arguments.teams import add_codes, add_directory, add_posters, add_teams

DESCRIPTION = (
    "Stand Easy: voluntary, anonymous well-being check-ins and signposting for people in"
    " high-stress roles. It does not diagnose, screen, predict or monitor any condition."
)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the command and its arguments; `command` names it with spaces."""
    return build_parser().parse_args(arguments)


@cache
def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands: made once, it keeps nothing of what it parses."""
    parser = Parser(prog="python -m bot", description=DESCRIPTION)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_programs(commands)
    add_staff(commands)
    add_programme(commands)
    _add_packs(commands)
    add_teams(commands)
    add_codes(commands)
    add_posters(commands)
    add_directory(commands)
    add_schedule(commands)
    add_rounds(commands)
    _add_report(commands)
    _add_audit(commands)
    _add_figures(commands)
    _add_keys(commands)
    _add_keeping(commands)
    _add_init(commands)
    return parser


def _add_programs(commands: Commands) -> None:
    demo = add(
        commands,
        "demo",
        "Try everything on this machine with an invented force: phones, clock, X-ray, results.",
        "demo --port 8080",
    )
    demo.add_argument("--port", type=port, default=8080, help="loopback port (default 8080)")
    demo.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    demo.add_argument(
        "--keep",
        metavar="FOLDER",
        help="keep the demo's data here, and go on with it next time (default: start afresh)",
    )
    for name, text in (
        ("serve", "Run everything in one process: officers, dashboard and tally."),
        ("officers", "Run the part that talks to officers. It holds no opening key."),
        ("dashboard", "Run the pages for leads. It holds no bot token and no key of a person."),
        ("tally", "Run the part that closes rounds into results. It alone holds opening keys."),
    ):
        add(commands, name, text, name)
    sandbox = add(
        commands, "sandbox", "Run the loopback Bot API with phones alone.", "sandbox --port 8081"
    )
    sandbox.add_argument("--port", type=port, default=8081, help="loopback port (default 8081)")
    add(commands, "migrate", "Bring the database to the tables this version expects.", "migrate")
    health = add(
        commands, "health", "Exit 0 when the program has ticked lately.", "health --process tally"
    )
    health.add_argument(
        "--process",
        choices=("serve", "officers", "dashboard", "tally"),
        help="which process to ask about (default: any)",
    )


def _add_packs(commands: Commands) -> None:
    packs = group(commands, "packs", "Bring wording that the force is entitled to use.")
    template = add(
        packs,
        "template",
        "Print an empty wording file, with a hint at each text, to fill in.",
        "packs template who-5",
        "packs template",
    )
    template.add_argument("pack", metavar="PACK", help="who-5, swemwbs, ons4 or hse-35")
    check = add(
        packs,
        "check",
        "Check one pack's folder, or a folder of packs; nothing is changed.",
        "packs check packs",
        "packs check",
    )
    check.add_argument("folder", metavar="FOLDER")


def _add_report(commands: Commands) -> None:
    report = add(
        commands,
        "report",
        "Print the released result of a round, or write it to a file.",
        "report weekly-pulse-2026-01-05 --format pdf --output pack.pdf",
    )
    report.add_argument("round", metavar="ROUND", help="the round's id, as rounds list shows it")
    report.add_argument("--format", choices=("text", "json", "csv", "xlsx", "pdf"), default="text")
    report.add_argument(
        "--output", metavar="FILE", help="where to write it (default: standard output)"
    )


def _add_audit(commands: Commands) -> None:
    audit = group(commands, "audit", "Check what was published and what was done.")
    releases = add(
        audit,
        "releases",
        "Read every release as an outsider would; end in a one-page pass or fail sheet.",
        "audit releases --format text",
        "audit releases",
    )
    releases.add_argument("--format", choices=("text", "json"), default="text")
    trail = group(audit, "trail", "Check and export the trail of what admins did.")
    verify = add(
        trail,
        "verify",
        "Find any change, deletion or reordering; print the anchor to note elsewhere.",
        "audit trail verify",
        "audit trail verify",
    )
    verify.add_argument(
        "--anchor",
        metavar="ANCHOR",
        help="an anchor noted earlier: finds newest entries that were removed, too",
    )
    export = add(
        trail,
        "export",
        "Print every entry with its hash.",
        "audit trail export --format csv",
        "audit trail export",
    )
    export.add_argument("--format", choices=("json", "csv"), default="json")


def _add_figures(commands: Commands) -> None:
    figures = group(commands, "figures", "Show figures made with noise, to leave the force.")
    add(
        figures,
        "list",
        "List all public figures, and how much of each year's budget they used.",
        "figures list",
        "figures list",
    )
    show = add(
        figures,
        "show",
        "Print the public figures of a round as JSON.",
        "figures show weekly-pulse-2026-01-05",
        "figures show",
    )
    show.add_argument("round", metavar="ROUND", help="the round's id, as figures list shows it")


def _add_keys(commands: Commands) -> None:
    keys = group(commands, "keys", "Make and list keys.")
    new = add(
        keys,
        "new",
        "Make sealing keys, and the keys of the other processes where they are missing.",
        "keys new --count 8",
        "keys new",
    )
    new.add_argument(
        "--count", type=count, default=8, metavar="N", help="key pairs to add (default 8)"
    )
    new.add_argument(
        "--officers-only", action="store_true", help="no sealing keys: where the tally makes them"
    )
    add(keys, "list", "List all sealing keys and where they stand.", "keys list", "keys list")


def _add_keeping(commands: Commands) -> None:
    backup = add(
        commands,
        "backup",
        "Copy the database into a new folder; with --keys, the keys, to be kept elsewhere.",
        "backup backups/2026-11-30",
    )
    backup.add_argument("folder", metavar="FOLDER")
    backup.add_argument("--keys", action="store_true", help="the keys instead of the database")
    restore = add(
        commands,
        "restore",
        "Check a backup and put it onto an empty place; the database first, then the keys.",
        "restore backups/2026-11-30",
    )
    restore.add_argument("folder", metavar="FOLDER")


def _add_init(commands: Commands) -> None:
    init = add(
        commands,
        "init",
        "Set up an empty folder: settings, keys, database and a first programme to edit.",
        'init --force-name "Fenmarch Constabulary" --timezone Europe/London',
    )
    init.add_argument("--force-name", metavar="NAME", help="what the force is called")
    init.add_argument("--timezone", metavar="ZONE", help="(default: Europe/London)")
    init.add_argument(
        "--token",
        metavar="TOKEN",
        help="the bot's; others on this machine can see it: better asked",
    )
    init.add_argument("--public-url", metavar="URL", help="(default: on this machine alone)")
    init.add_argument(
        "--database", metavar="ADDRESS", help="sqlite or postgresql+asyncpg://… (default: sqlite)"
    )
