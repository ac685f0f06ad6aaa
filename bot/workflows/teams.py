"""Teams from a table: what it would change in the programme in force, and saving that.

Looking changes nothing. What is saved is what was looked at: a programme that somebody else
saved in between is never written over.
"""

from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.team_changes import TeamsImport
from bot.workflows.catalogue import stored_form
from bot.workflows.moment import Now
from storage import programmes
from storage.engine import Storage


class ProgrammeMoved(StandEasyError):
    """The programme is at version {newest} now: expected version {expected}, which was looked
    at."""

    hint = "Nothing was changed. Import again, and look at the changes again."


async def save_import(
    storage: Storage, seen: int, change: TeamsImport, author: str, reason: str, now: Now
) -> int:
    """Save what an import made of version `seen`; return the new version's number.

    An import that changes nothing makes no version.
    """
    async with storage.transaction("import teams") as tx:
        await tx.queue_for("programme")
        newest = await programmes.newest(tx)
        if newest is None or newest.version != seen:
            raise ProgrammeMoved(newest=newest.version if newest else 0, expected=seen)
        if not change.changes:
            return newest.version
        force = change.programme.force.id
        detail = f"{change.in_short()}: {reason}"
        entry = AuditEntry(author, "import teams", f"force {force}", detail)
        content = stored_form(change.programme)
        return await programmes.append(tx, content, author, reason, now(), entry)
