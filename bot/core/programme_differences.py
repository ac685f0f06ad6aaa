"""What differs between two versions of a programme, in plain sentences.

Two programmes that differ anywhere have a sentence for it: nothing is saved, approved or taken
back that the sentences do not show. Words for fields are tables, and a test holds them complete.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from bot.core.contact_times.duty_patterns import ShiftHours
from bot.core.programme import (
    CheckIn,
    Programme,
    PublicFigureSettings,
    Window,
)
from bot.core.recurrences import words_of
from bot.core.support import SupportEntry
from bot.core.support_changes import only_verified
from bot.core.team_differences import team_differences


class Part(StrEnum):
    """The part of a programme that a change is in."""

    FORCE = "force"
    TEAMS = "teams"
    CHECK_INS = "check-ins"
    SUPPORT = "support"
    DISCLOSURE = "disclosure"
    LANGUAGES = "languages"


NEEDS_SECOND: Final = frozenset({Part.SUPPORT, Part.TEAMS, Part.DISCLOSURE})
"""Where a mistake shows somebody's answers, or leads an officer in need nowhere."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    part: Part
    sentence: str


FORCE_WORDS: Final = {"id": "id of the force", "name": "name of the force", "timezone": "time zone"}
DAY_LISTS: Final = {"bank_holidays": "bank holiday", "blackout_dates": "blackout date"}
SHIFT_WORDS: Final = {
    "early": "early shift",
    "late": "late shift",
    "night": "night shift",
    "day": "day shift",
    "long_day": "long day shift",
    "long_night": "long night shift",
}
CHECK_IN_WORDS: Final = {
    "title": "title",
    "instrument": "instrument",
    "instrument_version": "version of the instrument",
    "audience": "audience",
    "starts_on": "first day",
    "recurrence": "recurrence",
    "prompts_per_round": "number of prompts in a round",
    "window": "window",
    "remind_after_hours": "reminder",
    "invites": "way it starts",
}
SUPPORT_WORDS: Final = {
    "name": "name",
    "needs": "list of needs",
    "for_whom": "line on who it is for",
    "phone": "phone number",
    "text_to": "number for texts",
    "link": "link",
    "contact": "other way to reach it",
    "hours": "line on hours",
    "cost": "cost",
    "confidentiality": "line on confidentiality",
    "scope": "scope",
    "languages": "list of languages spoken there",
    "english": "answer to whether English is spoken there",
    "source": "source",
    "last_verified": "day of verification",
    "verified_by": "name of who verified it",
}
DISCLOSURE_WORDS: Final = {
    "threshold": "smallest number of people who answered",
    "heads": "smallest number of heads that is shown",
    "unit_heads": "smallest number of heads of a reporting unit",
}


def differences(before: Programme | None, after: Programme) -> tuple[Difference, ...]:
    """Return everything that differs, part by part; empty where nothing does."""
    if before is None:
        teams = len(after.force.teams)
        sentence = f"The first programme: {after.force.name}, {teams} teams."
        return (Difference(Part.FORCE, sentence.replace(" 1 teams", " 1 team")),)
    found = [
        Difference(part, sentence)
        for part, compare in _COMPARE.items()
        for sentence in compare(before, after)
    ]
    if not found and before != after:
        # Better a vague sentence than a change that nobody is shown.
        found.append(Difference(Part.FORCE, "Something changed that there are no words for."))
    return tuple(found)


def parts_of(found: Iterable[Difference]) -> frozenset[Part]:
    """Return the parts that differences are in."""
    return frozenset(each.part for each in found)


def needs_second(before: Programme | None, after: Programme, by: str, today: date) -> bool:
    """Whether a change is one that a second admin has to approve, where there is one.

    A number that somebody called again today leads where it led: verifying it alone must not
    wait, or fewer would be called. In anybody else's name, or for another day, it has to.
    """
    if before is None:
        return False
    delicate = NEEDS_SECOND & parts_of(differences(before, after))
    if only_verified(before.support, after.support, by, today):
        delicate -= {Part.SUPPORT}
    return bool(delicate) or _asks_others(before, after)


def _asks_others(before: Programme, after: Programme) -> bool:
    """Whether a check-in has another audience, or a new one is not for everyone.

    Who is asked decides whom a result, and everything that can be seen around it, is about.
    """
    were = {each.id: _audience(each) for each in before.check_ins}
    return any(_audience(each) != were.get(each.id, "everyone") for each in after.check_ins)


def _audience(check_in: CheckIn) -> str | frozenset[str]:
    asked = check_in.audience
    return "everyone" if asked == "everyone" else frozenset(asked)


# --- Part by part -----------------------------------------------------------------------


def _force(before: Programme, after: Programme) -> Iterator[str]:
    yield from _fields(before.force, after.force, FORCE_WORDS, "The {words}")
    for field, words in DAY_LISTS.items():
        yield from _days(getattr(before.force, field), getattr(after.force, field), words)
    times, new_times = before.force.shift_times, after.force.shift_times
    yield from _fields(times, new_times, SHIFT_WORDS, "The {words}")


def _languages(before: Programme, after: Programme) -> Iterator[str]:
    was, now = before.force.languages, after.force.languages
    if was != now:
        yield f"The languages were {_said(was)} and become {_said(now)}."


def _teams(before: Programme, after: Programme) -> Iterator[str]:
    yield from team_differences(before.force.departments, after.force.departments)


def _check_ins(before: Programme, after: Programme) -> Iterator[str]:
    def named(check_in: CheckIn) -> str:
        return f"check-in {_called(check_in.title, check_in.id)}"

    yield from _listed(before.check_ins, after.check_ins, named, CHECK_IN_WORDS, "check-ins")


def _support(before: Programme, after: Programme) -> Iterator[str]:
    def named(entry: SupportEntry) -> str:
        return f"support entry {_called(entry.name, entry.id)}"

    yield from _listed(before.support, after.support, named, SUPPORT_WORDS, "support entries")


def _disclosure(before: Programme, after: Programme) -> Iterator[str]:
    was, now = before.disclosure, after.disclosure
    yield from _fields(was, now, DISCLOSURE_WORDS, "The {words}")
    if was.public_figures != now.public_figures:
        yield (
            f"Public figures were {_figures(was.public_figures)} and become"
            f" {_figures(now.public_figures)}."
        )
    if before.recount_days != after.recount_days:
        yield (
            f"The days in which a result can be counted again were {before.recount_days} and"
            f" become {after.recount_days}."
        )


_COMPARE: Final[Mapping[Part, Callable[[Programme, Programme], Iterable[str]]]] = {
    Part.FORCE: _force,
    Part.LANGUAGES: _languages,
    Part.TEAMS: _teams,
    Part.CHECK_INS: _check_ins,
    Part.SUPPORT: _support,
    Part.DISCLOSURE: _disclosure,
}


# --- Fields, lists and days -------------------------------------------------------------


def _fields(before: object, after: object, words: Mapping[str, str], whose: str) -> Iterator[str]:
    for field, called in words.items():
        was, now = getattr(before, field), getattr(after, field)
        if was == now:
            continue
        if field == "recurrence":
            was, now = _rule(was, before), _rule(now, after)
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _texts(was, now, whose.format(words=called))
        else:
            yield f"{whose.format(words=called)} was {_said(was)} and becomes {_said(now)}."


def _texts(was: Mapping[str, str], now: Mapping[str, str], whose: str) -> Iterator[str]:
    for language in dict.fromkeys([*was, *now]):
        if was.get(language) != now.get(language):
            yield (
                f"{whose} ({language}) was {_said(was.get(language))} and becomes"
                f" {_said(now.get(language))}."
            )


def _listed(
    before: Sequence[Any],
    after: Sequence[Any],
    named: Callable[[Any], str],
    words: Mapping[str, str],
    all_of_them: str,
) -> Iterator[str]:
    was, now = {each.id: each for each in before}, {each.id: each for each in after}
    for id_, each in now.items():
        if id_ not in was:
            yield f"New {named(each)}: {_in_short(each)}."
        elif each != was[id_]:
            yield from _fields(was[id_], each, words, f"The {{words}} of the {named(was[id_])}")
    for id_, each in was.items():
        if id_ not in now:
            yield f"The {named(each)} goes: {_in_short(each)}."
    stayed = [id_ for id_ in now if id_ in was]
    if [id_ for id_ in was if id_ in now] != stayed:
        yield f"The {all_of_them} stand in another order: {', '.join(stayed)}."


def _days(was: Sequence[date], now: Sequence[date], what: str) -> Iterator[str]:
    new = sorted(set(now) - set(was))
    gone = sorted(set(was) - set(now))
    if new:
        yield f"New {_counted(what, new)}."
    if gone:
        yield f"No longer {_counted(f'a {what}' if len(gone) == 1 else what, gone)}."
    if was != now and not new and not gone:
        yield f"The {what}s are written in another order."


def _counted(what: str, days: Sequence[date]) -> str:
    return f"{what}{'s' if len(days) > 1 else ''}: {', '.join(map(_said, days))}"


# --- Values -----------------------------------------------------------------------------


def _in_short(each: CheckIn | SupportEntry) -> str:
    if isinstance(each, CheckIn):
        asked = f"{each.instrument} version {each.instrument_version}"
        whom = "" if each.audience == "everyone" else f", for {_said(each.audience)} alone"
        return f"{asked}, {_rule(each.recurrence, each)}, from {each.starts_on}{whom}"
    ways = (each.phone, each.text_to, each.link, each.contact and _said(each.contact["en"]))
    return ", ".join(way for way in ways if way)


def _called(texts: Mapping[str, str], id_: str) -> str:
    return f"“{texts['en']}” ({id_})"


def _rule(rule: str, check_in: Any) -> str:
    words = words_of(rule, check_in.starts_on)
    return f"{words} ({rule})" if words else rule


def _figures(settings: PublicFigureSettings | None) -> str:
    if settings is None:
        return "not made"
    return (
        f"made with a budget of {settings.epsilon_per_year} in a year and"
        f" {settings.epsilon_per_release} in a release"
    )


def _said(value: object) -> str:
    """Return a value as a sentence has it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Window):
        return f"{_said(value.opens)} to {_said(value.closes)}"
    if isinstance(value, ShiftHours):
        return f"{_said(value.begins)} to {_said(value.ends)}"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, Sequence):
        return ", ".join(each if isinstance(each, str) else _said(each) for each in value) or "none"
    return str(value)
