"""Codes by errand: made at the dashboard, which holds no key, and keyed by the officers' process.

What travels is a hash of each code (`bot.core.team_codes`), and it is forgotten with the errand.
Nothing that was checked at the dashboard is believed here.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.core.access import Visitor
from bot.core.errors import StandEasyError
from bot.core.team_codes import HASH_SIZE
from bot.sealing.address import AddressKeys
from bot.workflows import errands, team_codes
from bot.workflows.errands import Errand, Handler, Kind
from bot.workflows.moment import Now
from bot.workflows.team_codes import HashedCode, MadeCode
from storage.engine import Storage

_CODE = re.compile(rf"([a-z0-9_-]{{1,40}}) ([1-9][0-9]{{0,5}}) ([0-9a-f]{{{2 * HASH_SIZE}}})")


class NotAnErrandOfCodes(StandEasyError):
    """What was asked for cannot be read: expected a team, its uses and a hash for each code."""


async def ask_to_issue(
    storage: Storage, made: Sequence[MadeCode], by: Visitor, now: Now, *, rotate: bool
) -> int:
    """Ask that codes may work, all of them or none; return the errand's number."""
    # Made to be slow: hundreds of them in a thread, so that no page waits.
    hashed = await asyncio.to_thread(lambda: [each.hashed for each in made])
    detail = {
        # Under this name the trail does not repeat it.
        "digest": "\n".join(f"{each.team} {each.uses} {each.hashed.hex()}" for each in hashed),
        "until": made[0].expires_on.isoformat(),
        "older codes": "revoked" if rotate else "stay",
    }
    subject = f"team {made[0].team.id}" if len(made) == 1 else f"{len(made)} teams"
    return await errands.ask(storage, Kind.ISSUE_CODE, subject, detail, by, now)


async def ask_to_revoke(storage: Storage, team: str, code_id: str, by: Visitor, now: Now) -> int:
    """Ask that a code stops working; return the errand's number."""
    detail = {"code": code_id}
    return await errands.ask(storage, Kind.REVOKE_CODE, f"team {team}", detail, by, now)


def handlers(storage: Storage, keys: AddressKeys, now: Now) -> Mapping[Kind, Handler]:
    """Return what the officers' process does about codes."""

    async def issue(errand: Errand) -> str:
        made = _read(errand.detail)
        rotate = errand.detail.get("older codes") == "revoked"
        revoked = await team_codes.keep_hashed(storage, keys, made, now, errand.by, rotate=rotate)
        works = "The new code works" if len(made) == 1 else f"{len(made)} new codes work"
        older = f" Older codes that no longer do: {revoked}." if rotate else ""
        return f"{works}, up to and including {made[0].expires_on:%d %B %Y}.{older}"

    async def revoke(errand: Errand) -> str:
        await team_codes.revoke(storage, errand.detail.get("code", ""), now, errand.by)
        return "The code no longer works. Whoever joined with it stays."

    return {Kind.ISSUE_CODE: issue, Kind.REVOKE_CODE: revoke}


def _read(detail: Mapping[str, str]) -> list[HashedCode]:
    found = [_CODE.fullmatch(line) for line in detail.get("digest", "").split("\n")]
    try:
        until = date.fromisoformat(detail.get("until", ""))
    except ValueError:
        raise NotAnErrandOfCodes from None
    codes = [
        HashedCode(match[1], bytes.fromhex(match[3]), int(match[2]), until)
        for match in found
        if match is not None
    ]
    if len(codes) != len(found):
        raise NotAnErrandOfCodes
    return codes
