"""Wordings of a force's own: what was asked once under a version stays what that version asks.

Instruments are files, and files change. So the hash of each wording that a programme uses is
kept in the audit trail, which nothing changes; a file that no longer fits stops the start.
"""

from collections.abc import Mapping

from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.workflows.catalogue import in_force, parse_programme
from bot.workflows.moment import Now
from storage import audit
from storage.engine import ReadTransaction, Storage

ACT = "use wording"

Digests = Mapping[tuple[str, int], bytes]
"""By instrument and version: the hash of what a pack's wording file asks."""


class WordingChanged(StandEasyError):
    """The wording of {instrument} version {version} is not the one that was asked before."""

    hint = "Restore the file; put the new wording into a file of its own with another version."


async def keep(
    storage: Storage, programme: Programme, digests: Digests, actor: str, now: Now
) -> None:
    """Keep the hash of every wording of a pack that a programme uses.

    Raises `WordingChanged` when any wording differs from what was kept of it before, whether
    or not it is still used: results of it are compared with each other.
    """
    async with storage.read("wordings") as tx:
        if not _unknown(programme, digests, await _kept(tx, digests)):
            return
    async with storage.transaction("keep wordings") as write:
        await write.queue_for("audit")
        for subject, digest in _unknown(programme, digests, await _kept(write, digests)).items():
            await audit.append(write, AuditEntry(actor, ACT, subject, digest), now())


async def check(storage: Storage, digests: Digests) -> None:
    """Raise `WordingChanged` as `keep` does, and keep nothing.

    For the dashboard's process: whose account may say what was asked first decides it.
    """
    async with storage.read("wordings") as tx:
        await _kept(tx, digests)


async def keep_in_force(storage: Storage, digests: Digests, actor: str, now: Now) -> None:
    """Keep the same of the programme in force, where there is one and the force has packs."""
    if not digests:
        return
    async with storage.read("programme") as tx:
        newest = await in_force(tx)
    if newest is not None:
        await keep(storage, parse_programme(newest.content), digests, actor, now)


async def _kept(tx: ReadTransaction, digests: Digests) -> dict[str, str]:
    """Return what is kept, by subject; raises `WordingChanged`."""
    # What was kept first: a later entry says nothing of what was asked.
    kept = await audit.first_details(tx, ACT, [_subject(*key) for key in digests])
    for (instrument, version), digest in digests.items():
        if kept.get(_subject(instrument, version), digest.hex()) != digest.hex():
            raise WordingChanged(instrument=instrument, version=version)
    return kept


def _unknown(programme: Programme, digests: Digests, kept: Mapping[str, str]) -> dict[str, str]:
    """Return subject and hash of each wording that a programme uses and nobody kept yet."""
    used = {(check_in.instrument, check_in.instrument_version) for check_in in programme.check_ins}
    return {
        _subject(*key): digests[key].hex()
        for key in sorted(used & digests.keys())
        if _subject(*key) not in kept
    }


def _subject(instrument: str, version: int) -> str:
    return f"instrument {instrument} version {version}"
