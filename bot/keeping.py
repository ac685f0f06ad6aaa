"""The commands that keep what must not be lost: backup and restore."""

from argparse import Namespace
from pathlib import Path

from bot import wiring
from bot.admin.terminal import actor, say
from bot.wiring import Settings
from bot.workflows import backups, key_backups
from bot.workflows.backup_folder import Kind, Manifest, read_manifest

APART = "Keep it apart from the backup of the {other}: whoever finds both can open answers."
AFTER = """\
What nobody can know after a restore:
- Whoever erased everything since the backup is enrolled again, and may be written to.
- Results released since the backup were read by people. Do not publish them a second time:
  restore the newest backup there is, and take one after every release.
- Invitations of the last minutes may come twice. No answer counts twice."""


async def backup(settings: Settings, given: Namespace) -> None:
    """Copy the database, or the keys, into a new folder."""
    folder = Path(given.folder)
    if given.keys:
        async with wiring.open_storage(settings) as storage:
            written = await key_backups.back_up_keys(
                storage, settings.keys, folder, wiring.utc_now, actor()
            )
        delete_by = written.manifest.delete_by
        assert delete_by is not None  # noqa: S101 - of keys there always is one
        say(f"The keys are in {folder}. {APART.format(other='database')}")
        say(f"Delete it by {delete_by:%d %B %Y}, when a newer one is there: from then on it could")
        say("open answers that were destroyed.")
    else:
        address = settings.database_url.reveal()
        written = await backups.back_up(address, folder, wiring.utc_now, actor())
        say(f"The database is in {folder}. {APART.format(other='keys')}")
        if written.manifest.trail is None:
            say("The audit trail in it is broken: run audit trail verify. It cannot be restored.")
    say(f"Manifest: {written.hash}")


async def restore(settings: Settings, given: Namespace) -> None:
    """Put a backup back onto an empty place."""
    folder = Path(given.folder)
    manifest, digest = read_manifest(folder)
    say(f"Manifest: {digest}, taken {manifest.made_at:%d %B %Y %H:%M} UTC")
    if manifest.kind is Kind.KEYS:
        await _restore_keys(settings, folder, manifest, digest)
        return
    address = settings.database_url.reveal()
    changed = await backups.restore(address, folder, manifest, digest, wiring.utc_now, actor())
    say("The database is restored: hashes, the audit trail and the chain of releases hold.")
    if changed:
        say("Its tables were brought up to date.")
    say(AFTER)


async def _restore_keys(settings: Settings, folder: Path, manifest: Manifest, digest: str) -> None:
    async with wiring.open_storage(settings) as storage:
        done = await key_backups.restore_keys(
            storage, settings.keys, folder, manifest, digest, wiring.utc_now, actor()
        )
    say(f"{done.keys} keys are restored.")
    if done.left_out:
        say(f"{done.left_out} were left out: what they opened was destroyed, or needs no counting.")
    if done.retired:
        say(f"{done.retired} unused keys were taken out of the pool: nobody could open for them.")
    for round_id in done.lost:
        say(f"Round {round_id} can never be counted: its opening key is in no backup given here.")
        say(f"If it is in none: python -m bot rounds abandon {round_id} --key-lost --reason TEXT")
    say("Delete the backup of keys once the program runs and a new one is taken.")
