"""Who was asked, in words: the whole force, or some teams, which never stand for it. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.core.disclosure.release import EVERYBODY_ASKED, Release
from bot.core.disclosure.rules import Level

MOST_NAMED: Final = 6
"""Teams that stand in a heading; all stand in the facts of a file and on the group's page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the largest group of a release is called."""

    everyone: bool
    heading: str
    """What stands above a page: the force's name, or that some teams were asked, and which."""
    whole: str
    """It alone: "The whole force"."""
    answered: str
    """The beginning of a sentence that ends "answered": "In the whole force"."""
    in_sentence: str
    """In the middle of one: "the whole force"."""
    of_force: str
    """As the name of a level: "the force"."""
    kind: str
    """In front of nothing else: "force"."""
    teams: str
    """All the teams that were asked, in an extract those of its departments; empty for everyone."""


def asked_in(release: Release) -> Asked:
    """Return how the largest group of a release is called."""
    top = release.groups[0] if release.groups else None
    if release.asked_everyone:
        name = "" if top is None else top.name
        whole = "the whole force"
        if release.is_extract:
            name = f"{name}, extract for {departments_in_words(release)}"
        return Asked(True, name, whole.capitalize(), f"In {whole}", whole, "the force", "force", "")
    teams = () if top is None else top.teams
    named = ", ".join(teams[:MOST_NAMED])
    more = len(teams) - MOST_NAMED
    if more > 0:
        named += f" and {more} more {'team' if more == 1 else 'teams'}"
    # An extract names no team of another department, and does not know whether one was asked.
    among = "among them " if release.is_extract and teams else ""
    between = ", " if among else ": " if teams else ""
    whole = EVERYBODY_ASKED[0].lower() + EVERYBODY_ASKED[1:]
    return Asked(
        False,
        f"{EVERYBODY_ASKED}{between}{among}{named}",
        EVERYBODY_ASKED,
        f"Of {whole}",
        whole,
        whole,
        whole,
        among + ", ".join(teams),
    )


def level_of(release: Release, level: str) -> str:
    """Return what a file calls a level: where some were asked there is no result of the force."""
    return "asked" if level == Level.FORCE.value and not release.asked_everyone else level


def departments_in_words(release: Release) -> str:
    """Return the departments that an extract has groups of, in words."""
    names = [group.name for group in release.groups if group.level is Level.DEPARTMENT]
    if not names:
        return "no department"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
