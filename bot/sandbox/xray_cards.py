"""The X-ray in words: one card for each thing that is held, with one sentence to it.

Every number and every byte on a card was read from the database; where nothing is held, the
card says so and why. Nothing here is kinder than the truth: the team is in plain words, and
the card says that too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.core.disclosure.bands import Band
from bot.core.rounds import RoundState
from bot.sandbox.xray import FIRST_BYTES, Held, HeldDelivery, HeldEnrolment, HeldRound
from bot.web.words import in_english, people_in_words, share_in_words

GIVEN_THE_KEY: Final = (
    "This page was given the key for the demo; the database alone cannot tell which chat this is."
)
NOTHING_HERE: Final = (
    "nothing. Unfinished answers live in the buttons on the phone, and nowhere on the server."
)
NOT_JOINED: Final = "Nothing. This chat has not joined."
NO_RESULT: Final = "Nothing leaves before a round has closed, not even a count."
_DELIVERY_STATES: Final = {
    "due": "waits to be sent",
    "claimed": "is being sent",
    "sent": "sent",
    "expired": "ran out",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a card; `code` is shown as bytes. `key` says whether it is still the same."""

    key: str
    label: str
    value: str
    code: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together, and what is said below them."""

    caption: str
    lines: tuple[Line, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that is held, or not."""

    id: str
    side: str
    title: str
    number: str
    sentence: str
    sections: tuple[Section, ...] = ()
    note: str = ""


def cards_of(held: Held, team_names: Mapping[str, str], *, answering: bool) -> list[Card]:
    """Return the cards, what moves most first; `answering`: this phone is in a check-in."""
    return [
        _sealed(held, answering),
        _mark(held),
        _link(held, team_names),
        _deliveries(held),
        _release(held),
        _lock(held),
    ]


# --- People side ----------------------------------------------------------------------


def _link(held: Held, team_names: Mapping[str, str]) -> Card:
    chats = f"{held.enrolments} in all"
    title = "A scrambled link to this chat"
    found = held.enrolment
    if found is None:
        return Card("link", "people", title, chats, NOT_JOINED)
    sentence = (
        "Enough to send the next check-in, and no more: the Telegram number and the name are not"
        " here. The team is kept in plain words."
        if found.active
        else "This chat has stopped and is not written to. /forget erases this row too."
    )
    lines = _link_lines(found, team_names)
    return Card("link", "people", title, chats, sentence, (Section("", lines),), GIVEN_THE_KEY)


def _link_lines(found: HeldEnrolment, team_names: Mapping[str, str]) -> tuple[Line, ...]:
    return (
        Line("id", "Random number", found.id.hex(), code=True),
        Line("lookup", "Keyed hash of the chat", found.lookup.hex(), code=True),
        # A changed profile is a new line, so that it shows.
        Line(
            found.profile[:FIRST_BYTES].hex(),
            f"Sealed address, {len(found.profile)} bytes",
            _first_bytes(found.profile),
            code=True,
        ),
        Line(found.team, "Team", team_names.get(found.team, found.team)),
    )


def _deliveries(held: Held) -> Card:
    title = "Messages to this chat"
    waiting = f"{held.deliveries_waiting} waiting in all"
    if not held.deliveries:
        sentence = (
            "None are planned. Each check-in is noted here once, so that it comes once; the notes"
            " are deleted when the round closes."
        )
        return Card("deliveries", "people", title, waiting, sentence)
    sentence = "Which check-ins are to be sent, and when. Deleted when the round closes."
    lines = tuple(
        Line(
            f"{each.round} {each.prompt} {each.kind} {each.state}",
            f"{each.kind.capitalize()} to check-in {each.prompt + 1}",
            _delivery_in_words(each),
        )
        for each in held.deliveries
    )
    return Card("deliveries", "people", title, waiting, sentence, (Section("", lines),))


def _delivery_in_words(each: HeldDelivery) -> str:
    due = datetime.fromisoformat(each.due_at)
    state = _DELIVERY_STATES.get(each.state, each.state)
    return f"{state}, due {due.day} {due:%b %H:%M} UTC"


def _mark(held: Held) -> Card:
    title = "A mark that this chat took part"
    number = f"{held.marks} in all"
    if held.marks_of_chat:
        sentence = (
            "So that each answer counts once. It does not say what was answered or when, and it is"
            " deleted when the round closes."
        )
        lines = tuple(
            Line(f"{round_id} {prompt}", f"Check-in {prompt + 1}", "took part")
            for round_id, prompt in held.marks_of_chat
        )
        return Card("mark", "people", title, number, sentence, (Section("", lines),))
    if held.ended and not held.marks:
        sentence = "Gone. The round closed, and every mark was deleted with it: nobody can look up"
        return Card("mark", "people", title, number, f"{sentence} who answered.")
    return Card("mark", "people", title, number, "None. It appears when answers are sealed.")


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
    shown = [each for each in held.rounds if each.sealed or each.state is RoundState.SHREDDED]
    sections = tuple(_round_section(each) for each in shown[:2])
    return Card("sealed", "answers", title, f"{total} in all", sentence, sections)


def _round_section(each: HeldRound) -> Section:
    caption = f"Round of {_day(each.opens_on)}"
    if each.state is RoundState.SHREDDED:
        more = "Destroyed, with the key that opened them. Only the result is left."
        return Section(caption, (), more)
    after = {
        RoundState.OPEN: "open",
        RoundState.CLOSED: "closed, waiting for the tally",
        RoundState.RELEASED: "counted; destroyed with its key when a recount is no longer possible",
    }[each.state]
    lines = tuple(
        # Rows get new numbers whenever they are shuffled; the bytes say which are new.
        Line(first.hex(), row_id.hex(), _first_bytes(first), code=True)
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
        _first_bytes(newest.public_key),
        code=True,
    )
    caption = f"Round of {_day(newest.opens_on)}"
    return Card("lock", "absent", title, number, sentence, (Section(caption, (line,)),))


# --- What leaves ----------------------------------------------------------------------


def _release(held: Held) -> Card:
    title = "What a lead may see"
    number = f"{held.releases} in all"
    release = held.release
    if release is None:
        return Card("release", "release", title, number, NO_RESULT)
    theme = release["scales"][0]
    low = in_english(theme["low"]).lower()
    sentence = (
        "The one result of the round: broad bands for groups of ten or more, and nothing for the"
        f" others. An excerpt, the theme “{in_english(theme['title'])}”:"
    )
    depths = {"force": 0, "department": 1, "unit": 2}
    lines = tuple(
        Line(
            f"{release['round']} {group['id']}",
            group["name"],
            _group_in_words(group, theme["id"], low),
            indent=depths.get(group["level"], 0),
        )
        for group in release["groups"]
    )
    section = Section(
        f"{in_english(release['title'])}, closed on {_day(release['closes_on'])}",
        lines,
        f"Fingerprint {held.release_hash.hex()[:32]}…",
    )
    return Card("release", "release", title, number, sentence, (section,))


def _group_in_words(group: Mapping[str, Any], theme: str, low: str) -> str:
    people, scale = group["respondents"], group["scales"].get(theme)
    if people is None:
        return "not shown"
    share = f"{share_in_words(Band(*scale['low']))} {low}" if scale else "not shown"
    return f"{share} ({people_in_words((people[0], people[1]))})"


def _first_bytes(content: bytes) -> str:
    return f"{content[:FIRST_BYTES].hex(' ', 4)} …"


def _day(stored: str) -> str:
    day = date.fromisoformat(stored)
    return f"{day.day} {day:%B}"
