"""The X-ray of a chat that a lead or an admin linked: a keyed hash of its own, and no more."""

import secrets

from bot.core.access import OPERATOR
from bot.core.lead_codes import ALERTS_START
from bot.sandbox.xray.people import ASKED_FOR, LINKED_ALONE, NOTHING_ASKED_FOR
from bot.workflows.alert_chats import AlertChats
from bot.workflows.lead_chats import LeadChats
from tests.leads import HERON
from tests.sandbox.test_xray import Sight
from tests.sandbox.test_xray_asked_for import sight

__all__ = ["sight"]


async def test_a_linked_chat_is_shown_as_a_keyed_hash(sight: Sight) -> None:
    station = sight.station
    page = LeadChats(station.assembly.storage, station.clock, secrets.token_bytes)
    made = await page.make_code(HERON)
    await sight.sam.says(f"/report {made.code}")
    await sight.sam.sees("This chat is linked.")
    card = sight.cards()["asked-for"]
    assert card.sentence == LINKED_ALONE
    (section,) = card.sections
    (line,) = section.lines
    assert bytes.fromhex(line.value) == sight.look().lead_lookup
    await sight.sam.says("/tough_job")
    await sight.sam.taps("Ask me in three days")
    await sight.sam.sees("I'll write to you three times")
    card = sight.cards()["asked-for"]
    assert card.sentence == ASKED_FOR
    assert card.sections[-1] == section
    await sight.sam.says("/forget")
    await sight.sam.taps("Erase it now")
    await sight.sam.sees("I hold nothing about this chat any more.")
    assert sight.cards()["asked-for"].sentence == NOTHING_ASKED_FOR


async def test_a_chat_for_alerts_is_shown_with_its_sealed_address(sight: Sight) -> None:
    station = sight.station
    page = AlertChats(station.assembly.storage, station.clock, secrets.token_bytes)
    made = await page.make_code(OPERATOR)
    await sight.sam.phone.start(f"{ALERTS_START}{made.code}")
    await sight.sam.sees("This chat is linked for alerts.")
    card = sight.cards()["asked-for"]
    assert card.sentence == LINKED_ALONE
    (section,) = card.sections
    hashed, address = section.lines
    linked = sight.look().alert_chat
    assert linked is not None
    assert (bytes.fromhex(hashed.value), address.label) == (
        linked[0],
        f"Its sealed address, {len(linked[1])} bytes",
    )
    await sight.sam.says("/alerts stop")
    await sight.sam.sees("No more alerts come to this chat.")
    assert sight.cards()["asked-for"].sentence == NOTHING_ASKED_FOR
