"""Changes to the support directory of a programme, entry by entry, and what a verification is.

A verification says that somebody called the number, or opened the link, and that it was right.
It holds for the ways an entry can be reached by and for no others: where one of them changes,
somebody has to try it again.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.support import SupportEntry

LONGEST_ID: Final = 40
_VERIFICATION: Final = ("last_verified", "verified_by")
_NOW: Final = timedelta(days=1)


class NoSuchEntry(StandEasyError):
    """The programme has no support entry {entry}: expected one of {known}."""


def id_for(name: str, taken: Collection[str]) -> str:
    """Return an id that nobody has for an entry with this name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", plain)
    while words and not words[0][0].isalpha():
        words.pop(0)
    base = "-".join(words)[: LONGEST_ID - 3].strip("-") or "entry"
    number = 1
    found = base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


def entry_of(programme: Programme, entry_id: str) -> SupportEntry:
    """Return a force's own entry; raises `NoSuchEntry`."""
    for entry in programme.support:
        if entry.id == entry_id:
            return entry
    known = ", ".join(entry.id for entry in programme.support) or "none yet"
    raise NoSuchEntry(entry=entry_id, known=known)


def with_entry(programme: Programme, entry: SupportEntry, after: str | None) -> Programme:
    """Return a programme with an entry added or replaced, right after another one or first."""
    others = [each for each in programme.support if each.id != entry.id]
    places = [each.id for each in others]
    place = places.index(after) + 1 if after in places else 0
    return programme.model_copy(update={"support": [*others[:place], entry, *others[place:]]})


def without_entry(programme: Programme, entry_id: str) -> Programme:
    """Return a programme without one of its entries; raises `NoSuchEntry`."""
    gone = entry_of(programme, entry_id)
    return programme.model_copy(
        update={"support": [each for each in programme.support if each is not gone]}
    )


def verified(programme: Programme, entry_id: str, by: str, today: date) -> Programme:
    """Return a programme with one entry verified by somebody today; raises `NoSuchEntry`."""
    entry = entry_of(programme, entry_id)
    again = entry.model_copy(update={"last_verified": today, "verified_by": by})
    support = [again if each is entry else each for each in programme.support]
    return programme.model_copy(update={"support": support})


def ways_of(entry: SupportEntry) -> tuple[str, ...]:
    """Return what somebody has to try to verify an entry."""
    contact = sorted((entry.contact or {}).items())
    other = [f"{language}: {text}" for language, text in contact]
    return tuple(way for way in (entry.phone, entry.text_to, entry.link, *other) if way)


def mark_of(entry: SupportEntry) -> str:
    """Return what tells the ways of an entry from others: what was verified is what was seen."""
    return sha256("\n".join(ways_of(entry)).encode()).hexdigest()[:16]


def only_verified(
    before: Sequence[SupportEntry], after: Sequence[SupportEntry], by: str, today: date
) -> bool:
    """Whether nothing differs but that one person verified entries now, in their own name.

    A page that was opened before midnight is sent after it: the day before is now, too.
    """
    if len(before) != len(after):
        return False
    return all(
        was == now
        or (
            now.verified_by == by
            and was.last_verified <= now.last_verified
            and today - _NOW <= now.last_verified <= today
            and was.model_copy(update={name: getattr(now, name) for name in _VERIFICATION}) == now
        )
        for was, now in zip(before, after, strict=True)
    )
