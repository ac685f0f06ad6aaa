"""The support directory looked over: how old each verification is, and what cannot be right.

A programme in force is never refused for a number: what is well-formed is a matter of tables
that change with the years. It is said when a file is read, and whenever somebody looks.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from bot.core.errors import StandEasyError
from bot.core.support import Age, SupportEntry, age_of, check_directory

REGION: Final = "GB"
"""Where a number without a country code is dialled."""

# What Ofcom keeps for films and plays: well-formed, and nobody answers.
_INVENTED: Final = re.compile(
    r"01632960\d{3}|07700900\d{3}|08081570\d{3}|09098790\d{3}|03069990\d{3}"
    r"|0(?:113|114|115|116|117|118|121|131|141|151|161)496\d{4}|02079460\d{3}|02896496\d{3}"
    r"|02920180\d{3}|01914980\d{3}"
)
_INVENTED_HOST: Final = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost)$|(?:^|\.)example\.")


@dataclass(frozen=True, slots=True)
class ContactProblem:
    """One way to reach an entry that cannot be right."""

    entry: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: where it leads, who verified it when, and what is wrong with it."""

    entry: SupportEntry
    age: Age
    days: int
    problems: tuple[str, ...]
    invented: bool


@dataclass(frozen=True, slots=True)
class LookedOver:
    """All entries, and what is wrong with the directory as a whole."""

    lines: tuple[EntryLine, ...]
    problem: StandEasyError | None
    """Why the program would not start with it."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing has to be corrected before officers are shown it."""
        return self.problem is None and not any(line.problems for line in self.lines)


def contact_problems(entry: SupportEntry) -> list[ContactProblem]:
    """Return what cannot be right in an entry's numbers and link."""
    found = []
    if entry.phone is not None and not is_number(entry.phone):
        text = "expected a phone number as it is dialled in the United Kingdom, or with +"
        found.append(ContactProblem(entry.id, "phone", text))
    if entry.text_to is not None and not is_number(
        entry.text_to.rpartition(" ")[2], for_texts=True
    ):
        text = "expected a number that texts can be sent to"
        found.append(ContactProblem(entry.id, "text_to", text))
    if entry.link is not None and not is_link(entry.link):
        text = "expected an https address with the full name of a site, and no password"
        found.append(ContactProblem(entry.id, "link", text))
    return found


def is_number(text: str, *, for_texts: bool = False) -> bool:
    """Whether a number can be dialled: a full one, a short one, or one kept for invented ones."""
    if _is_invented(text):
        return True
    # Loaded where it is used: a start that reads no file should not wait for it.
    import phonenumbers

    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return False
    if phonenumbers.is_valid_number(number):
        return True
    # A short number begins with no nought, and is none behind a country's code.
    if text[:1] in ("+", "0"):
        return False
    # The tables know few of the short numbers that take texts, so their length must do.
    if for_texts:
        return bool(phonenumbers.is_possible_short_number_for_region(number, REGION))
    return bool(phonenumbers.is_valid_short_number_for_region(number, REGION))


def is_link(link: str) -> bool:
    """Whether a link leads to a site by https."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        has_port = parts.port is not None
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not has_port
    named = re.fullmatch(r"(?!-)[a-z0-9.-]+\.[a-z][a-z0-9-]+", host) is not None
    return parts.scheme == "https" and plain and named and ".." not in host


def look_over(
    entries: Sequence[SupportEntry], today: date, languages: Collection[str] | None = None
) -> LookedOver:
    """Return every entry with its age and its problems, and what stops the program."""
    lines = []
    for entry in entries:
        problems = [f"{each.field}: {each.text}" for each in contact_problems(entry)]
        days = (today - entry.last_verified).days
        if days < 0:
            problems.append("last_verified: expected a day that has been")
        lines.append(
            EntryLine(entry, age_of(entry, today), days, tuple(problems), is_invented(entry))
        )
    problem: StandEasyError | None = None
    try:
        check_directory(entries, today, languages)
    except StandEasyError as error:
        problem = error
    return LookedOver(tuple(lines), problem)


def is_invented(entry: SupportEntry) -> bool:
    """Whether an entry has a number or an address that is kept for invented ones."""
    host = (urlsplit(entry.link).hostname or "") if entry.link and is_link(entry.link) else ""
    by_phone = entry.phone is not None and _is_invented(entry.phone)
    return by_phone or _INVENTED_HOST.search(host) is not None


def _is_invented(text: str) -> bool:
    digits = re.sub(r"^\+44", "0", text.replace(" ", ""))
    return _INVENTED.fullmatch(digits) is not None
