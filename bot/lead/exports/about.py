"""What a file says about its release: the same facts as the page, in the same words."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.disclosure.release import Release
from bot.core.disclosure.rules import Level
from bot.lead.asked import asked_in, departments_in_words
from bot.lead.heat_map import days_of as first_and_last_day_of
from bot.lead.heat_map import title_of
from bot.web.words import NOT_VALIDATED, days_in_words, why_not_shown

LEVELS: Final[Mapping[Level, str]] = {
    Level.FORCE: "the force",
    Level.DEPARTMENT: "departments",
    Level.UNIT: "reporting units",
}


def days_of(release: Release) -> str:
    """Return the days of the round, in words."""
    return days_in_words(*first_and_last_day_of(release))


def force_of(release: Release) -> str:
    """Return the name of the force; where some of it was asked, that and which teams."""
    return asked_in(release).heading


def facts_of(release: Release) -> Iterator[tuple[str, str]]:
    """Yield what a release is made of: name and value."""
    document = release.document
    who = asked_in(release)
    asked, thresholds = document["instrument"], document["thresholds"]
    validated = "validated" if asked["validated"] else "not validated"
    if who.everyone:
        yield "Force", force_of(release)
    else:
        yield who.whole, who.teams
    yield "Check-in", title_of(release)
    yield "Days", days_of(release)
    yield "Round", release.round_id
    yield "Questions", f"{asked['id']}, version {asked['version']}, {validated}"
    yield "Programme", f"version {document['programme']}"
    yield (
        "Protection rules",
        f"version {document['rules']}; groups of at least {thresholds['respondents']} "
        f"respondents and {thresholds['heads']} people",
    )
    for level, (hidden, all_cells) in withheld_of(release).items():
        called = who.of_force if level is Level.FORCE else LEVELS[level]
        yield f"Not shown, {called}", f"{hidden} of {all_cells} results"
    if release.is_extract:
        yield "Extract", f"the force and {departments_in_words(release)}"
    yield "Hash (SHA-256)", release.hash.hex()
    before = release.previous_hash.hex()
    kind = "Extract" if release.is_extract else "Release"
    yield f"{kind} before", before if before.strip("0") else "none: this is the first"


def withheld_of(release: Release) -> dict[Level, tuple[int, int]]:
    """Return per level how many results are not shown, and how many there are."""
    document = release.document
    return {
        level: (
            document["withheld"][level.value],
            sum(len(each["scales"]) for each in document["groups"] if each["level"] == level.value),
        )
        for level in Level
    }


def notes_of(release: Release) -> list[str]:
    """Return the sentences that belong to every figure."""
    document = release.document
    notes = [
        "This result was made once, when the round closed, and does not change. Shares of answers "
        "and numbers of people are ranges, both ends included; averages are rounded to one "
        "decimal, counts of single answers to five.",
        why_not_shown(document["thresholds"]["respondents"]),
    ]
    return notes if document["instrument"]["validated"] else [*notes, NOT_VALIDATED]
