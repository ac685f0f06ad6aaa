"""The X-ray in words: one card for each thing that is held, with one sentence to it.

Every number and every byte on a card was read from the database; where nothing is held, the
card says so and why. Nothing here is kinder than the truth, and no table is left out: the
last card names them all.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.core.disclosure.bands import Band
from bot.core.rounds import RoundState
from bot.sandbox.xray.card import (
    Card,
    Line,
    Section,
    day_in_words,
    first_bytes,
    round_in_words,
)
from bot.sandbox.xray.page import Held, HeldRound
from bot.sandbox.xray.people import people_cards
from bot.sandbox.xray.tables import all_tables
from bot.web.words import in_english, people_in_words, share_in_words

NOTHING_HERE: Final = (
    "nothing. Unfinished answers live in the buttons on the phone, and nowhere on the server."
)
NO_RESULT: Final = "Nothing leaves before a round has closed, not even a count."
MOST_ROUNDS: Final = 4
"""Of how many rounds the answers are shown; the others are counted."""


def cards_of(held: Held, team_names: Mapping[str, str], *, answering: bool) -> list[Card]:
    """Return the cards, what moves most first; `answering`: this phone is in a check-in."""
    return [
        _sealed(held, answering),
        *people_cards(held, team_names),
        _release(held),
        _lock(held),
        all_tables(held),
    ]


_DESTROYED = {
    RoundState.SHREDDED: "Destroyed, with the key that opened them. Only the result is left.",
    RoundState.ABANDONED: "Destroyed, with the key that opened them. There is no result.",
}

# --- Answers side ---------------------------------------------------------------------


def _sealed(held: Held, answering: bool) -> Card:
    title = "Sealed answers"
    total = sum(each.sealed for each in held.rounds)
    if answering:
        sentence = f"Of the answers being given on this phone right now: {NOTHING_HERE}"
    elif total:
        sentence = (
            "Bytes that nobody here can read, under random numbers, shuffled again and again. No"
            " time, no order, no name, and no way to the people below."
        )
    else:
        sentence = NOTHING_HERE[0].upper() + NOTHING_HERE[1:]
    shown = [each for each in held.rounds if each.sealed or each.state in _DESTROYED]
    sections = [_round_section(each) for each in shown[:MOST_ROUNDS]]
    if len(shown) > MOST_ROUNDS:
        sections.append(Section(f"And {len(shown) - MOST_ROUNDS} more, in the same way", ()))
    return Card("sealed", "answers", title, f"{total} in all", sentence, tuple(sections))


def _round_section(each: HeldRound) -> Section:
    caption = round_in_words(each)
    # Of one that was abandoned a moment ago, the answers may be there still.
    if each.state in _DESTROYED and not each.sealed:
        return Section(caption, (), _DESTROYED[each.state])
    after = {
        RoundState.OPEN: "open",
        RoundState.CLOSED: "closed, waiting for the tally",
        RoundState.RELEASED: "counted; destroyed with its key when a recount is no longer possible",
        RoundState.SHREDDED: "to be destroyed",
        RoundState.ABANDONED: "to be destroyed",
    }[each.state]
    lines = tuple(
        # Rows get new numbers whenever they are shuffled; the bytes say which are new.
        Line(first.hex(), row_id.hex(), first_bytes(first), code=True)
        for row_id, first in each.sample
    )
    left = each.sealed - len(lines)
    sizes = " or ".join(f"{size:,}" for size in each.sizes)
    more = f"{'All' if each.sealed > 1 else 'It is'} {sizes} bytes long"
    more = f"And {left} more. {more}." if left else f"{more}."
    return Section(f"{caption}: {after}", lines, more)


def _lock(held: Held) -> Card:
    title = "The key that opens the answers"
    newest = held.open_round
    number = f"{held.unused_keys} locks unused"
    sentence = (
        "Here is only the half that locks, one for each round. The half that opens lies with the"
        " tally and is destroyed with the answers."
    )
    if newest is None:
        return Card("lock", "absent", title, number, sentence)
    line = Line(
        newest.id,
        f"The half that locks, {len(newest.public_key):,} bytes",
        first_bytes(newest.public_key),
        code=True,
    )
    section = Section(round_in_words(newest), (line,))
    return Card("lock", "absent", title, number, sentence, (section,))


# --- What leaves ----------------------------------------------------------------------


def _release(held: Held) -> Card:
    title = "What a lead may see"
    number = f"{held.releases} in all"
    release = held.release
    if release is None:
        return Card("release", "release", title, number, NO_RESULT)
    sentence = (
        "The one result of the round: broad bands for groups of ten or more, and nothing for the"
        " others."
    )
    # Some check-ins have no themes: their result is how often each answer was chosen.
    theme = next(iter(release["scales"]), None)
    if theme:
        sentence += f" An excerpt, the theme “{in_english(theme['title'])}”:"
    depths = {"force": 0, "department": 1, "unit": 2}
    lines = tuple(
        Line(
            f"{release['round']} {group['id']}",
            group["name"],
            _group_in_words(group, theme),
            indent=depths.get(group["level"], 0),
        )
        for group in release["groups"]
    )
    section = Section(
        f"{in_english(release['title'])}, closed on {day_in_words(release['closes_on'])}",
        lines,
        f"Fingerprint {held.release_hash.hex()[:32]}…",
    )
    return Card("release", "release", title, number, sentence, (section,))


def _group_in_words(group: Mapping[str, Any], theme: Mapping[str, Any] | None) -> str:
    people = group["respondents"]
    if people is None:
        return "not shown"
    answered = people_in_words((people[0], people[1]))
    if theme is None:
        return answered
    scale, low = group["scales"].get(theme["id"]), in_english(theme["low"]).lower()
    share = f"{share_in_words(Band(*scale['low']))} {low}" if scale else "not shown"
    return f"{share} ({answered})"
