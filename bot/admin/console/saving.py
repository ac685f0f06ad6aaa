"""What every page that saves a part of the programme says: when it counts, and what came of it.

When a change counts is not the same for every part, and a page must not promise more than is so:
the sentences below say what the program does.
"""

from collections.abc import Iterable
from typing import Final

from starlette.responses import RedirectResponse, Response

from bot.core.documents import DocumentProblems
from bot.core.errors import StandEasyError
from bot.core.programme_differences import Difference, Part
from bot.workflows.programme_changes import (
    ChangedMeanwhile,
    NoReason,
    NothingChanged,
    Proposed,
    Saved,
)

NEXT_ROUND: Final = (
    "It takes effect with the next round of each check-in; a round that is open keeps the "
    "version it opened with."
)

EFFECTS: Final = {
    Part.FORCE: "A round that is open keeps its times, holidays and blackout dates: to hold back "
    "its messages, pause the round. Reminders that officers asked for follow the new ones.",
    Part.LANGUAGES: "Officers can choose from the new languages within a minute.",
    Part.TEAMS: "How many may join a team counts within a minute. A round that is open keeps the "
    "names and groups it opened with; a team that came or went is taken into account when its "
    "result is protected.",
    Part.CHECK_INS: "A round that is open goes on as it began. A new schedule counts from the "
    "first round on that opens when the open one is over.",
    Part.SUPPORT: "Officers are shown the new entries within a minute, whatever round is open.",
    Part.DISCLOSURE: "A round that is open is released by the settings it opened with.",
}
"""What counts at once, or does not, beside the sentence above; a test knows every part."""

FORM: Final = "form"
"""Where a problem is listed that belongs to no field of a page."""


def effects_of(changes: Iterable[Difference]) -> list[str]:
    """Return what is to be said about when changes count, in the order of the parts."""
    parts = {change.part for change in changes}
    return [EFFECTS[part] for part in Part if part in parts]


def leads_to(outcome: Saved | Proposed, place: str) -> Response:
    """Return where a save leads: back to its place, or to the change that waits."""
    if isinstance(outcome, Proposed):
        return RedirectResponse(f"/changes/{outcome.number}", status_code=303)
    return RedirectResponse(f"{place}?saved={outcome.version}", status_code=303)


def saved_version(text: str) -> int | None:
    """Return the version that an address says was saved."""
    return number_in(text)


def number_in(text: str) -> int | None:
    """Return a number of up to nine digits; None for anything else."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 9 else None


def problems_of(error: StandEasyError) -> list[tuple[tuple[str | int, ...], str]]:
    """Return what is wrong with a change, each with its place in the programme."""
    if isinstance(error, DocumentProblems):
        return list(error.problems)
    if isinstance(error, NoReason):
        return [(("reason",), "Write in one line why, in up to 300 characters.")]
    if isinstance(error, NothingChanged):
        return [((), "Nothing was changed: this is what is in force already.")]
    if isinstance(error, ChangedMeanwhile):
        text = (
            f"Somebody saved version {error.details['version']} meanwhile, so nothing was saved. "
            "What you typed is still here: look at what changed below, and save again if yours "
            "still holds."
        )
        return [((), text)]
    return [((), f"{error} {error.hint}".strip())]


def in_words(place: tuple[str | int, ...], text: str) -> str:
    """Return a problem with its place, for a list that stands beside no field."""
    where = ".".join(map(str, place))
    return f"{where}: {text}" if where else text
