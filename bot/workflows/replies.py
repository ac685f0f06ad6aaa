"""Replies: what a lead answers to one finding of a release, and what officers are shown of it.

A finding is read from the release's own bytes whenever it is shown, never stored beside it.
What a release withholds has no reply, and shows nothing.
"""

import logging
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.core.access import Permission, Visitor, check_may
from bot.core.audit import AuditEntry
from bot.core.characters import odd_in_name
from bot.core.disclosure.bands import Band
from bot.core.disclosure.release import DamagedRelease, Release, read_release
from bot.core.disclosure.suppression import tree_of
from bot.core.errors import StandEasyError
from bot.core.plain_words import tapped_in
from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import NoSuchRound
from bot.workflows.acting import still_may
from bot.workflows.moment import Now
from storage import releases, replies, rounds
from storage.engine import ReadTransaction, Storage
from storage.replies import Reply
from storage.rounds import Round

log = logging.getLogger(__name__)

LONGEST_LINE = 200
ENGLISH = "en"


class NothingReleased(StandEasyError):
    """The round {round} has no result yet: expected one that has closed and was released."""


class NoSuchGroup(StandEasyError):
    """The result of round {round} has no group {group}: expected one of {known}."""


class NoSuchScale(StandEasyError):
    """The result of round {round} has no scale {scale}: expected one of {known}."""


class NotShown(StandEasyError):
    """The result of round {round} does not show {scale} for {group}: expected what it shows."""

    hint = "Officers can only be told what everybody can see."


class NoEnglishLine(StandEasyError):
    """A reply needs a line in English: got {languages}."""


class EmptyLine(StandEasyError):
    """The line of a reply in {language} is empty: expected a sentence or two."""


class LineTooLong(StandEasyError):
    """The line of a reply in {language} has {length} characters: expected at most {most}."""


class LineWithMarkup(StandEasyError):
    """The line of a reply in {language} contains {found}: expected plain words."""


class LineWithSpaces(StandEasyError):
    """The line of a reply in {language} has more space between its words than is stored."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One released finding with the lead's reply to it.

    `teams` are those of the group it is about; `share` is the released band of those who gave
    the answers called `answer`. Texts are by language.
    """

    group: str
    teams: frozenset[str]
    theme: Mapping[str, str]
    answer: Mapping[str, str]
    share: Band
    reply: Mapping[str, str]


async def add_reply(
    storage: Storage,
    round_id: str,
    group_id: str,
    scale_id: str,
    lines: Mapping[str, str],
    by: Visitor,
    now: Now,
) -> int:
    """Store a lead's reply to one shown finding, a line for each language; return its number.

    Raises what is wrong with the place or the lines. A later reply to the same finding counts
    in place of this one.
    """
    check_may(by, Permission.ACT_ON_RESULTS)
    tidy = _tidy(lines)
    async with storage.transaction("add reply") as tx:
        await still_may(tx, by, Permission.ACT_ON_RESULTS)
        release = await _release_of(tx, round_id)
        _check_shown(release, group_id, scale_id)
        entry = AuditEntry(
            by.name, "reply", f"round {round_id}", f"group {group_id}, scale {scale_id}"
        )
        reply = Reply(round_id, group_id, scale_id, tidy, by.name)
        return await replies.append(tx, reply, entry, now())


async def preview(
    storage: Storage, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str]
) -> Finding:
    """Return what officers would be shown, and store nothing; raises what `add_reply` would."""
    tidy = _tidy(lines)
    async with storage.read("preview reply") as tx:
        release = await _release_of(tx, round_id)
    _check_shown(release, group_id, scale_id)
    reply = Reply(round_id, group_id, scale_id, tidy, "")
    found = _finding(release, reply, {group_id: frozenset()})
    assert found is not None  # noqa: S101 - it is shown
    return found


def _tidy(lines: Mapping[str, str]) -> dict[str, str]:
    tidy = {language: tidy_line(language, text) for language, text in lines.items()}
    if ENGLISH not in tidy:
        raise NoEnglishLine(languages=", ".join(sorted(tidy)) or "nothing")
    return tidy


async def current(storage: Storage, round_id: str) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return the lines that count for each (group, scale) of a round's release."""
    async with storage.read("replies of round") as tx:
        stored = await replies.of_round(tx, round_id)
    return {(each.reply.group, each.reply.scale): each.reply.content for each in stored}


def tidy_line(language: str, text: str) -> str:
    """Return a line without superfluous space; raises what is wrong with it."""
    line = " ".join(text.split())
    if not line:
        raise EmptyLine(language=language)
    if len(line) > LONGEST_LINE:
        raise LineTooLong(language=language, length=len(line), most=LONGEST_LINE)
    found = odd_character(line)
    if found is not None:
        raise LineWithMarkup(language=language, found=found)
    return line


_NOT_WORDS: Final = ("<", ">", "@", "://", "www.")
"""Markup, addresses of people, and links: a lead's line goes to officers, and asks nothing."""


def odd_character(line: str) -> str | None:
    """Return the first thing that is not plain words, written so that it can be shown.

    Wide and small forms of a sign are that sign: they look alike, and an application may read
    them alike.
    """
    unseen = next((ascii(char) for char in line if not char.isprintable()), odd_in_name(line))
    if unseen is not None:
        return unseen
    plain = unicodedata.normalize("NFKC", line).casefold()
    return next((ascii(each) for each in _NOT_WORDS if each in plain), None) or tapped_in(line)


async def _release_of(tx: ReadTransaction, round_id: str) -> Release:
    stored = await releases.of_round(tx, round_id)
    if stored is None:
        if await rounds.get(tx, round_id) is None:
            raise NoSuchRound(round=round_id)
        raise NothingReleased(round=round_id)
    return read_release(stored.content, stored.hash, stored.round)


def _check_shown(release: Release, group_id: str, scale_id: str) -> None:
    scales = [scale["id"] for scale in release.document["scales"]]
    if scale_id not in scales:
        known = ", ".join(scales) or "none"
        raise NoSuchScale(round=release.round_id, scale=scale_id, known=known)
    groups = {group.id: group for group in release.groups}
    if group_id not in groups:
        raise NoSuchGroup(round=release.round_id, group=group_id, known=", ".join(groups))
    if groups[group_id].scales.get(scale_id) is None:
        raise NotShown(round=release.round_id, scale=scale_id, group=group_id)


async def findings(tx: ReadTransaction) -> dict[str, tuple[Finding, ...]]:
    """Return by check-in what can be shown of its newest release, the newest reply first."""
    return {row.check_in: await _of_round(tx, row, given) for row, given in await that_count(tx)}


async def that_count(tx: ReadTransaction) -> list[tuple[Round, list[Reply]]]:
    """Return the newest released round of each check-in, with its replies, the newest first."""
    stored = await replies.all(tx)
    if not stored:
        return []
    newest: dict[str, Round] = {}
    for row in await rounds.all(tx):
        if row.released_at is not None:
            newest[row.check_in] = row
    found = []
    for row in newest.values():
        # Of two replies to the same finding the later one counts.
        latest = {
            (each.reply.group, each.reply.scale): each
            for each in stored
            if each.reply.round == row.id
        }
        in_order = sorted(latest.values(), key=lambda each: -each.sequence)
        if in_order:
            found.append((row, [each.reply for each in in_order]))
    return found


async def _of_round(tx: ReadTransaction, row: Round, given: list[Reply]) -> tuple[Finding, ...]:
    try:
        release = await _release_of(tx, row.id)
    except DamagedRelease as error:
        log.error("nothing is shown of a reply: %s", error)
        return ()
    units = ReportingUnits.from_json(row.units)
    teams = {
        group.id: frozenset(team for each in group.units for team in units.units[each].teams)
        for group in tree_of(units)
    }
    made = (_finding(release, reply, teams) for reply in given)
    return tuple(each for each in made if each is not None)


def _finding(release: Release, reply: Reply, teams: Mapping[str, frozenset[str]]) -> Finding | None:
    group = next((each for each in release.groups if each.id == reply.group), None)
    scale: Mapping[str, Any] | None = next(
        (each for each in release.document["scales"] if each["id"] == reply.scale), None
    )
    released = group.scales.get(reply.scale) if group else None
    if group is None or scale is None or released is None or group.id not in teams:
        return None
    if what_is_wrong(reply.content) is not None:
        # Written when less was refused, or past the program: no look can tell.
        log.warning("a lead's line is not shown, because today it would be refused: see /actions")
        return None
    return Finding(
        group=group.name,
        teams=teams[group.id],
        theme=scale["title"],
        answer=scale["low"],
        share=released.bands[0],
        reply=reply.content,
    )


def what_is_wrong(lines: Mapping[str, str]) -> StandEasyError | None:
    """Return why lines that are stored would be refused today; None where they would not."""
    try:
        for language, line in lines.items():
            if tidy_line(language, line) != line:
                return LineWithSpaces(language=language)
        _tidy(lines)
    except StandEasyError as error:
        return error
    return None


@dataclass(frozen=True, slots=True)
class Refused:
    """A reply that officers are not shown, and why: today it would be refused."""

    round: str
    group: str
    scale: str
    line: str
    author: str
    why: StandEasyError


async def refused(storage: Storage) -> list[Refused]:
    """Return what would be shown to officers now, were it not refused."""
    async with storage.read("refused replies") as tx:
        given = [reply for _, replies_of in await that_count(tx) for reply in replies_of]
    return [
        Refused(each.round, each.group, each.scale, _line_of(each, why), each.author, why)
        for each in given
        if (why := what_is_wrong(each.content)) is not None
    ]


def _line_of(reply: Reply, why: StandEasyError) -> str:
    line = reply.content.get(str(why.details.get("language", ENGLISH)), "")
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


@dataclass(frozen=True, slots=True)
class Replies:
    """What the pages for leads may do about replies."""

    storage: Storage
    now: Now

    async def preview(
        self, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str]
    ) -> Finding:
        """See `preview`."""
        return await preview(self.storage, round_id, group_id, scale_id, lines)

    async def add(
        self, round_id: str, group_id: str, scale_id: str, lines: Mapping[str, str], by: Visitor
    ) -> int:
        """See `add_reply`."""
        return await add_reply(self.storage, round_id, group_id, scale_id, lines, by, self.now)

    async def refused(self) -> list[Refused]:
        """See `refused`."""
        return await refused(self.storage)

    async def current(self, round_id: str) -> dict[tuple[str, str], Mapping[str, str]]:
        """See `current`."""
        return await current(self.storage, round_id)
