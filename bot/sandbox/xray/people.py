"""The X-ray of the people side: what is held so that somebody can be written to.

The team and the kind of a follow-up are in plain words, and the cards say so.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from bot.sandbox.xray.card import (
    Card,
    Line,
    Section,
    first_bytes,
    moment_in_words,
    round_in_words,
)
from bot.sandbox.xray.page import FIRST_BYTES, Held, HeldDelivery, HeldEnrolment, HeldFollowUp

GIVEN_THE_KEY: Final = (
    "This page was given the key for the demo; the database alone cannot tell which chat this is."
)
NOT_JOINED: Final = "Nothing. This chat has not joined."
NOTHING_ASKED_FOR: Final = (
    "Nothing. “Check on me tomorrow”, a pause, or a tough job would put a sealed address and a"
    " moment here, and nothing that leads to the link above."
)
ASKED_FOR: Final = (
    "A sealed address, what for, and when. Nothing here stands in the link above, too: the keyed"
    " hash is another one, and no team is beside it."
)
LINKED_ALONE: Final = (
    "No message that this chat asked for, and no mark: only what a lead or an admin linked it for."
)
_STATES: Final = {
    "due": "waits to be sent",
    "claimed": "is being sent",
    "sent": "sent",
    "expired": "ran out",
}
FOLLOW_UPS: Final = {
    "tough-job-3-days": "After a tough job, three days on",
    "tough-job-28-days": "After a tough job, four weeks on",
    "tough-job-90-days": "After a tough job, three months on",
    "tomorrow": "Check on me tomorrow",
    "resume": "The end of a pause",
}


def people_cards(held: Held, team_names: Mapping[str, str]) -> list[Card]:
    """Return the cards of the people side."""
    return [_mark(held), _link(held, team_names), _deliveries(held), _asked_for(held)]


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
            first_bytes(found.profile),
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
    sections = tuple(
        Section(
            round_in_words(held.round_named(round_id)),
            tuple(
                Line(
                    f"{each.round} {each.prompt} {each.kind} {each.state}",
                    f"{each.kind.capitalize()} to check-in {each.prompt + 1}",
                    _sent_in_words(each),
                )
                for each in some
            ),
        )
        for round_id, some in groupby(
            sorted(held.deliveries, key=lambda each: each.round), key=lambda each: each.round
        )
    )
    return Card("deliveries", "people", title, waiting, sentence, sections)


def _sent_in_words(each: HeldDelivery | HeldFollowUp) -> str:
    return f"{_STATES.get(each.state, each.state)}, due {moment_in_words(each.due_at)}"


def _mark(held: Held) -> Card:
    title = "A mark that this chat took part"
    number = f"{held.marks} in all"
    if held.marks_of_chat:
        sentence = (
            "So that each answer counts once. It does not say what was answered or when, and it is"
            " deleted when the round closes."
        )
        sections = tuple(
            Section(
                round_in_words(held.round_named(round_id)),
                tuple(
                    Line(f"{round_id} {prompt}", f"Check-in {prompt + 1}", "took part")
                    for _, prompt in some
                ),
            )
            for round_id, some in groupby(held.marks_of_chat, key=lambda mark: mark[0])
        )
        return Card("mark", "people", title, number, sentence, sections)
    if held.ended and not held.marks:
        sentence = "Gone. The round closed, and every mark was deleted with it: nobody can look up"
        return Card("mark", "people", title, number, f"{sentence} who answered.")
    return Card("mark", "people", title, number, "None. It appears when answers are sealed.")


# --- What was asked for ---------------------------------------------------------------


def _asked_for(held: Held) -> Card:
    title = "What this chat asked for"
    number = f"{held.follow_ups} in all"
    asked_for = (*_messages(held), *_marks_of_answers(held))
    sections = (*asked_for, *_linked(held))
    if not sections:
        return Card("asked-for", "people", title, number, NOTHING_ASKED_FOR)
    sentence = ASKED_FOR if asked_for else LINKED_ALONE
    return Card("asked-for", "people", title, number, sentence, sections, GIVEN_THE_KEY)


def _messages(held: Held) -> tuple[Section, ...]:
    """Return one section for each purpose: what is found by one keyed hash."""
    return tuple(
        Section("Messages found by one keyed hash", _messages_under(lookup, list(some)))
        for lookup, some in groupby(held.follow_ups_of_chat, key=lambda each: each.lookup)
    )


def _messages_under(lookup: bytes, some: list[HeldFollowUp]) -> tuple[Line, ...]:
    hashed = Line(lookup.hex(), "Keyed hash, for this purpose alone", lookup.hex(), code=True)
    lines = [hashed]
    for each in some:
        kind = FOLLOW_UPS.get(each.kind, each.kind)
        lines += [
            Line(f"{each.id.hex()} {each.state}", kind, _sent_in_words(each)),
            Line(
                each.address[:FIRST_BYTES].hex(),
                f"Its sealed address, {len(each.address)} bytes",
                first_bytes(each.address),
                code=True,
            ),
        ]
    return tuple(lines)


def _marks_of_answers(held: Held) -> tuple[Section, ...]:
    lines = tuple(
        Line(mark.hex(), round_in_words(held.round_named(round_id)), mark.hex(), code=True)
        for round_id, mark in held.follow_up_marks_of_chat
    )
    more = (
        "So that each chat counts once in a round. Other bytes in every round, no team beside"
        f" them, and deleted when the round closes. {held.follow_up_marks} in all."
    )
    return (Section("Marks that this chat answered", lines, more),) if lines else ()


def _linked(held: Held) -> tuple[Section, ...]:
    return (*_linked_for_a_lead(held), *_linked_for_alerts(held))


def _linked_for_alerts(held: Held) -> tuple[Section, ...]:
    if held.alert_chat is None:
        return ()
    hashed, address = held.alert_chat
    lines = (
        Line(hashed.hex(), "Keyed hash, for this purpose alone", hashed.hex(), code=True),
        Line(
            address[:FIRST_BYTES].hex(),
            f"Its sealed address, {len(address)} bytes",
            first_bytes(address),
            code=True,
        ),
    )
    more = "So that it can be written to. No team and no name beside it, and no time."
    return (Section("Linked by an admin, to be told what needs somebody", lines, more),)


def _linked_for_a_lead(held: Held) -> tuple[Section, ...]:
    if held.lead_lookup is None:
        return ()
    hashed = held.lead_lookup.hex()
    more = "So that /report answers here. No team and no name beside it, and no time."
    line = Line(hashed, "Keyed hash, for this purpose alone", hashed, code=True)
    return (Section("Linked for a lead, to see results", (line,), more),)
