"""What stands out, in sentences: one wording for the page, the chat and the pack. Pure.

A sentence says what the releases say and no cause. Every figure in it is a released band.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.core.disclosure.release import Release, ReleasedGroup
from bot.core.disclosure.rules import Level
from bot.core.evaluation.changes import Kind, StandsOut, standing_out
from bot.core.evaluation.series import in_order
from bot.web.words import in_english, share_in_words

NOTHING_STANDS_OUT: Final = (
    "Nothing stands out that can be told from chance. That is a result too: nothing here asks "
    "for action this month."
)
TOO_EARLY_TO_TELL: Final = (
    "What stands out is told from the second release on: one round alone can be chance."
)

HOW_IT_IS_CHOSEN: Final = (
    "Only what two rounds in a row agree on is said here, or one round of a department or the "
    "force in which fifty people or more answered, and only when the ranges lie apart. It says "
    "where to look first; it does not say why."
)

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


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
        text=_text(found, in_english(texts["low"])),
        better=found.kind in (Kind.BETTER, Kind.ABOVE_FORCE),
        scale=found.scale,
        group=leading.id,
        number=numbers[leading.id],
    )


def _text(found: StandsOut, low: str) -> str:
    names = names_together(found.groups)
    has = "has" if len(found.groups) == 1 else "have"
    share = share_in_words(found.low)
    before = "" if found.against is None else share_in_words(found.against)
    rounds = in_words(max(2, len(found.rounds)))
    if found.kind is Kind.LOWEST:
        return (
            f"{names} {has} been in the lowest band for {rounds} rounds. "
            f"“{low}” was the answer of {share}."
        )
    if found.kind in (Kind.WORSE, Kind.BETTER):
        way = "up" if found.kind is Kind.WORSE else "down"
        return f"“{low}” answers are {way} in {names}: from {before} to {share}."
    way = "more" if found.kind is Kind.BELOW_FORCE else "fewer"
    return (
        f"{names} {has} had {way} “{low}” answers than the whole force for {rounds} rounds: "
        f"{share}, against {before}."
    )
