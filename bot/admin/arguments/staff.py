"""The command line about who has access."""

from bot.admin.arguments.parts import Commands, add, group
from bot.core.access import Role


def add_staff(commands: Commands) -> None:
    """Add the commands about leads, admins and auditors."""
    admin = group(commands, "admin", "Let people in, and end their access.")
    invite = add(
        admin,
        "invite",
        "Print a link that gives somebody access, once. The first admin comes in by it.",
        'admin invite --name "Robin Example" --role lead --department roads-policing',
        "admin invite",
    )
    invite.add_argument(
        "--name", metavar="NAME", help="what the audit trail calls them (default: their role)"
    )
    invite.add_argument(
        "--role",
        action="append",
        choices=tuple(role.value for role in Role),
        help="what they may do; can be given several times (default: admin)",
    )
    invite.add_argument(
        "--department",
        action="append",
        metavar="ID",
        help="what a lead sees; can be given several times (default: the whole force)",
    )
    recover = add(
        admin,
        "recover",
        "Print a new link for somebody who lost every way in, or whose access had ended.",
        'admin recover "Robin Example"',
        "admin recover",
    )
    recover.add_argument("name", metavar="NAME")
    add(admin, "list", "List who has, had or was offered access.", "admin list", "admin list")
    disable = add(
        admin,
        "disable",
        "End somebody's access at once; not that of the last admin.",
        'admin disable "Robin Example"',
        "admin disable",
    )
    disable.add_argument("name", metavar="NAME")
