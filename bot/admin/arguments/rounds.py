"""The arguments of commands about rounds."""

from bot.admin.arguments.parts import Commands, Parser, add, day, group

_EXAMPLE = "weekly-pulse-2026-01-05"


def add_rounds(commands: Commands) -> None:
    """Add the commands that list rounds and steer them."""
    rounds = group(commands, "rounds", "List, open, pause, extend, close and abandon rounds.")
    add(rounds, "list", "List all rounds, oldest first.", "rounds list", "rounds list")
    open_ = add(
        rounds,
        "open",
        "Open today's round of a check-in now instead of at the next tick.",
        "rounds open weekly-pulse",
        "rounds open",
    )
    open_.add_argument("check_in", metavar="CHECK_IN", help="the check-in's id")
    _add_steering(
        rounds, "pause", "Write to nobody about a round until it is resumed; answers are taken."
    )
    _add_steering(
        rounds, "resume", "Let a paused round go on; of what was missed, the newest is asked."
    )
    extend = _add_steering(
        rounds,
        "extend",
        "Take answers to a round up to and including a later day; nothing is sent for it.",
        " --until 2026-02-05",
    )
    extend.add_argument(
        "--until", type=day, metavar="DATE", required=True, help="the last day for answers"
    )
    close = _add_steering(
        rounds,
        "close",
        "Close a round before its time; results keep 28 days between them all the same.",
    )
    close.add_argument(
        "--at-once",
        action="store_true",
        help="also within three days of its newest prompt; the audit trail says so",
    )
    abandon = _add_steering(
        rounds,
        "abandon",
        "Destroy the answers of a closed round that can never be counted; asks before it does.",
        ' --reason "a row was damaged, and so it is in every backup"',
    )
    abandon.add_argument("--reason", required=True, help="for the audit trail")
    abandon.add_argument(
        "--key-lost",
        action="store_true",
        help="its opening key is in no backup of keys either; the audit trail says so",
    )
    abandon.add_argument(
        "--unreadable",
        action="store_true",
        help="its row cannot be read, nor in any backup; the audit trail says so",
    )
    abandon.add_argument(
        "--yes", metavar="ROUND", help="the round's id once more, where nobody can be asked for it"
    )


def _add_steering(rounds: Commands, name: str, text: str, more: str = "") -> Parser:
    command = add(rounds, name, text, f"rounds {name} {_EXAMPLE}{more}", f"rounds {name}")
    command.add_argument("round", metavar="ROUND", help="the round's id, as rounds list shows it")
    return command
