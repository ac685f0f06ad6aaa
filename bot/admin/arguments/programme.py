"""The arguments of commands about the programme: files, versions, and changes for two."""

from bot.admin.arguments.parts import Commands, Parser, add, count, group


def add_programme(commands: Commands) -> None:
    """Add the commands about the force's programme."""
    programme = group(commands, "programme", "Check, load and show the force's programme.")
    check = add(
        programme,
        "check",
        "Check a programme file; nothing is changed.",
        "programme check config/programmes/example.yaml",
        "programme check",
    )
    check.add_argument("file", metavar="FILE")
    load = add(
        programme,
        "load",
        "Save a programme file as the newest version; it counts from the next round on.",
        'programme load force.yaml --reason "two teams merged"',
        "programme load",
    )
    load.add_argument("file", metavar="FILE")
    load.add_argument("--reason", default="loaded from a file", help="for the audit trail")
    add_alone(load)
    add(programme, "show", "Print the programme in force.", "programme show", "programme show")
    history = add(
        programme,
        "history",
        "List the versions there were, the newest first.",
        "programme history --before 40",
        "programme history",
    )
    history.add_argument("--before", type=count, metavar="N", help="only versions before this one")
    diff = add(
        programme,
        "diff",
        "Say in sentences what differs between two versions.",
        "programme diff 3 7",
        "programme diff",
    )
    diff.add_argument("first", metavar="A", type=count)
    diff.add_argument("second", metavar="B", type=count)
    restore = add(
        programme,
        "restore",
        "Go back: save an earlier version anew as the newest.",
        'programme restore 3 --reason "the merger is off"',
        "programme restore",
    )
    restore.add_argument("version", metavar="VERSION", type=count)
    restore.add_argument("--reason", required=True, help="for the audit trail")
    add_alone(restore)
    _add_changes(programme)


def _add_changes(programme: Commands) -> None:
    changes = group(programme, "changes", "Look at changes that wait for a second admin.")
    add(
        changes,
        "list",
        "List the changes that wait.",
        "programme changes list",
        "programme changes list",
    )
    for name, text in (
        ("show", "Say what a change would do, who proposed it and why."),
        ("approve", "Put a change in force as its second admin."),
        ("refuse", "Refuse a change."),
        ("withdraw", "Withdraw a change that was proposed from here."),
    ):
        example = f"programme changes {name} 4"
        if name in ("refuse", "withdraw"):
            example += ' --reason "the number is wrong"'
        one = add(changes, name, text, example, f"programme changes {name}")
        one.add_argument("number", metavar="NUMBER", type=count)
        if name in ("refuse", "withdraw"):
            one.add_argument("--reason", required=True, help="for the audit trail")


def add_alone(command: Parser) -> None:
    """Add the option that puts a change in force without a second admin."""
    command.add_argument(
        "--alone",
        action="store_true",
        help="without the second admin that it needs; the audit trail says so",
    )
