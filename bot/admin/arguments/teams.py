"""The arguments of commands about teams, their codes and posters, and where help is."""

from bot.admin.arguments.parts import Commands, Parser, add, count, day, group
from bot.admin.arguments.programme import add_alone

_WHICH = "a programme file, or the word current for the one in force"


def add_teams(commands: Commands) -> None:
    """Add the command that imports teams."""
    teams = group(commands, "teams", "Import teams from a table.")
    import_ = add(
        teams,
        "import",
        "Show what a CSV or XLSX table of teams changes, then save it; all of it or nothing.",
        "teams import teams.xlsx --programme current --dry-run",
        "teams import",
    )
    import_.add_argument("file", metavar="FILE", help="a CSV or XLSX file")
    import_.add_argument("--programme", metavar="PROGRAMME", required=True, help=_WHICH)
    import_.add_argument("--dry-run", action="store_true", help="show the changes, save nothing")
    import_.add_argument(
        "--whole-list", action="store_true", help="teams that are not in the table go"
    )
    import_.add_argument("--sheet", metavar="NAME", help="which sheet, where there are several")
    import_.add_argument("--reason", default="imported from a table", help="for the audit trail")
    add_alone(import_)


def add_codes(commands: Commands) -> None:
    """Add the commands about enrolment codes."""
    codes = group(commands, "codes", "Invite a team.")
    for name, text in (
        ("issue", "Make an enrolment code for a team; print the code and the t.me link."),
        ("rotate", "Revoke all of a team's codes and make a new one, at once."),
    ):
        made = add(codes, name, text, f"codes {name} harbour-response --uses 48", f"codes {name}")
        made.add_argument("team", metavar="TEAM", help="the team's id in the programme")
        _add_limits(made)
    list_ = add(
        codes,
        "list",
        "List teams with the codes that work; never how many used them.",
        "codes list harbour-response",
        "codes list",
    )
    list_.add_argument("team", metavar="TEAM", nargs="?", help="one team (default: all)")
    revoke = add(
        codes,
        "revoke",
        "Make a code stop working; whoever joined with it stays.",
        "codes revoke 3f9a1c04e2",
        "codes revoke",
    )
    revoke.add_argument("id", metavar="ID", help="the code's id, as codes list shows it")


def _add_limits(command: Parser) -> None:
    command.add_argument(
        "--uses", type=count, metavar="N", help="how many may join with it (default: headcount)"
    )
    command.add_argument(
        "--expires", type=day, metavar="DATE", help="its last day (default: in 180 days)"
    )


def add_directory(commands: Commands) -> None:
    """Add the commands about the support directory."""
    directory = group(commands, "directory", "Look at where help is.")
    check = add(
        directory,
        "check",
        "List how long ago each entry was verified, and what is wrong with numbers and links.",
        "directory check --programme force.yaml",
        "directory check",
    )
    check.add_argument("--programme", metavar="PROGRAMME", default="current", help=_WHICH)
    show = add(
        directory,
        "show",
        "Print exactly what officers see, page by page.",
        "directory show --language cy",
        "directory show",
    )
    show.add_argument("--programme", metavar="PROGRAMME", default="current", help=_WHICH)
    show.add_argument("--language", metavar="LANGUAGE", default="en", help="such as cy")
    verify = add(
        directory,
        "verify",
        "Note that an entry of the force was called or opened today, and that it is right.",
        'directory verify counselling --by "Sam Kestrel"',
        "directory verify",
    )
    verify.add_argument(
        "entry", metavar="ENTRY", help="the entry's id, as directory check shows it"
    )
    verify.add_argument("--by", metavar="NAME", help="who called (default: this account)")


def add_posters(commands: Commands) -> None:
    """Add the command that makes posters."""
    posters = add(
        commands,
        "posters",
        "Make new codes, and a PDF with a poster and cards for each team to print.",
        "posters harbour-response dog-unit --output posters.pdf",
    )
    posters.add_argument("teams", metavar="TEAM", nargs="*", help="ids of teams (default: all)")
    posters.add_argument("--output", metavar="FILE", required=True, help="where to write the PDF")
    posters.add_argument("--bot", metavar="NAME", help="the bot's name, where it cannot be asked")
    posters.add_argument(
        "--logo", metavar="FILE", help="the force's logo, PNG or JPEG, for posters and cards"
    )
    posters.add_argument(
        "--rotate", action="store_true", help="revoke the teams' present codes as well"
    )
    _add_limits(posters)
