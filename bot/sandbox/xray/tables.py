"""Every table of the database by name: nothing the server holds is left out of the X-ray.

A table without words here is shown all the same, as one that this page cannot explain; a test
keeps it from coming to that.
"""

from types import MappingProxyType
from typing import Final

from bot.sandbox.xray.card import Card, Line, Section
from bot.sandbox.xray.page import Held

SHOWN_ABOVE: Final = MappingProxyType(
    {
        "enrolment": ("link", "shown above: a scrambled link to a chat"),
        "delivery": ("deliveries", "shown above: messages to a chat"),
        "participation": ("mark", "shown above: marks that chats took part"),
        "follow_up": ("asked-for", "shown above: what chats asked for"),
        "follow_up_mark": ("asked-for", "shown above: marks that chats answered that"),
        "lead_chat": ("asked-for", "shown above: chats that leads linked to see results"),
        "alert_chat": ("asked-for", "shown above: chats that admins linked for alerts"),
        "sealed_response": ("sealed", "shown above: sealed answers"),
        "release": ("release", "shown above: results"),
        "sealing_key": ("lock", "shown above: the halves that lock"),
    }
)
"""Tables that have a card, which card it is, and its name here."""

ALSO_HELD: Final = MappingProxyType(
    {
        "enrolment_code": "{rows}: a hash of each poster's code, its team, how many uses are left",
        "listed_code": "{rows}: what may be listed of a code: an id, its team, its last day",
        "team_standing": "{rows}: whether ten or more people joined a group; no number beside",
        "lead_chat_code": "{rows}: a hash of each code that links a lead's chat, and until when",
        "departure": "{rows}: a group in which somebody erased everything; the group, not who",
        "round": "{rows}: when each opens and closes, and the groups it reports on",
        "programme_proposal": "{rows}: changes of the programme for a second admin to look at",
        "programme": "{rows}: the force, its teams and check-ins, as an admin saved them",
        "reply": "{rows}: what leads answered to results",
        "action": "{rows}: what leads did, and what it should change",
        "public_figures": "{rows}: shares with noise added, made to leave the force",
        "audit": "{rows}: what admins did; nothing that officers do",
        "staff": "{rows}: leads, admins and auditors; no officer",
        "invite": "{rows}: a hash of each link that gives a lead or an admin access, once",
        "passkey": "{rows}: the public halves of what leads and admins sign in with",
        "staff_session": "{rows}: a hash of each sign-in of a lead or an admin, and since when",
        "sign_in_challenge": "{rows}: a hash of what a browser has to answer to sign in",
        "heartbeat": "{rows}: when each process last said that it runs",
        "alert": "{rows}: which troubles of the program somebody was told of",
        "added_today": "{rows}: how much was added on pages on one day, so that it stays bounded",
        "errand": "{rows}: what was asked for on an admin's page, and what came of it",
        "alembic_version": "the version of these tables",
    }
)
"""Tables that have no card: what lies in them."""

UNKNOWN: Final = "{rows}: this page cannot explain it"


def all_tables(held: Held) -> Card:
    """Return the card that names every table there is."""
    lines = tuple(
        Line(name, name.replace("_", " "), _in_words(name, rows))
        for name, rows in sorted(held.tables.items(), key=lambda each: each[0] in SHOWN_ABOVE)
    )
    sentence = "The whole database, table by table. What is not listed here is not held."
    number = f"{len(lines)} in all"
    return Card("tables", "tables", "Every table", number, sentence, (Section("", lines),))


def _in_words(name: str, rows: int) -> str:
    if name in SHOWN_ABOVE:
        return SHOWN_ABOVE[name][1]
    counted = "1 row" if rows == 1 else f"{rows} rows"
    return ALSO_HELD.get(name, UNKNOWN).format(rows=counted)
