"""Rows for tests, each as short to make as the test that needs it."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.core.audit import AuditEntry
from bot.core.disclosure.public_figures import PublicFigures, read_figures
from bot.core.disclosure.release import Release, make_release
from bot.core.rounds import RoundState
from storage import deliveries, enrolments, follow_ups, rounds, sealing_keys
from storage.actions import NewAction
from storage.deliveries import Delivery
from storage.engine import WriteTransaction
from storage.enrolments import Enrolment
from storage.follow_ups import FollowUp
from storage.programme_proposals import NewProposal
from storage.replies import Reply
from storage.rounds import Round
from storage.states import DeliveryKind, FollowUpKind

NOW = datetime(2026, 11, 2, 9, 30, 15, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 2)
LATER = NOW + timedelta(minutes=5)
ENTRY = AuditEntry("admin Kestrel", "save programme", "force nowhere", "a reason")


@dataclass(frozen=True)
class Key:
    """What `bot.sealing.keys.SealingKey` looks like to the storage."""

    id: str
    public: bytes = bytes(1216)


def a_release(round_id: str, previous_hash: bytes) -> Release:
    """Return a small release in its place in the chain."""
    return make_release(
        {
            "format": 1,
            "round": round_id,
            "previous": previous_hash.hex(),
            "groups": [],
            "counts": [],
        }
    )


def some_figures(round_id: str = "round-1", year: int = 2026, epsilon: int = 250) -> PublicFigures:
    """Return small public figures."""
    document = {"round": round_id, "year": year, "epsilon_thousandths": epsilon}
    content = json.dumps(document).encode()
    return read_figures(content, sha256(content).digest(), round_id)


def a_round(round_id: str = "round-1", **changes: Any) -> Round:
    """Return a round whose key is named after it."""
    made = Round(
        id=round_id,
        check_in="pulse",
        opens_on=TODAY,
        state=RoundState.OPEN,
        closes_at=NOW + timedelta(days=28),
        prompts_opened=0,
        programme_version=1,
        sealing_key=f"key-of-{round_id}",
        units="{}",
    )
    return replace(made, **changes)


async def opened(tx: WriteTransaction, round_id: str = "round-1", **changes: Any) -> Round:
    """Store a round of a check-in of its own, with a taken key."""
    new = a_round(round_id, check_in=f"pulse of {round_id}", **changes)
    await sealing_keys.add(tx, Key(new.sealing_key))
    assert await sealing_keys.take_unused(tx) is not None
    assert await rounds.open(tx, new)
    return new


def an_enrolment(**changes: Any) -> Enrolment:
    """Return a random enrolment."""
    made = Enrolment(
        id=secrets.token_bytes(16),
        lookup=secrets.token_bytes(32),
        profile=secrets.token_bytes(541),
        team="heron",
    )
    return replace(made, **changes)


async def enrolled(tx: WriteTransaction, **changes: Any) -> Enrolment:
    """Store a random enrolment."""
    new = an_enrolment(**changes)
    assert await enrolments.add(tx, new)
    return new


def a_delivery(enrolment: Enrolment, **changes: Any) -> Delivery:
    """Return an invitation that is due."""
    made = Delivery(
        id=secrets.token_bytes(16),
        round="round-1",
        prompt=1,
        enrolment=enrolment.id,
        kind=DeliveryKind.INVITATION,
        due_at=NOW,
    )
    return replace(made, **changes)


async def planned(tx: WriteTransaction, enrolment: Enrolment, **changes: Any) -> Delivery:
    """Store an invitation that is due."""
    new = a_delivery(enrolment, **changes)
    await deliveries.add_many(tx, [new])
    return new


def a_follow_up(**changes: Any) -> FollowUp:
    """Return a follow-up of some chat that is due."""
    made = FollowUp(
        id=secrets.token_bytes(16),
        lookup=secrets.token_bytes(32),
        address=secrets.token_bytes(157),
        kind=FollowUpKind.TOUGH_JOB_3_DAYS,
        due_at=NOW,
    )
    return replace(made, **changes)


async def asked_for(tx: WriteTransaction, **changes: Any) -> FollowUp:
    """Store a follow-up that is due."""
    new = a_follow_up(**changes)
    await follow_ups.put(tx, new)
    return new


def a_reply(round_id: str = "round-1", **changes: Any) -> Reply:
    """Return a lead's answer in two languages."""
    made = Reply(
        round=round_id,
        group="kestrel-district",
        scale="workload",
        content={"en": "Two more cars from May.", "cy": "Dau gar arall o fis Mai – ŵ ŷ."},
        author="lead Kestrel",
    )
    return replace(made, **changes)


def a_proposal(**changes: Any) -> NewProposal:
    """Return a programme that waits for a second admin."""
    made = NewProposal(1, "{}", "admin Kestrel", "staff-1", "two teams merged")
    return replace(made, **changes)


def an_action(**changes: Any) -> NewAction:
    """Return something a lead did for two groups."""
    made = NewAction(
        what="Two more cars on nights – ŵ ŷ.",
        groups=("department:roads", "unit:quay"),
        starts_on=TODAY,
        check_in="pulse",
        scale="workload",
        author="lead Kestrel",
    )
    return replace(made, **changes)
