"""The tables: a people side and an answers side that never join.

No column leads from one side to the other; both know the round and nothing else in
common. A test walks this metadata and the migrated databases and fails if one appears.
Rows about people and answers have random ids and, on SQLite, no row ids: nothing in them
tells when or in which order they came.
"""

from typing import Final

from storage.tables.access import (
    invite,
    passkey,
    sign_in_challenge,
    staff,
    staff_session,
)
from storage.tables.answers import (
    sealed_response,
)
from storage.tables.common import (
    action,
    added_today,
    alert,
    audit,
    errand,
    heartbeat,
    listed_code,
    programme,
    programme_proposal,
    public_figures,
    release,
    reply,
    round_,
    sealing_key,
    team_standing,
)
from storage.tables.metadata import metadata
from storage.tables.people import (
    alert_chat,
    delivery,
    departure,
    enrolment,
    enrolment_code,
    follow_up,
    follow_up_mark,
    lead_chat,
    lead_chat_code,
    participation,
)

__all__ = [
    "ANSWERS",
    "APPEND_ONLY",
    "COMMON",
    "PEOPLE",
    "action",
    "added_today",
    "alert",
    "alert_chat",
    "audit",
    "delivery",
    "departure",
    "enrolment",
    "enrolment_code",
    "errand",
    "follow_up",
    "follow_up_mark",
    "heartbeat",
    "invite",
    "lead_chat",
    "lead_chat_code",
    "listed_code",
    "metadata",
    "participation",
    "passkey",
    "programme",
    "programme_proposal",
    "public_figures",
    "release",
    "reply",
    "round_",
    "sealed_response",
    "sealing_key",
    "sign_in_challenge",
    "staff",
    "staff_session",
    "team_standing",
]

PEOPLE: Final = (
    *(enrolment, enrolment_code, delivery, participation),
    *(follow_up, follow_up_mark, departure),
    *(lead_chat, lead_chat_code, alert_chat),
)
ANSWERS: Final = (sealed_response,)
COMMON: Final = (
    *(staff, invite, passkey, staff_session, sign_in_challenge),
    sealing_key,
    programme,
    programme_proposal,
    round_,
    release,
    audit,
    reply,
    action,
    public_figures,
    heartbeat,
    alert,
    errand,
    team_standing,
    listed_code,
    added_today,
)
APPEND_ONLY: Final = (programme, release, audit, reply, action, public_figures)

for _table in (*PEOPLE, *ANSWERS):
    # What is deleted lies there until it is vacuumed, and names the transaction that wrote it.
    # Processes with roles of their own may not vacuum, so the server does, soon after a change.
    _table.dialect_kwargs["postgresql_with"] = {
        "autovacuum_vacuum_scale_factor": 0,
        "autovacuum_vacuum_threshold": 1,
    }
