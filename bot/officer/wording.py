"""Numbers and names as people say them."""

from bot.core.disclosure.bands import Band
from bot.core.languages import Tongue
from bot.core.plain_words import untapped
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnit
from bot.officer.texts import check_ins as texts


def about(heads: int) -> int:
    """Return a group's size, rounded as people round it."""
    step = 5 if heads < 50 else 10
    return (heads + step // 2) // step * step


def group_size(tongue: Tongue, heads: int) -> str:
    """Return a group's size as people say it."""
    return tongue.counted(texts.GROUP_SIZE, about(heads))


def group_name(tongue: Tongue, unit: ReportingUnit, programme: Programme | None) -> str:
    """Return a group's name; of joined teams, their names as the language puts them together.

    It stands among the bot's own words: whatever it was saved with, nothing in it can be tapped.
    """
    names = {team.id: team.name for team in programme.force.teams} if programme else {}
    # A name that was frozen with its round is in English, and all that is left of a team that
    # is gone.
    if len(unit.teams) == 1 or not unit.department or not names.keys() >= set(unit.teams):
        return untapped(unit.name)
    return untapped(tongue.listed([names[team] for team in unit.teams]))


def share(tongue: Tongue, band: Band) -> str:
    """Return a released share, such as “two to three in ten”; both ends belong to it."""
    low, high = band.low, band.high
    if (low, high) == (0, 100):
        return tongue.label(texts.NONE_TO_ALL)
    if low == 0:
        return tongue.label(texts.AT_MOST.get(high, texts.PER_CENT_AT_MOST), low=low, high=high)
    if high == 100:
        return tongue.label(texts.AT_LEAST.get(low, texts.PER_CENT_AT_LEAST), low=low, high=high)
    return tongue.label(texts.BETWEEN.get((low, high), texts.PER_CENT), low=low, high=high)
