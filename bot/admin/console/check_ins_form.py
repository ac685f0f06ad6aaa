"""The form of a check-in: a check-in fills it in, and it fills in a check-in.

What somebody typed stays as they typed it until it is right. Each problem stands at the field it
is about, and says what was expected.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from bot.admin.console.check_ins_often import OTHER, Often, picked, words_picked
from bot.admin.console.saving import number_in
from bot.core.documents import Place
from bot.core.instruments import Instrument
from bot.core.programme import MAX_PROMPTS, CheckIn, Programme
from bot.core.recurrences import UnclearRecurrence, rule_of
from bot.web.fields import Fields

FORM: Final = "form"
"""Where a problem stands that belongs to no field."""

TEXTS: Final = (
    *("id", "instrument", "starts_on", "often", "on", "words"),
    *("prompts", "opens", "closes", "reminder", "teams"),
)
NO_REMINDER: Final = "none"
TAKEN_IDS: Final = frozenset({"new"})
"""Ids that are addresses of other pages."""

LONGEST_WORDS: Final = 200
REMINDERS: Final = (48, 60, 72)
_LONGEST_ID: Final = 40

_FIELD_OF: Final[Mapping[str, str]] = {
    "instrument_version": "instrument",
    "recurrence": "recurrence",
    "prompts_per_round": "prompts",
    "window": "window",
    "remind_after_hours": "reminder",
    "audience": "audience",
    "starts_on": "starts_on",
    "id": "id",
    "instrument": "instrument",
    "invites": "invites",
}


@dataclass(slots=True)
class Typed:
    """What stands in the form, as text, and what is wrong with it by field."""

    values: dict[str, str]
    titles: dict[str, str]
    invites: bool = True
    everyone: bool = True
    departments: tuple[str, ...] = ()
    problems: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return a field's text."""
        return self.values.get(name, "")

    @property
    def often(self) -> Often:
        """What was picked of how often."""
        return Often(self.one("often"), self.one("on"), self.one("words"))

    @property
    def digest(self) -> str:
        """What tells whether anything was changed since a preview was shown."""
        whole = (self.values, self.titles, self.invites, self.everyone, sorted(self.departments))
        return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:32]

    def note(self, field_name: str, text: str) -> None:
        """Keep what is wrong with a field; the first thing said of it stands."""
        self.problems.setdefault(field_name, text)


def empty(languages: Sequence[str], today: date) -> Typed:
    """Return the form of a new check-in."""
    values = {
        "starts_on": today.isoformat(),
        "often": "four-weeks",
        "on": "Monday",
        "prompts": "1",
        "opens": "11:00",
        "closes": "20:00",
        "reminder": "48",
    }
    return Typed(values, dict.fromkeys(languages, ""))


def filled_in(check_in: CheckIn, programme: Programme) -> Typed:
    """Return the form as a check-in fills it in."""
    often = picked(check_in.recurrence, check_in.starts_on)
    remind = check_in.remind_after_hours
    departments, teams = _as_departments(check_in, programme)
    values = {
        "id": check_in.id,
        "instrument": f"{check_in.instrument}@{check_in.instrument_version}",
        "starts_on": check_in.starts_on.isoformat(),
        "often": often.often,
        "on": often.on,
        "words": often.words,
        "prompts": str(check_in.prompts_per_round),
        "opens": f"{check_in.window.opens:%H:%M}",
        "closes": f"{check_in.window.closes:%H:%M}",
        "reminder": NO_REMINDER if remind is None else str(remind),
        "teams": "\n".join(teams),
    }
    titles = {each: check_in.title.get(each, "") for each in _languages(programme, check_in)}
    everyone = check_in.audience == "everyone"
    return Typed(values, titles, check_in.invites, everyone, departments)


def typed_in(fields: Fields, languages: Iterable[str]) -> Typed:
    """Return what was typed."""
    return Typed(
        {name: fields.one(name) for name in TEXTS},
        {each: fields.one(f"title_{each}") for each in languages},
        fields.one("invites") != "no",
        fields.one("audience") != "some",
        tuple(fields.all("departments")),
    )


def content_of(
    typed: Typed, programme: Programme, before: CheckIn | None, today: date
) -> dict[str, Any]:
    """Return the content of the check-in that was typed; notes what cannot be read."""
    instrument, _, version = typed.one("instrument").partition("@")
    number = number_in(version)
    return {
        "id": before.id if before is not None else _id_of(typed, programme),
        "title": {language: text for language, text in typed.titles.items() if text},
        "instrument": instrument if number else "",
        "instrument_version": number or 1,
        "audience": "everyone" if typed.everyone else _teams_of(typed, programme),
        "starts_on": _day_of(typed, before, today),
        "recurrence": _rule_of(typed),
        "prompts_per_round": _prompts_of(typed),
        "window": {"opens": typed.one("opens"), "closes": typed.one("closes")},
        "remind_after_hours": _reminder_of(typed),
        "invites": typed.invites,
    }


def _id_of(typed: Typed, programme: Programme) -> str:
    # From its English title, where nobody gives one: few want to think of an id.
    slug = re.sub(r"[^a-z0-9]+", "-", typed.titles.get("en", "").lower()).strip("-")
    given = typed.one("id") or slug[:_LONGEST_ID].strip("-")
    if given in TAKEN_IDS or any(given == each.id for each in programme.check_ins):
        typed.note("id", f"There is a check-in “{given}” already: give another id.")
    elif not given:
        typed.note("id", "Give an id, such as monthly-pulse.")
    return given


def _teams_of(typed: Typed, programme: Programme) -> list[str]:
    chosen = set(typed.departments)
    ids = [
        team.id
        for department in programme.force.departments
        if department.id in chosen
        for team in department.teams
    ]
    known = {team.id for team in programme.force.teams}
    single = typed.one("teams").split()
    unknown = [each for each in single if each not in known]
    if unknown:
        named = ", ".join(unknown[:3])
        typed.note("audience", f"There is no team {named[:120]}: give ids as the teams' page does.")
    ids = list(dict.fromkeys([*ids, *(each for each in single if each in known)]))
    if not ids:
        typed.note("audience", "Choose a department or name a team, or ask everyone.")
    return ids


def _day_of(typed: Typed, before: CheckIn | None, today: date) -> date:
    try:
        day = date.fromisoformat(typed.one("starts_on"))
    except ValueError:
        typed.note("starts_on", f"Give a day such as {today.isoformat()}.")
        return today
    if day < today and (before is None or day != before.starts_on):
        typed.note("starts_on", f"This day has been: give today, {today.isoformat()}, or later.")
    if day.year - today.year > 5:
        typed.note("starts_on", "Give a day within five years.")
    return day


def _rule_of(typed: Typed) -> str:
    words = words_picked(typed.often)
    if typed.one("words").strip() and typed.often.often != OTHER:
        # Words that nobody reads would be lost without a sound.
        typed.note("recurrence", "Pick “Something else” for what is written, or empty that line.")
    if len(words) > LONGEST_WORDS:
        typed.note("recurrence", f"Write it in up to {LONGEST_WORDS} characters.")
        return "FREQ=YEARLY"
    try:
        return rule_of(words)
    except UnclearRecurrence as error:
        typed.note("recurrence", f"{error.details['problem']}. {error.hint}".capitalize())
        return "FREQ=YEARLY"


def _prompts_of(typed: Typed) -> int:
    text = typed.one("prompts")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= MAX_PROMPTS):
        typed.note("prompts", f"Give a number from 1 to {MAX_PROMPTS}.")
        return 1
    return int(text[:3])


def _reminder_of(typed: Typed) -> int | None:
    text = typed.one("reminder")
    if text in (NO_REMINDER, ""):
        return None
    if not (text.isascii() and text.isdigit() and REMINDERS[0] <= int(text[:3]) <= REMINDERS[-1]):
        typed.note("reminder", "Choose none, or a time from 48 to 72 hours.")
        return None
    return int(text[:3])


def note_problems(
    typed: Typed, problems: Iterable[tuple[Place, str]], *, of_document: bool = False
) -> None:
    """Put what a check-in or a programme says of itself beside the fields it is about."""
    for place, text in problems:
        inner = place[2:] if place[:1] == ("check_ins",) else place
        first = str(inner[0]) if inner else ""
        if first == "title":
            language = str(inner[1]) if len(inner) > 1 else "en"
            typed.note(f"title_{language}", _PLAIN if "plain words" in text else _TITLE)
        elif place == ("reason",):
            typed.note("reason", text)
        elif first in _FIELD_OF:
            typed.note(_FIELD_OF[first], _SAID.get(first, text))
        elif "audience" in text or "ask the same" in text:
            typed.note("audience", text)
        elif not inner and "without invites" in text:
            typed.note("invites", text)
        else:
            typed.note(FORM, text)


CHOOSE_QUESTIONS: Final = "Choose one of the questionnaires."
_TITLE: Final = "Give a title in at least English, on one line."
_PLAIN: Final = "Use plain words, without a link, an address or a command: officers could tap it."
_SAID: Final = {
    "window": "Give two times such as 11:00 and 20:00, an hour apart or more.",
    "instrument": CHOOSE_QUESTIONS,
    "id": "Use up to 40 lower-case letters, digits and single dashes, beginning with a letter.",
}


def note_same_questions(
    typed: Typed, changed: CheckIn, before: CheckIn | None, programme: Programme
) -> None:
    """Note where another check-in asks the same questions of some of the same people."""
    if before is not None and (before.instrument, before.audience) == (
        changed.instrument,
        changed.audience,
    ):
        return
    asked = programme.audience_of(changed)
    for other in programme.check_ins:
        if other.id == changed.id or other.instrument != changed.instrument:
            continue
        if asked & programme.audience_of(other):
            title = other.title["en"]
            typed.note(
                "instrument",
                f"“{title}” asks the same questions of the same people: change that one, or ask "
                "teams that it does not ask.",
            )


def instruments_to_choose(
    known: Sequence[Instrument], check_in: CheckIn | None
) -> list[tuple[str, str]]:
    """Return the questionnaires, the newest wording of each, and the one that is asked now."""
    newest: dict[str, Instrument] = {}
    for each in known:
        if each.id not in newest or newest[each.id].version < each.version:
            newest[each.id] = each
    asked = (check_in.instrument, check_in.instrument_version) if check_in is not None else ("", 0)
    return [
        (f"{each.id}@{each.version}", _named(each))
        for each in known
        if each is newest[each.id] or each.key == asked
    ]


def _named(instrument: Instrument) -> str:
    return f"{instrument.title['en']} ({instrument.id}, version {instrument.version})"


def _as_departments(
    check_in: CheckIn, programme: Programme
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the departments that are asked as a whole, and the teams beside them."""
    if check_in.audience == "everyone":
        return (), ()
    asked = set(check_in.audience)
    whole = [
        each for each in programme.force.departments if asked.issuperset(t.id for t in each.teams)
    ]
    covered = {team.id for each in whole for team in each.teams}
    single = tuple(each for each in check_in.audience if each not in covered)
    return tuple(each.id for each in whole), single


def _languages(programme: Programme, check_in: CheckIn | None) -> list[str]:
    more = check_in.title.keys() if check_in is not None else ()
    return list(dict.fromkeys(["en", *programme.force.languages, *more]))


def languages_of(programme: Programme, check_in: CheckIn | None) -> list[str]:
    """Return the languages a title can be given in."""
    return _languages(programme, check_in)
