"""What stands out, in sentences: one wording for the page, the chat and the pack. Pure.

A sentence says what the releases say and no cause. Every figure in it is a released band.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import Level
from bot.core.evaluation.change_rule import Direction, change_of, compared
from bot.core.evaluation.changes import LOWEST_FROM, Kind, StandsOut, standing_out
from bot.core.evaluation.series import Point, in_order
from bot.lead.asked import Asked, asked_in
from bot.lead.pictures import Cut
from bot.web.words import days_in_words, in_english, share_in_words, shares_in_words
from bot.workflows.report import WithoutResult

NOTHING_STANDS_OUT: Final = (
    "Nothing stands out that can be told from chance. That is a result too: nothing here asks "
    "for action this month."
)
TOO_EARLY_TO_TELL: Final = (
    "What stands out is told from the second release on: one round alone can be chance."
)

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

HOW_IT_IS_CHOSEN: Final = (
    "Only what two rounds in a row agree on is said here, or one round of a department or the "
    "force in which fifty people or more answered, and only when the ranges lie apart. The "
    f"lowest band is {_NUMBERS[LOWEST_FROM // 10]} in ten or more of the answers quoted. It says "
    "where to look first; it does not say why."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands out, and where its history is."""

    theme: str
    text: str
    better: bool
    scale: str
    group: str
    """The id of the group that leads."""
    number: int
    """The place of that group in its release, from 1: the number in its address."""

    @property
    def sentence(self) -> str:
        """The whole sentence: "Workload: Roads Policing has been ..."."""
        return f"{self.theme}: {self.text}"


def findings_of(releases: Iterable[Release], check_in: str) -> tuple[Finding, ...]:
    """Return what stands out in the newest release of a check-in; at most five."""
    all_of_it = in_order(releases, check_in)
    if not all_of_it:
        return ()
    newest = all_of_it[-1]
    return tuple(_finding(each, newest) for each in standing_out(all_of_it, check_in))


def summary_of(releases: Sequence[Release], check_in: str, at_most: int = 5) -> tuple[str, ...]:
    """Return sentences about the newest release of a check-in; never none."""
    found = findings_of(releases, check_in)[:at_most]
    if found:
        return tuple(each.sentence for each in found)
    return (nothing_found(in_order(releases, check_in)),)


def nothing_found(of_check_in: Sequence[Release]) -> str:
    """Return the sentence for a check-in in which nothing stands out."""
    return NOTHING_STANDS_OUT if len(of_check_in) > 1 else TOO_EARLY_TO_TELL


def no_result_of(round_: WithoutResult) -> str:
    """Return what is said of a round of which nobody need wait for a result."""
    days = days_in_words(round_.opens_on, round_.closes_on)
    return (
        f"{round_.title}, {days}: this round has no result."
        " Its answers could not be counted, and are destroyed."
    )


def names_together(groups: Sequence[ReleasedGroup]) -> str:
    """Return several groups as people say them: "Roads Policing and two neighbouring teams"."""
    first, *others = groups
    if not others:
        return first.name
    if len(others) == 1:
        return f"{first.name} and {others[0].name}"
    kind = "departments" if first.level is Level.DEPARTMENT else "neighbouring teams"
    return f"{first.name} and {in_words(len(others))} {kind}"


def in_words(number: int) -> str:
    """Return a small number as a word."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def texts_of_scale(release: Release, scale: str) -> dict[str, Any] | None:
    """Return the texts of a theme; None when the release has no such theme."""
    return next((each for each in release.document["scales"] if each["id"] == scale), None)


def _finding(found: StandsOut, release: Release) -> Finding:
    leading = found.groups[0]
    texts = texts_of_scale(release, found.scale) or {}
    numbers = {group.id: number for number, group in enumerate(release.groups, start=1)}
    return Finding(
        theme=in_english(texts["title"]),
        text=_text(found, in_english(texts["low"]), asked_in(release)),
        better=found.kind in (Kind.BETTER, Kind.ABOVE_FORCE),
        scale=found.scale,
        group=leading.id,
        number=numbers[leading.id],
    )


def _text(found: StandsOut, low: str, asked: Asked) -> str:
    names = names_together(found.groups)
    has = "have" if len(found.groups) > 1 or " and " in names else "has"
    rounds = in_words(max(2, len(found.rounds)))
    if found.against is None:
        return (
            f"{names} {has} been in the lowest band for {rounds} rounds: "
            f"“{low}”, {share_in_words(found.low)}."
        )
    now, other = shares_in_words(found.low, found.against)
    if found.kind in (Kind.WORSE, Kind.BETTER):
        way = "up" if found.kind is Kind.WORSE else "down"
        return f"“{low}” is {way} in {names}: {now}; before, {other}."
    way = "more" if found.kind is Kind.BELOW_FORCE else "fewer"
    return (
        f"{names} {has} had {way} “{low}” answers than {asked.in_sentence} for {rounds} rounds: "
        f"{now}; {asked.of_force}, {other}."
    )


_WAYS: Final = {Direction.BETTER: "fewer", Direction.WORSE: "more"}
LOOKED_BACK: Final = 13
"""Rounds in which a change is looked for."""


def change_in_words(points: Sequence[Point]) -> str:
    """Return what a series says of its newest round, and when it last changed, by the rule."""
    direction = change_of(points).direction
    if direction in _WAYS:
        return f"{_WAYS[direction].capitalize()} than before: the ranges lie apart."
    if direction is Direction.NOTHING_TO_COMPARE:
        return "There is nothing to compare it with yet."
    for until in range(len(points) - 1, max(1, len(points) - LOOKED_BACK), -1):
        change = change_of(points[:until])
        if change.is_one and change.after:
            since = change.after[0]
            return (
                f"{_WAYS[change.direction].capitalize()} since {since.opens_on:%B %Y}; "
                "no change since then that can be told from chance."
            )
    return "No change that can be told from chance."


def series_in_words(points: Sequence[Point], low: str) -> str:
    """Return a series in sentences: where it is, whether it changed, how it has been."""
    shown = [point for point in points if point.low is not None]
    if not shown:
        return "Nothing of this could be shown in any round so far."
    newest = shown[-1]
    assert newest.low is not None  # noqa: S101 - only shown points are left
    when = days_in_words(newest.opens_on, newest.closes_on)
    words = [f"“{low}”: {share_in_words(newest.low)} ({when})."]
    words.append(change_in_words(points))
    if len(shown) > 1:
        lows = [point.low for point in shown if point.low is not None]
        least, most = (chosen(lows) for chosen in (min, max))
        if least != most:
            lowest, highest = shares_in_words(least, most)
            words.append(f"Fewest in any round: {lowest}; most: {highest}.")
        else:
            words.append("It was the same in every round that could be shown.")
    gaps = len(points) - len(shown)
    if gaps:
        rounds = "round" if len(points) == 1 else "rounds"
        words.append(f"{_capital(in_words(gaps))} of {in_words(len(points))} {rounds} not shown.")
    starts = sum(not point.comparable for point in shown[1:])
    if starts:
        words.append(
            f"{_capital(in_words(starts))} new {'start' if starts == 1 else 'starts'}: the group "
            "or the questions changed, and nothing is compared across that line."
        )
    return " ".join(words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def cut_in_words(cut: Cut, themes: Sequence[str]) -> str:
    """Return in which themes two groups of people lie apart; "" when there are not two."""
    if len(cut.cells) != 2:
        return ""
    said: list[str] = []
    alike = 0
    for theme, one, other in zip(themes, cut.cells[0].low, cut.cells[1].low, strict=True):
        if one is None or other is None:
            continue
        way = compared(other, one)
        if way not in _WAYS:
            alike += 1
            continue
        here, there = shares_in_words(one, other)
        said.append(
            f"{theme}: {_WAYS[way]} in {_small(cut.cells[0].label)}, {here}; {there} in the others."
        )
    if alike:
        which = "the other themes" if said else "every theme"
        said.append(f"In {which} the ranges touch or overlap: no difference that can be told.")
    return " ".join(said)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
