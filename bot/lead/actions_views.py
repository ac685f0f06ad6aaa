"""What the pages about actions show, worked out from releases and what was recorded. Pure.

Names are those of the newest release that has them: a group or a theme that is gone keeps the
name it had, and one that was never released is shown by its id.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from bot.core.characters import cleaned
from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import DEPTH, Level
from bot.core.evaluation.change_rule import hull
from bot.core.evaluation.verdicts import Interval, OfGroup
from bot.lead.actions_words import (
    CHOSEN_LATE,
    SHORT,
    WHY_NOT,
    comparison_in_words,
    interval_in_words,
    no_comparison,
    problem_of,
    verdict_in_words,
)
from bot.web.words import in_english, share_in_words
from bot.workflows.actions import Judged
from bot.workflows.replies import Refused

LEVELS = {
    Level.FORCE: "force",
    Level.DEPARTMENT: "department",
    Level.UNIT: "reporting unit",
}


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A check-in that has a result with themes."""

    id: str
    title: str
    newest: Release


@dataclass(frozen=True, slots=True)
class Choice:
    """One theme or group that can be chosen."""

    id: str
    name: str
    note: str = ""
    depth: int = 0


def check_ins_of(newest_first: Iterable[Release]) -> list[CheckIn]:
    """Return the check-ins whose newest result has themes, in the order of their results."""
    newest: dict[str, Release] = {}
    for release in newest_first:
        newest.setdefault(release.document["check_in"], release)
    return [
        CheckIn(check_in, in_english(release.document["title"]), release)
        for check_in, release in newest.items()
        if release.document["scales"]
    ]


def themes_to_choose(release: Release) -> list[Choice]:
    """Return the themes of a release, each with the answer that is looked at."""
    return [
        Choice(scale["id"], in_english(scale["title"]), in_english(scale["low"]))
        for scale in release.document["scales"]
    ]


def groups_to_choose(release: Release) -> list[Choice]:
    """Return the groups of a release, each before what lies inside it.

    A lead of some departments acts for those: the whole force is not theirs to choose.
    """
    return [
        Choice(group.id, group.name, "" if group.shown else "not shown now", DEPTH[group.level])
        for group in release.groups
        if not (release.is_extract and group.level is Level.FORCE)
    ]


def shares_to_choose(release: Release, group: ReleasedGroup) -> list[Choice]:
    """Return what is shown of a group, as officers will read it."""
    return [
        Choice(theme.id, theme.name, f"{share_in_words(shown.bands[0])} “{theme.note}”")
        for theme in themes_to_choose(release)
        if (shown := group.scales.get(theme.id)) is not None
    ]


def refused_views(
    refused: Iterable[Refused], newest_first: Iterable[Release]
) -> list[dict[str, str]]:
    """Return the lines that officers are not shown, to whoever may write them again."""
    releases = {release.round_id: release for release in newest_first}
    found = []
    for each in refused:
        release = releases.get(each.round)
        if release is None:
            continue
        # As in `groups_to_choose`: a lead of some departments writes for those.
        for number, group in enumerate(release.groups, 1):
            if group.id != each.group or (release.is_extract and group.level is Level.FORCE):
                continue
            themes = [theme for theme in shares_to_choose(release, group) if theme.id == each.scale]
            problem = problem_of(each.why)
            place = f"/results/{quote(each.round, safe='')}/groups/{number}/reply"
            found += [
                {
                    "group": group.name,
                    "theme": theme.name,
                    "title": in_english(release.document["title"]),
                    # It may be refused for what no page can hold, or what turns a page around.
                    "line": cleaned(each.line),
                    "why": cleaned(problem[1]) if problem else "",
                    "href": f"{place}?{urlencode({'scale': theme.id})}",
                }
                for theme in themes
            ]
    return found


class Names:
    """The names of groups, check-ins and themes."""

    def __init__(self, newest_first: Sequence[Release]) -> None:
        self._documents: dict[str, list[Mapping[str, Any]]] = {}
        for release in newest_first:
            self._documents.setdefault(release.document["check_in"], []).append(release.document)

    def knows(self, check_in: str, group: str) -> bool:
        """Return whether a group is in any of the releases."""
        return self._first(check_in, "groups", group) is not None

    def group(self, check_in: str, group: str) -> str:
        """Return a group's name."""
        found = self._first(check_in, "groups", group)
        return group if found is None else str(found["name"])

    def check_in(self, check_in: str) -> str:
        """Return a check-in's title."""
        documents = self._documents.get(check_in)
        return in_english(documents[0]["title"]) if documents else check_in

    def theme(self, check_in: str, scale: str) -> tuple[str, str]:
        """Return a theme's title and the answer that is looked at."""
        found = self._first(check_in, "scales", scale)
        if found is None:
            return scale, "low"
        return in_english(found["title"]), in_english(found["low"])

    def _first(self, check_in: str, kind: str, wanted: str) -> Mapping[str, Any] | None:
        inside = (each for document in self._documents.get(check_in, []) for each in document[kind])
        return next((each for each in inside if each["id"] == wanted), None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A difference in words, and where it lies between 100 points fewer and 100 more."""

    words: str
    interval: Interval


def action_view(judged: Judged, names: Names) -> dict[str, Any]:
    """Return everything a page says of one action."""
    stored, recorded = judged.stored, judged.stored.recorded
    theme, low = names.theme(recorded.check_in, recorded.scale)
    view: dict[str, Any] = {
        "number": stored.number,
        "what": recorded.what,
        "groups": [names.group(recorded.check_in, group) for group in recorded.groups],
        "starts_on": recorded.starts_on,
        "noted_on": judged.noted_on,
        "ended_on": stored.ended_on,
        "check_in": names.check_in(recorded.check_in),
        "theme": theme,
        "low": low,
        "is_over": stored.ended_on is not None or stored.withdrawn_at is not None,
        "verdict": None,
    }
    verdict = judged.verdict
    if verdict is None:
        return view
    decided = next((each for each in verdict.groups if each.after), None)
    level = Level.UNIT if decided is None or decided.level is None else decided.level
    return view | {
        "verdict": SHORT[verdict.kind],
        "kind": verdict.kind.value,
        "sentences": verdict_in_words(verdict, low),
        "drawn": _drawn(verdict.difference),
        "of_groups": [
            _of_group(each, names.group(recorded.check_in, each.group)) for each in verdict.groups
        ],
        "comparison": comparison_in_words(verdict, LEVELS[level]),
        "more_than_theirs": _drawn(
            None if verdict.comparison is None else verdict.comparison.more_than_theirs
        ),
        "no_comparison": no_comparison(verdict),
        "late": CHOSEN_LATE if verdict.chosen_late else "",
    }


def _drawn(interval: Interval | None) -> Drawn | None:
    return None if interval is None else Drawn(interval_in_words(interval), interval)


def _of_group(each: OfGroup, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "verdict": SHORT[each.kind],
        "why_not": "" if each.because is None else WHY_NOT[each.because],
        "before": share_in_words(hull(each.before)) if each.after else "",
        "after": share_in_words(hull(each.after)) if each.after else "",
        "drawn": _drawn(each.difference),
    }


def day_of(text: str) -> date | None:
    """Return the day that a field says, written as 2026-11-30; None when it says none."""
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
