"""The commands about the programme: loading, versions, the way back, and changes for two.

Whoever runs them is one person at the server: the two-person rule holds for them, too, unless
they say that they are alone; the audit trail then says it as well.
"""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot import wiring
from bot.admin import listing
from bot.admin.listing import columns, counted
from bot.admin.terminal import actor, say
from bot.core.access import OPERATOR, Visitor
from bot.core.programme_differences import Difference
from bot.wiring import Settings
from bot.workflows import programme, programme_changes, programme_proposals, programme_versions
from bot.workflows import wordings as kept_wordings
from bot.workflows.programme_changes import NothingChanged, Proposed, Saved


def by_command() -> Visitor:
    """Return who acts: the account on this machine, which may do everything here."""
    # Whoever approves must be somebody else: not by a word in the environment.
    return Visitor(actor(sudo=False), OPERATOR.roles)


def outcome_as_text(outcome: Saved | Proposed) -> str:
    """Return what came of a save."""
    if isinstance(outcome, Saved):
        return f"Version {outcome.version} is in force from the next round on."
    return (
        f"Change {outcome.number} waits for a second admin: nothing is in force yet. They see it"
        f" at /changes/{outcome.number}, or with: python -m bot programme changes show"
        f" {outcome.number}"
    )


async def check(settings: Settings, given: Namespace) -> None:
    """Check a programme file."""
    checked = wiring.read_programme(Path(given.file), wiring.read_packs(settings))
    say(listing.programme_as_text(checked))


async def load(settings: Settings, given: Namespace) -> None:
    """Save a programme file as the newest version."""
    packs = wiring.read_packs(settings)
    checked = wiring.read_programme(Path(given.file), packs)
    instruments = wiring.instruments_by_key(packs)
    async with wiring.open_storage(settings) as storage:
        digests = wiring.digests_of(packs)
        await kept_wordings.keep(storage, checked, digests, actor(), wiring.utc_now)
        newest = await programme_changes.current_or_none(storage)
        based_on = newest.version if newest is not None else 0
        try:
            outcome = await programme_changes.save(
                storage,
                checked,
                based_on,
                by_command(),
                given.reason,
                wiring.utc_now,
                instruments,
                alone=given.alone,
            )
        except NothingChanged:
            outcome = Saved(based_on)
    say(outcome_as_text(outcome))


async def show(settings: Settings, given: Namespace) -> None:
    """Print the programme in force."""
    async with wiring.open_storage(settings) as storage:
        version = await programme.current(storage)
    say(f"Version {version.version}, saved by {version.author}: {version.reason}")
    say(listing.programme_as_text(version.programme))


async def history(settings: Settings, given: Namespace) -> None:
    """List versions."""
    async with wiring.open_storage(settings) as storage:
        found = await programme_versions.listed(storage, given.before)
    if not found.lines:
        say("No version yet." if not found.newest else "No version before that.")
        return
    rows = [("VERSION", "SAVED", "BY", "WHY")]
    rows += [
        (str(line.version), f"{line.saved_at:%Y-%m-%d %H:%M} UTC", line.author, line.reason)
        for line in found.lines
    ]
    say(columns(rows))
    if found.older is not None:
        say(f"Older ones: python -m bot programme history --before {found.older}")


async def diff(settings: Settings, given: Namespace) -> None:
    """Say what differs between two versions."""
    async with wiring.open_storage(settings) as storage:
        found = await programme_versions.compare(storage, given.first, given.second)
    say(_sentences(found.changes))


async def restore(settings: Settings, given: Namespace) -> None:
    """Go back to a version."""
    instruments = wiring.instruments_by_key(wiring.read_packs(settings))
    async with wiring.open_storage(settings) as storage:
        back = await programme_versions.way_back(
            storage, given.version, instruments, wiring.utc_now
        )
        say(_sentences(back.changes))
        outcome = await programme_versions.restore(
            storage,
            given.version,
            back.newest,
            by_command(),
            given.reason,
            wiring.utc_now,
            instruments,
            alone=given.alone,
        )
    say(outcome_as_text(outcome))


async def changes_list(settings: Settings, given: Namespace) -> None:
    """List the changes that wait."""
    async with wiring.open_storage(settings) as storage:
        waiting = await programme_proposals.waiting(storage)
    if not waiting:
        say("Nothing waits for a second admin.")
        return
    rows = [("CHANGE", "FROM VERSION", "PROPOSED", "BY", "WHY")]
    rows += [
        (
            str(line.number),
            str(line.based_on),
            f"{line.proposed_at:%Y-%m-%d %H:%M} UTC",
            line.author,
            line.reason,
        )
        for line in waiting
    ]
    say(columns(rows))


async def changes_show(settings: Settings, given: Namespace) -> None:
    """Say what a change would do."""
    instruments = wiring.instruments_by_key(wiring.read_packs(settings))
    async with wiring.open_storage(settings) as storage:
        found = await programme_proposals.review(storage, given.number, instruments, wiring.utc_now)
    line = found.line
    say(f"Change {line.number} of version {line.based_on}, by {line.author}: {line.reason}")
    say(_sentences(found.changes))
    if line.decided is not None:
        say(f"It was {line.decided.decision.value} by {line.decided.by}: {line.decided.reason}")
    elif found.since:
        touched = (
            "is out of date: others changed the same" if found.is_out_of_date else "still fits"
        )
        say(f"Version {found.newest} is in force, and it {touched}. What changed since:")
        say(_sentences(found.since))
    if found.problem is not None:
        say(f"It cannot be put in force any more: {found.problem} {found.problem.hint}".rstrip())


async def changes_approve(settings: Settings, given: Namespace) -> None:
    """Put a change in force."""
    instruments = wiring.instruments_by_key(wiring.read_packs(settings))
    async with wiring.open_storage(settings) as storage:
        seen = await programme_proposals.review(storage, given.number, instruments, wiring.utc_now)
        version = await programme_proposals.approve(
            storage, given.number, seen.newest, by_command(), wiring.utc_now, instruments
        )
    say(_sentences(seen.changes))
    say(outcome_as_text(Saved(version)))


async def changes_refuse(settings: Settings, given: Namespace) -> None:
    """Refuse a change."""
    async with wiring.open_storage(settings) as storage:
        await programme_proposals.refuse(
            storage, given.number, by_command(), given.reason, wiring.utc_now
        )
    say(f"Change {given.number} is refused.")


async def changes_withdraw(settings: Settings, given: Namespace) -> None:
    """Withdraw a change that was proposed from here."""
    async with wiring.open_storage(settings) as storage:
        await programme_proposals.withdraw(
            storage, given.number, by_command(), given.reason, wiring.utc_now
        )
    say(f"Change {given.number} is withdrawn.")


def _sentences(changes: Sequence[Difference]) -> str:
    if not changes:
        return "Nothing differs."
    return "\n".join([f"{counted(changes, 'difference')}:", *(f"- {c.sentence}" for c in changes)])


COMMANDS = {
    "programme check": check,
    "programme load": load,
    "programme show": show,
    "programme history": history,
    "programme diff": diff,
    "programme restore": restore,
    "programme changes list": changes_list,
    "programme changes show": changes_show,
    "programme changes approve": changes_approve,
    "programme changes refuse": changes_refuse,
    "programme changes withdraw": changes_withdraw,
}
