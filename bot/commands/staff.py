"""The commands about who has access: how the first admin comes in, and who has lost every way."""

import secrets
from argparse import Namespace

from bot import wiring
from bot.admin.listing import columns
from bot.admin.terminal import actor, say
from bot.core.access import OPERATOR, Role, Visitor
from bot.core.staff import INVITE_LASTS, Standing
from bot.web.sign_in.site import Site
from bot.web.sign_in.words import moment_in_words, roles_in_words
from bot.wiring import Settings
from bot.workflows.staff import Staff
from storage.engine import Storage


def _staff(storage: Storage) -> Staff:
    return Staff(storage, wiring.utc_now, secrets.token_bytes)


def _by() -> Visitor:
    return Visitor(actor(), OPERATOR.roles)


async def invite(settings: Settings, given: Namespace) -> None:
    """Print a link that gives somebody access, once."""
    site = Site(settings.public_url, settings.listen.port)
    roles = [Role(each) for each in given.role or (Role.ADMIN.value,)]
    async with wiring.open_storage(settings) as storage:
        made = await _staff(storage).invite(given.name, roles, given.department or None, _by())
    _say_link(site, made.secret)
    say(f"For {made.member.name}, as {roles_in_words(made.member.roles)}. {_ONCE}")
    if not site.is_public:
        say("It opens on this machine alone: passkeys elsewhere need STANDEASY_PUBLIC_URL.")


async def recover(settings: Settings, given: Namespace) -> None:
    """Print a new link for somebody who was invited before."""
    site = Site(settings.public_url, settings.listen.port)
    async with wiring.open_storage(settings) as storage:
        staff = _staff(storage)
        made = await staff.invite_again((await staff.named(given.name)).id, _by())
    _say_link(site, made.secret)
    say(f"For {made.member.name}. {_ONCE} Whoever uses it replaces every way in they had.")


async def list_(settings: Settings, given: Namespace) -> None:
    """List who has access."""
    async with wiring.open_storage(settings) as storage:
        lines = await _staff(storage).list()
    if not lines:
        say("Nobody has access yet. python -m bot admin invite prints a link for the first admin.")
        return
    rows = [("NAME", "ROLES", "DEPARTMENTS", "ACCESS")]
    for line in lines:
        member = line.member
        departments = "all" if member.departments is None else ", ".join(sorted(member.departments))
        standing = member.standing.value
        if member.standing is Standing.INVITED and line.invited_until is None:
            standing = "invite ran out"
        elif line.invited_until is not None:
            standing += f", invite until {moment_in_words(line.invited_until)}"
        rows.append((member.name, roles_in_words(member.roles), departments, standing))
    say(columns(rows))


async def disable(settings: Settings, given: Namespace) -> None:
    """End somebody's access at once."""
    async with wiring.open_storage(settings) as storage:
        staff = _staff(storage)
        member = await staff.named(given.name)
        await staff.disable(member.id, _by())
    say(f"{member.name} has no access any more, and is signed out everywhere.")


_ONCE = f"It works once, within {INVITE_LASTS.days} days; whoever opens it first is let in."


def _say_link(site: Site, secret: str) -> None:
    say(f"{site.origin}/invite/{secret}")


COMMANDS = {
    "admin invite": invite,
    "admin recover": recover,
    "admin list": list_,
    "admin disable": disable,
}
