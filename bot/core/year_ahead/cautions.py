"""Cautions: what in a schedule is worth thinking about twice, each in a sentence.

A caution stops nothing. What may not be is refused by the programme itself.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.calendar import RoundPlan
from bot.core.documents import in_language
from bot.core.programme import CheckIn
from bot.core.year_ahead.groups import HALF, GroupsAhead
from bot.core.year_ahead.messages import Kind, Message

ENGLISH = "en"


class About(StrEnum):
    """What a caution is about."""

    BLACKOUT = "blackout"
    GAP = "gap"
    OVERLAP = "overlap"
    OVER_ASKING = "over-asking"
    SMALL_GROUP = "small group"


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to think about."""

    about: About
    text: str


def blacked_out(check_in: CheckIn, days: Collection[date]) -> Caution:
    """Return the caution for prompts on days on which nobody is asked."""
    return Caution(
        About.BLACKOUT,
        f"{in_language(check_in.title, ENGLISH)} asks on {_days(len(days))} that"
        f" {'is' if len(days) == 1 else 'are'} blacked out, first {in_words(min(days))}: its"
        " messages come later, or not at all where it can no longer be answered then.",
    )


def gap(check_in: CheckIn, going: RoundPlan, left_out: int, following: date | None) -> Caution:
    """Return the caution for rounds of a changed schedule that the one under way leaves out."""
    rounds = "1 round" if left_out == 1 else f"{left_out} rounds"
    text = (
        f"{in_language(check_in.title, ENGLISH)} goes on as its open round began, until"
        f" {in_words(going.closes_on)}: {rounds} of this schedule that would open before then"
        f" {'is' if left_out == 1 else 'are'} left out"
    )
    if following is None:
        text += ", and no other opens within the year."
    elif following > going.closes_on:
        text += f", and it asks nobody from then until {in_words(following)}."
    else:
        text += "."
    return Caution(About.GAP, text)


def overlap(one: CheckIn, other: CheckIn, days: Collection[date]) -> Caution:
    """Return the caution for two check-ins that ask the same people on the same days."""
    first = min(days)
    names = " and ".join(in_language(each.title, ENGLISH) for each in (one, other))
    return Caution(
        About.OVERLAP,
        f"{names} ask the same people on {_days(len(days))}, first on {in_words(first)}:"
        " one of the two comes on another day, or not at all.",
    )


def about_messages(at_once: Sequence[Message], with_reminders: Sequence[Message]) -> list[Caution]:
    """Return the cautions for messages that the caps hold back.

    `at_once` are those to somebody who answers every prompt, and gets no reminders.
    """
    found = []
    lost = _held_back(at_once, Kind.INVITATION)
    lost_behind_reminders = _held_back(with_reminders, Kind.INVITATION) - lost
    reminders = _held_back(with_reminders, Kind.REMINDER)
    for check_in, number in sorted(lost.items()):
        found.append(
            f"{_invitations(number)} of {check_in} would not come in the year: other check-ins and"
            " blackout dates leave no moment within one message a day and two a week."
        )
    for check_in, number in sorted(lost_behind_reminders.items()):
        found.append(
            f"{_invitations(number)} of {check_in} would not come to somebody who is reminded of"
            " others: reminders use up two messages a week."
        )
    for check_in, number in sorted(reminders.items()):
        found.append(
            f"{number} reminder{'' if number == 1 else 's'} of {check_in} would not come in the"
            " year: two messages a week and blackout dates leave no moment."
        )
    return [Caution(About.OVER_ASKING, text) for text in found]


def _held_back(messages: Sequence[Message], kind: Kind) -> Counter[str]:
    return Counter(each.check_in for each in messages if each.kind is kind and each.moment is None)


def about_groups(groups: GroupsAhead, answering: float) -> list[Caution]:
    """Return the cautions for groups that results could not, or seldom, be shown of."""
    if_so_many = "With half answering" if answering == HALF else f"With {answering:.0%} answering"
    found = [
        f"{if_so_many}, {team.name} {_would_be_shown(team.chance)}: it will be joined with"
        f" {_listed(team.others)}, and together they {_would_be_shown(team.chance_together)}."
        for team in groups.joined
    ]
    found += [
        f"{if_so_many}, {group.name} {_would_be_shown(group.chance)}, and there is nothing to"
        " join it with."
        for group in groups.small
    ]
    found += [
        f"{name} is not asked yet: it is new, and too small to be told from what was shown before."
        for name in groups.waiting
    ]
    return [Caution(About.SMALL_GROUP, text) for text in found]


def _would_be_shown(chance: float) -> str:
    """Say a chance so that what is only nearly never, or nearly always, is not called so."""
    if chance == 0:
        return "would never be shown"
    if chance < 0.01:
        return "would be shown in fewer than 1 % of rounds"
    share = "more than 99 %" if chance > 0.99 else f"{chance * 100:.0f} %"
    return f"would be shown in {share} of rounds"


def in_words(day: date) -> str:
    """Return a day as people write it."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _invitations(number: int) -> str:
    return "1 invitation" if number == 1 else f"{number} invitations"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([part for part in (", ".join(names[:-1]), names[-1]) if part])
