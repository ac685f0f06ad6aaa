"""Changes that wait for a second admin: looked at, then approved, refused or withdrawn, once.

Whoever proposed a change cannot approve it. What is approved is what was looked at: the change,
and the version it changes. One made from an older version is carried over where it says the very
same of the newest; where it does not, it is out of date and has to be made anew.
"""

from dataclasses import dataclass

from bot.core.access import Permission, Visitor, check_may
from bot.core.audit import AuditEntry
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.programme_checks import check_to_be_saved
from bot.core.programme_differences import Difference, differences
from bot.core.programme_rebase import carried_over
from bot.workflows.acting import still_may
from bot.workflows.catalogue import Instruments, parse_programme, stored_form, version_in_force
from bot.workflows.moment import Now
from bot.workflows.programme_changes import tidy_reason
from storage import programme_proposals, programmes
from storage.engine import ReadTransaction, Storage
from storage.programme_proposals import Decided, ProposalLine, StoredProposal
from storage.states import Decision

__all__ = ["Decision", "ProposalLine"]

MOST_DECIDED = 20


class NoSuchProposal(StandEasyError):
    """There is no proposed change {number}."""

    hint = "List them with: python -m bot programme changes list"


class DecidedAlready(StandEasyError):
    """The proposed change {number} was {decision} by {by} before."""


class OwnProposal(StandEasyError):
    """The proposed change {number} is yours: expected somebody else to {act} it."""

    hint = "A second admin looks at it. You can withdraw it."


class NotOwnProposal(StandEasyError):
    """The proposed change {number} was made by {author}: expected them to withdraw it."""

    hint = "You can refuse it."


class OutOfDate(StandEasyError):
    """The proposed change {number} was made from version {based_on}, and version {newest}, which
    is in force, changed the same: expected one made from that."""

    hint = "Look at what changed since, make the change again, and refuse or withdraw this one."


class SavedSince(StandEasyError):
    """Version {newest} came into force since you looked at the proposed change {number}: nothing
    was approved."""

    hint = "Look at it once more."


@dataclass(frozen=True, slots=True)
class Review:
    """One proposal as a second admin sees it."""

    line: ProposalLine
    changes: tuple[Difference, ...]
    """What it would change: the same in the newest version as in the one it was made from."""
    newest: int
    since: tuple[Difference, ...]
    """What others changed since it was made, while nobody has decided."""
    is_out_of_date: bool
    """Whether what others changed since touches it, so that nobody can approve it."""
    problem: StandEasyError | None
    """Why it cannot be put in force as it is, though it could when it was made."""


def is_proposer(line: ProposalLine, by: Visitor) -> bool:
    """Whether somebody proposed a change: the same account, or the same name without one."""
    if line.author_id is not None and by.staff_id is not None:
        return line.author_id == by.staff_id
    return line.author == by.name


async def waiting(storage: Storage) -> list[ProposalLine]:
    """Return the changes that nobody has decided, oldest first."""
    async with storage.read("proposals") as tx:
        return await programme_proposals.waiting(tx)


async def how_many_wait(storage: Storage) -> int:
    """Return how many changes nobody has decided."""
    async with storage.read("proposals") as tx:
        return await programme_proposals.how_many_wait(tx)


async def decided_lately(storage: Storage) -> list[ProposalLine]:
    """Return the changes decided last, the newest first."""
    async with storage.read("proposals") as tx:
        return await programme_proposals.decided_lately(tx, MOST_DECIDED)


async def review(storage: Storage, number: int, instruments: Instruments, now: Now) -> Review:
    """Return a proposal with what it would change; raises `NoSuchProposal`."""
    found = await _read(storage, number)
    changes = differences(found.base, found.proposed)
    if found.line.decided is not None:
        return Review(found.line, changes, found.version, (), False, None)
    made = carried_over(found.base, found.proposed, found.newest)
    problem: StandEasyError | None = None
    if made is not None:
        try:
            check_to_be_saved(made, found.newest, list(instruments.values()), now())
        except StandEasyError as error:
            problem = error
    since = differences(found.base, found.newest)
    return Review(found.line, changes, found.version, since, made is None, problem)


async def approve(
    storage: Storage, number: int, seen: int, by: Visitor, now: Now, instruments: Instruments
) -> int:
    """Put a proposed change in force and return its version.

    `seen` is the version in force when it was looked at. Raises `NoSuchProposal`,
    `DecidedAlready`, `OwnProposal`, `SavedSince`, `OutOfDate`, and what the checks raise.
    """
    check_may(by, Permission.CHANGE_PROGRAMME)
    found = await _read(storage, number)
    line = found.line
    _refuse_decided(line)
    if is_proposer(line, by):
        raise OwnProposal(number=number, act="approve")
    made = carried_over(found.base, found.proposed, found.newest)
    if made is None:
        raise OutOfDate(number=number, based_on=line.based_on, newest=found.version)
    checked = check_to_be_saved(made, found.newest, list(instruments.values()), now())
    async with storage.transaction("approve programme") as write:
        await write.queue_for("programme")
        await still_may(write, by, Permission.CHANGE_PROGRAMME)
        newest = await version_in_force(write)
        if not seen == found.version == newest:
            raise SavedSince(number=number, newest=newest)
        version = await programmes.newest_version(write) + 1
        author = f"{line.author}, approved by {by.name}"
        detail = f"version {version} by {line.author}: {line.reason}"
        entry = AuditEntry(by.name, "approve programme", f"proposal {number}", detail)
        saved = AuditEntry(line.author, "save programme", f"force {checked.force.id}", line.reason)
        content = stored_form(checked)
        await programmes.append(write, content, author, line.reason, now(), saved)
        decided = Decided(Decision.APPROVED, by.name, now(), line.reason, version)
        if not await programme_proposals.decide(write, number, decided, entry):
            raise DecidedAlready(number=number, decision="decided", by="somebody")
    return version


async def refuse(storage: Storage, number: int, by: Visitor, reason: str, now: Now) -> None:
    """Store that a proposed change is not put in force, and why."""
    line = await _undecided(storage, number, by)
    if is_proposer(line, by):
        raise OwnProposal(number=number, act="refuse")
    await _end(storage, line, Decision.REFUSED, "refuse programme", by, reason, now)


async def withdraw(storage: Storage, number: int, by: Visitor, reason: str, now: Now) -> None:
    """Store that whoever proposed a change no longer wants it, and why."""
    line = await _undecided(storage, number, by)
    if not is_proposer(line, by):
        raise NotOwnProposal(number=number, author=line.author)
    await _end(storage, line, Decision.WITHDRAWN, "withdraw programme", by, reason, now)


async def _undecided(storage: Storage, number: int, by: Visitor) -> ProposalLine:
    check_may(by, Permission.CHANGE_PROGRAMME)
    async with storage.read("proposal") as tx:
        line = (await _stored(tx, number)).line
    _refuse_decided(line)
    return line


async def _end(
    storage: Storage,
    line: ProposalLine,
    decision: Decision,
    act: str,
    by: Visitor,
    reason: str,
    now: Now,
) -> None:
    reason = tidy_reason(reason)
    async with storage.transaction(act) as tx:
        # As whoever approves does: the row and the trail, locked in turn, would wait for ever.
        await tx.queue_for("programme")
        await still_may(tx, by, Permission.CHANGE_PROGRAMME)
        entry = AuditEntry(by.name, act, f"proposal {line.number}", reason)
        decided = Decided(decision, by.name, now(), reason)
        if not await programme_proposals.decide(tx, line.number, decided, entry):
            raise DecidedAlready(number=line.number, decision="decided", by="somebody")


def _refuse_decided(line: ProposalLine) -> None:
    if line.decided is not None:
        raise DecidedAlready(
            number=line.number, decision=line.decided.decision.value, by=line.decided.by
        )


async def _stored(tx: ReadTransaction, number: int) -> StoredProposal:
    stored = await programme_proposals.get(tx, number)
    if stored is None:
        raise NoSuchProposal(number=number)
    return stored


@dataclass(frozen=True, slots=True)
class _Read:
    """A proposal with the versions that it is about."""

    line: ProposalLine
    proposed: Programme
    base: Programme
    newest: Programme
    version: int
    """The number of the newest."""


async def _read(storage: Storage, number: int) -> _Read:
    async with storage.read("proposal") as tx:
        stored = await _stored(tx, number)
        version = await version_in_force(tx)
        base = await _programme_at(tx, stored.line.based_on)
        newest = base if version == stored.line.based_on else await _programme_at(tx, version)
    return _Read(stored.line, parse_programme(stored.content), base, newest, version)


async def _programme_at(tx: ReadTransaction, version: int) -> Programme:
    stored = await programmes.at_version(tx, version)
    assert stored is not None  # noqa: S101 - a proposal is made from a version, and those stay
    return parse_programme(stored.content)
