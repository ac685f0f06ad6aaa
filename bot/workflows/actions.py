"""Actions: what leads did about a result, and what releases say of it afterwards.

What an action should change is chosen when it is recorded and never changed; the end or the
withdrawal of an action is said later. Nothing here can reach a person, an answer or a key.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from bot.core.access import Permission, Visitor, check_may
from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.disclosure.release import Release
from bot.core.errors import StandEasyError
from bot.core.evaluation.series import in_order
from bot.core.evaluation.verdicts import Action, Verdict, verdict
from bot.workflows.acting import still_may
from bot.workflows.catalogue import NoProgramme, in_force, parse_programme
from bot.workflows.moment import Now
from bot.workflows.replies import LONGEST_LINE, odd_character
from storage import actions
from storage.actions import NewAction, StoredAction
from storage.engine import ReadTransaction, Storage

LONGEST_WHAT: Final = LONGEST_LINE
MOST_GROUPS: Final = 50
MOST_ACTIONS: Final = 1000
READERS_KEPT: Final = 8
"""Verdicts are kept for so many sets of departments."""
FURTHEST: Final = timedelta(days=2 * 366)
"""How far from today an action may begin, or end."""


class NoSuchAction(StandEasyError):
    """There is no action {number}: expected one that was recorded."""


class ActionIsOver(StandEasyError):
    """The action {number} has ended or was withdrawn before: nothing more can be said of it."""


class EmptyAction(StandEasyError):
    """What was done is not said: expected a sentence."""


class ActionTooLong(StandEasyError):
    """What was done has {length} characters: expected at most {most}."""


class ActionWithMarkup(StandEasyError):
    """What was done contains {found}: expected plain words, and nobody's name or address."""


class NoGroups(StandEasyError):
    """No group is named: expected one or more of those in the newest result."""


class TooManyGroups(StandEasyError):
    """{number} groups are named: expected at most {most}."""


class UnknownGroup(StandEasyError):
    """The newest result of {check_in} has no group {group}: expected one that it has."""


class GroupsOverlap(StandEasyError):
    """The group {inner} lies inside {outer}: expected the one or the other."""


class NoResultsYet(StandEasyError):
    """The check-in {check_in} has no result yet: expected one that was released."""


class NoSuchTheme(StandEasyError):
    """The newest result of {check_in} has no theme {scale}: expected one that it has."""


class DayTooFar(StandEasyError):
    """The day {day} is too far away: expected one between {earliest} and {latest}."""


class EndsBeforeItBegins(StandEasyError):
    """The action ends on {ends_on}, before it begins on {starts_on}."""


class TooManyActions(StandEasyError):
    """There are {most} actions already: expected a few in a year."""


class Releases(Protocol):
    """Where releases come from."""

    async def releases(self) -> tuple[Release, ...]:
        """Return every release, oldest first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One action, and what releases say of it; no verdict on one that was withdrawn."""

    stored: StoredAction
    noted_on: date
    verdict: Verdict | None


class Actions:
    """What leads may do about actions."""

    def __init__(self, storage: Storage, now: Now, reports: Releases) -> None:
        self._storage, self._now, self._reports = storage, now, reports
        self._judged: list[tuple[object, tuple[Judged, ...]]] = []
        """With what it was judged from: each set of departments sees releases of its own."""

    async def record(
        self,
        what: str,
        groups: Sequence[str],
        starts_on: date,
        check_in: str,
        scale: str,
        by: Visitor,
    ) -> int:
        """Store an action and return its number; raises what is wrong with it.

        The same action recorded again is the same action: a button may be pressed twice.
        """
        check_may(by, Permission.ACT_ON_RESULTS)
        named = tuple(dict.fromkeys(groups))
        action = NewAction(tidy_what(what), named, starts_on, check_in, scale, by.name)
        check_expectation(await self._reports.releases(), check_in, scale, named)
        entry = AuditEntry(
            by.name,
            "record action",
            f"check-in {check_in}, scale {scale}",
            f"groups {', '.join(named)}; from {starts_on}",
        )
        async with self._storage.transaction("record action") as tx:
            await still_may(tx, by, Permission.ACT_ON_RESULTS)
            check_day(starts_on, await self._today(tx))
            stored = await actions.all(tx)
            for each in stored:
                if each.recorded == action and each.withdrawn_at is None:
                    return each.number
            if len(stored) >= MOST_ACTIONS:
                raise TooManyActions(most=MOST_ACTIONS)
            return await actions.record(tx, action, entry, self._now())

    async def end(self, number: int, ended_on: date, by: Visitor) -> None:
        """Store the day on which an action ended."""
        check_may(by, Permission.ACT_ON_RESULTS)
        async with self._storage.transaction("end action") as tx:
            await still_may(tx, by, Permission.ACT_ON_RESULTS)
            stored = await _under_way(tx, number)
            check_day(ended_on, await self._today(tx))
            if ended_on < stored.recorded.starts_on:
                raise EndsBeforeItBegins(ends_on=ended_on, starts_on=stored.recorded.starts_on)
            entry = AuditEntry(by.name, "end action", f"action {number}", f"on {ended_on}")
            await actions.end(tx, number, ended_on, by.name, entry, self._now())

    async def withdraw(self, number: int, by: Visitor) -> None:
        """Store that an action was recorded in error or never happened."""
        check_may(by, Permission.ACT_ON_RESULTS)
        async with self._storage.transaction("withdraw action") as tx:
            await still_may(tx, by, Permission.ACT_ON_RESULTS)
            await _under_way(tx, number)
            entry = AuditEntry(by.name, "withdraw action", f"action {number}")
            await actions.withdraw(tx, number, by.name, entry, self._now())

    async def all(self, seen: Sequence[Release] | None = None) -> tuple[Judged, ...]:
        """Return every action with its verdict, in the order they were recorded.

        Judged by what somebody sees, releases or extracts of them, newest first; by everything
        without. A comparison must not tell of groups that whoever reads it does not see.
        """
        async with self._storage.read("actions") as tx:
            stored = await actions.all(tx)
            zone = await _zone(tx) if stored else ""
        releases = await self._reports.releases() if seen is None else tuple(reversed(seen))
        # Releases never change, so a verdict holds until something is added.
        state = (stored, len(releases), releases[-1].hash if releases else None)
        for kept_for, kept in self._judged:
            if kept_for == state:
                return kept
        noted = [local_day(each.at, zone) for each in stored]
        made = judged(stored, noted, releases)
        self._judged = [(state, made), *self._judged[: READERS_KEPT - 1]]
        return made

    async def get(self, number: int, seen: Sequence[Release] | None = None) -> Judged:
        """Return one action with its verdict, judged by what somebody sees."""
        for each in await self.all(seen):
            if each.stored.number == number:
                return each
        raise NoSuchAction(number=number)

    async def today(self) -> date:
        """Return the force's present day."""
        async with self._storage.read("today") as tx:
            return await self._today(tx)

    async def _today(self, tx: ReadTransaction) -> date:
        return local_day(self._now(), await _zone(tx))


def judged(
    stored: Sequence[StoredAction], noted: Sequence[date], releases: Sequence[Release]
) -> tuple[Judged, ...]:
    """Return the verdict on each action; those withdrawn have none and compare with none."""
    meant = {
        each.number: Action(
            str(each.number),
            each.recorded.what,
            each.recorded.groups,
            each.recorded.starts_on,
            (each.recorded.check_in, each.recorded.scale),
            noted_on,
        )
        for each, noted_on in zip(stored, noted, strict=True)
        if each.withdrawn_at is None
    }
    return tuple(
        Judged(
            each,
            noted_on,
            verdict(meant[each.number], releases, meant.values()) if each.number in meant else None,
        )
        for each, noted_on in zip(stored, noted, strict=True)
    )


def tidy_what(text: str) -> str:
    """Return what was done without superfluous space; raises what is wrong with it."""
    line = " ".join(text.split())
    if not line:
        raise EmptyAction
    if len(line) > LONGEST_WHAT:
        raise ActionTooLong(length=len(line), most=LONGEST_WHAT)
    # An address names somebody as well as a name does.
    found = odd_character(line)
    if found is not None:
        raise ActionWithMarkup(found=found)
    return line


def check_expectation(
    releases: Sequence[Release], check_in: str, scale: str, groups: Sequence[str]
) -> None:
    """Raise what is wrong with what an action should change, and for whom."""
    found = in_order(releases, check_in)
    if not found:
        raise NoResultsYet(check_in=check_in)
    newest = found[-1]
    if all(each["id"] != scale for each in newest.document["scales"]):
        raise NoSuchTheme(check_in=check_in, scale=scale)
    if not groups:
        raise NoGroups
    if len(groups) > MOST_GROUPS:
        raise TooManyGroups(number=len(groups), most=MOST_GROUPS)
    parents = {group.id: group.parent for group in newest.groups}
    for group in groups:
        if group not in parents:
            raise UnknownGroup(check_in=check_in, group=group)
    _check_apart(groups, parents)


def _check_apart(groups: Collection[str], parents: dict[str, str | None]) -> None:
    for group in groups:
        above = parents[group]
        while above is not None:
            if above in groups:
                raise GroupsOverlap(inner=group, outer=above)
            above = parents.get(above)


def check_day(day: date, today: date) -> None:
    """Raise when a day is further away than any action's."""
    earliest, latest = today - FURTHEST, today + FURTHEST
    if not earliest <= day <= latest:
        raise DayTooFar(day=day, earliest=earliest, latest=latest)


async def _under_way(tx: ReadTransaction, number: int) -> StoredAction:
    stored = await actions.get(tx, number)
    if stored is None:
        raise NoSuchAction(number=number)
    if stored.ended_on is not None or stored.withdrawn_at is not None:
        raise ActionIsOver(number=number)
    return stored


async def _zone(tx: ReadTransaction) -> str:
    newest = await in_force(tx)
    if newest is None:
        raise NoProgramme
    return parse_programme(newest.content).force.timezone
