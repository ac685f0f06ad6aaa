"""The commands about enrolment codes."""

import secrets
from argparse import Namespace

from bot import wiring
from bot.admin.listing import code_as_text, columns
from bot.admin.terminal import actor, say
from bot.sealing.process_keys import officer_keys
from bot.wiring import Settings
from bot.workflows import team_codes


async def issue(settings: Settings, given: Namespace) -> None:
    """Make an enrolment code; the team's other codes go where it is rotated."""
    keys, _ = officer_keys(settings.keys)
    rotate = given.command == "codes rotate"
    async with wiring.open_storage(settings) as storage:
        (made,) = await team_codes.prepare(
            storage, [given.team], given.uses, given.expires, wiring.utc_now, secrets.token_bytes
        )
        revoked = await team_codes.keep(
            storage, keys, [made], wiring.utc_now, actor(), rotate=rotate
        )
    username = await wiring.bot_username(settings)
    say(code_as_text(made.code, made.uses, made.expires_on, username))
    if rotate:
        say(f"Codes that no longer work: {revoked}")


async def list_(settings: Settings, given: Namespace) -> None:
    """List teams with their codes."""
    async with wiring.open_storage(settings) as storage:
        lines = await team_codes.list_teams(storage, wiring.utc_now, given.team)
    rows = [("TEAM", "SHOWN AS", "ITS PEOPLE", "CODES")]
    rows += [
        (
            line.team.id,
            line.group or "waits for the next round",
            "ten or more" if line.enough else "not yet",
            ", ".join(f"{id_} until {day}" for id_, day in line.codes) or "none",
        )
        for line in lines
    ]
    say(columns(rows))


async def revoke(settings: Settings, given: Namespace) -> None:
    """Make a code stop working."""
    async with wiring.open_storage(settings) as storage:
        team = await team_codes.revoke(storage, given.id, wiring.utc_now, actor())
    say(f"The code of {team} no longer works. Whoever joined with it stays.")


COMMANDS = {
    "codes issue": issue,
    "codes rotate": issue,
    "codes list": list_,
    "codes revoke": revoke,
}
