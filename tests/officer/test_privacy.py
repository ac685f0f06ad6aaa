"""Privacy: what is promised, and everything that is held, shown to the chat it is about."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time

import pytest

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.plain_words import PARTING
from bot.core.profiles import FollowUpAddress, Profile
from bot.core.responses import LengthOfService, RoleType
from bot.officer.texts import leaving as texts
from bot.officer.what_is_held import PAGE, held_page
from bot.sandbox.entities import parse_html
from bot.workflows.held import (
    DeliveryKind,
    DeliveryState,
    FollowUpKind,
    FollowUpState,
    Held,
    HeldEnrolment,
    HeldFollowUp,
    HeldMark,
    HeldMessage,
    HeldPrompt,
)
from storage.tables import PEOPLE
from tests.officer.every_screen import ENGLISH, TONGUES
from tests.officer.examples import NOW, ZONE, a_full_profile, a_held_profile, examples_of_held
from tests.officer.records import database_gone
from tests.officer.test_settings import somebody
from tests.officer.views import OFFICER
from tests.station import Station

GOOD = ("Good", "Well", "Mostly", "Mostly", "Most")


def all_of(held: Held) -> str:
    """Return the text of all pages about a chat."""
    pages = []
    for number in range(100):
        screen = held_page(ENGLISH, held, NOW, TONGUES, number)
        pages.append(parse_html(screen.text)[0])
        if not any(button.label == texts.MORE for row in screen.rows for button in row):
            break
    return "\n".join(pages)


# --- Nothing is left out --------------------------------------------------------------------

MECHANICAL = "a random name, a scrambled link or a lease: it says nothing about anybody"

SHOWN_AS = {
    "enrolment": {
        "id": MECHANICAL,
        "lookup": MECHANICAL,
        "profile": "HeldEnrolment.profile",
        "team": "HeldEnrolment.team",
        "state": "HeldEnrolment.is_stopped",
    },
    "delivery": {
        "id": MECHANICAL,
        "round": "HeldPrompt.title",
        "prompt": "HeldPrompt.day",
        "enrolment": MECHANICAL,
        "kind": "HeldMessage.kind",
        "due_at": "HeldMessage.due_at",
        "state": "HeldMessage.state",
        "claimed_until": MECHANICAL,
        "attempts": "HeldMessage.attempts",
    },
    "participation": {
        "round": "HeldPrompt.title",
        "prompt": "HeldPrompt.day",
        "enrolment": "HeldPrompt.took_part",
    },
    "follow_up": {
        "id": MECHANICAL,
        "lookup": MECHANICAL,
        "address": "HeldFollowUp.address",
        "kind": "HeldFollowUp.kind",
        "due_at": "HeldFollowUp.due_at",
        "state": "HeldFollowUp.state",
        "claimed_until": MECHANICAL,
        "attempts": "HeldFollowUp.attempts",
    },
    "follow_up_mark": {
        "round": "HeldMark.title",
        "mark": MECHANICAL,
    },
    "lead_chat": {
        "id": MECHANICAL,
        "lookup": "Held.is_lead",
    },
    "alert_chat": {
        "id": MECHANICAL,
        "lookup": "Held.is_told",
        "address": "Held.is_told",
    },
}
"""Every column of every table that leads to a chat, and where it is shown."""

NAMES_NOBODY = {"enrolment_code", "departure", "lead_chat_code"}

HELD = {
    kind.__name__: kind
    for kind in (HeldEnrolment, HeldPrompt, HeldMessage, HeldFollowUp, HeldMark, Held)
}


def test_every_column_about_a_chat_is_shown_or_says_nothing() -> None:
    assert {table.name for table in PEOPLE} == SHOWN_AS.keys() | NAMES_NOBODY
    for table in PEOPLE:
        if table.name not in NAMES_NOBODY:
            assert set(table.columns.keys()) == SHOWN_AS[table.name].keys(), table.name
            continue
        leads = {"lookup", "enrolment", "address", "profile", "mark"} & set(table.columns.keys())
        assert not leads, table.name


def test_everything_shown_has_its_place() -> None:
    places = {place for columns in SHOWN_AS.values() for place in columns.values()} - {MECHANICAL}
    known = {f"{name}.{field.name}" for name, kind in HELD.items() for field in fields(kind)}
    assert places <= known
    rows = {each for each in known if not each.startswith("Held.")}
    # Lists of what is shown, piece by piece.
    assert rows - places == {"HeldPrompt.messages"}


PROFILES: dict[str, object] = {
    "telegram_id": OFFICER + 1,
    "language": "cy",
    "role_type": RoleType(2),
    "service": LengthOfService(4),
    "times": ContactTimes(part=Part.MORNINGS).to_json(),
    "paused_until": date(2027, 1, 4),
    "contacted": (date(2026, 11, 28),),
    "ignored": 3,
    "asked_to_carry_on": True,
}
TIMES: dict[str, ContactTimes] = {
    "pattern": ContactTimes(pattern="6-on-3-off", anchor=date(2026, 11, 29)),
    "own_cycle": ContactTimes(own_cycle="EELNR", anchor=date(2026, 11, 29)),
    "anchor": ContactTimes(pattern="2-2-2-4", anchor=date(2026, 11, 30)),
    "part": ContactTimes(part=Part.MORNINGS),
    "quiet": ContactTimes(quiet=(time(22), time(8))),
    "cancelled": ContactTimes(cancelled=(date(2026, 12, 3),)),
}
ADDRESSES: dict[str, object] = {
    "telegram_id": OFFICER + 1,
    "language": "cy",
    "asked_at": datetime(2026, 11, 28, 3, 33, tzinfo=UTC),
}


def test_a_field_that_is_added_has_to_be_shown() -> None:
    assert PROFILES.keys() == {field.name for field in fields(Profile)}
    assert TIMES.keys() == {field.name for field in fields(ContactTimes)}
    assert ADDRESSES.keys() == {field.name for field in fields(FollowUpAddress)}


@pytest.mark.parametrize("name", PROFILES)
def test_each_field_of_a_profile_changes_what_is_shown(name: str) -> None:
    before = Profile(OFFICER)
    after = replace(before, **{name: PROFILES[name]})  # type: ignore[arg-type]  # its fields
    assert all_of(a_held_profile(before)) != all_of(a_held_profile(after))


@pytest.mark.parametrize("name", TIMES)
def test_each_contact_time_changes_what_is_shown(name: str) -> None:
    before = TIMES["anchor"] if name == "pattern" else ContactTimes()
    if name == "anchor":
        before = ContactTimes(pattern="2-2-2-4", anchor=date(2026, 11, 29))
    shown = [
        all_of(a_held_profile(Profile(OFFICER, times=times.to_json())))
        for times in (before, TIMES[name])
    ]
    assert shown[0] != shown[1]


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_field_of_an_address_changes_what_is_shown(name: str) -> None:
    before = FollowUpAddress(OFFICER)
    after = replace(before, **{name: ADDRESSES[name]})  # type: ignore[arg-type]  # its fields

    def shown(address: FollowUpAddress) -> str:
        row = HeldFollowUp(FollowUpKind.TOMORROW, FollowUpState.DUE, NOW, 0, address)
        return all_of(Held(OFFICER, ZONE, None, (), (row,)))

    assert shown(before) != shown(after)


def test_when_somebody_asked_for_a_message_is_said_to_be_held_and_not_shown() -> None:
    def shown(asked_at: datetime) -> str:
        address = FollowUpAddress(OFFICER, asked_at=asked_at)
        row = HeldFollowUp(FollowUpKind.TOUGH_JOB_28_DAYS, FollowUpState.DUE, NOW, 0, address)
        return all_of(Held(OFFICER, ZONE, None, (), (row,)))

    at_night = datetime(2026, 11, 28, 3, 33, tzinfo=UTC)
    assert "The moment you asked for it is sealed with it" in shown(at_night)
    assert shown(at_night) == shown(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))


def test_what_is_none_and_what_goes_without_saying_is_not_said() -> None:
    joined = all_of(a_held_profile(Profile(OFFICER)))
    assert "in a row" not in joined
    once = HeldMessage(DeliveryKind.INVITATION, DeliveryState.SENT, NOW, 1)
    day = HeldPrompt({"en": "Pulse"}, NOW.date(), (once,), took_part=False)
    shown = all_of(replace(a_held_profile(Profile(OFFICER)), prompts=(day,)))
    assert "You were asked." in shown
    assert "Tried" not in shown


def test_every_state_of_every_message_has_its_words() -> None:
    assert set(texts.INVITATIONS) == set(texts.REMINDERS) == set(DeliveryState)
    assert set(texts.FOLLOW_UPS) == set(FollowUpKind)
    assert set(texts.FOLLOW_UP_STATES) == set(FollowUpState)


def test_everything_has_pages_that_are_short_enough() -> None:
    everything = examples_of_held()["everything"]
    message = HeldMessage(DeliveryKind.REMINDER, DeliveryState.EXPIRED, NOW, 5)
    prompt = HeldPrompt({"en": "A check-in of some name"}, NOW.date(), (message,) * 2, True)
    # Far more than can be: four prompts each of a dozen check-ins.
    much = replace(everything, prompts=(prompt,) * 48)
    for number in range(20):
        text, _ = parse_html(held_page(ENGLISH, much, NOW, TONGUES, number).text)
        assert len(text) <= PAGE
    assert all_of(much).count("A check-in of some name") == 48


def test_what_cannot_be_shown_is_named() -> None:
    for held in examples_of_held().values():
        assert "What I can't show" in all_of(held)
        assert "nothing leads from you to them" in all_of(held)


def test_nothing_in_a_name_or_a_title_that_is_held_can_be_tapped() -> None:
    title = {"en": "New form: fenmarch\u2764.ws"}
    held = replace(
        a_held_profile(Profile(OFFICER)),
        enrolment=HeldEnrolment("fenmarch\u2764.ws", False, None),
        prompts=(HeldPrompt(title, NOW.date(), (), took_part=False),),
        marks=(HeldMark(title),),
    )
    assert all_of(held).count(f"fenmarch\u2764{PARTING}.{PARTING}ws") == 3


def test_nothing_held_prints_nothing() -> None:
    held = a_held_profile(a_full_profile())
    assert str(OFFICER) not in repr(held)
    assert "times" not in repr(held.enrolment)


# --- As conversations -----------------------------------------------------------------------


async def test_the_promises_come_first_and_say_how_to_take_agreement_back(
    station: Station,
) -> None:
    sam = await station.officer()
    await sam.says("/privacy")
    await sam.sees("Not your name, not your answers, not whether you answered.")
    await sam.sees("Telegram can technically read messages to me.")
    await sam.sees("You can take back your agreement at any time.")
    await sam.taps("Everything I hold about this chat")
    await sam.sees("I hold nothing about this chat.")
    await sam.sees("Answers you sealed: nothing leads from you to them.")


async def test_everything_is_shown_to_whoever_took_part(station: Station) -> None:
    sam = await station.officer()
    await sam.joins("Special constable", "1 to 4 years")
    await station.next_prompt()
    await sam.answers(*GOOD)
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    await sam.taps("Everything I hold about this chat")
    await sam.sees(f"Your number on Telegram, sealed: {sam.phone.id}.")
    await sam.sees("You joined with the team Harbour Response. I write to you.")
    await sam.sees("Role: Special constable.")
    await sam.sees("Length of service: 1 to 4 years.")
    await sam.sees("I wrote to you on: Monday 30 November.")
    await sam.sees("Weekly pulse, Monday 30 November")
    await sam.sees("You were asked.")
    await sam.sees("A mark that this chat took part, until the round closes.")
    await sam.sees("Messages you asked me for: none.")
    assert sam.phone.last.protected


async def test_what_was_asked_for_is_shown_before_joining_too(station: Station) -> None:
    sam = await station.officer()
    await sam.says("/tough_job")
    await sam.taps("Ask me in three days")
    await sam.sees("I'll write to you three times:")
    await sam.says("/privacy")
    await sam.sees("What your force can see")
    await sam.taps("Everything I hold about this chat")
    await sam.sees("After a tough job, three days on: planned for")
    await sam.sees("After a tough job, three months on: planned for")
    await sam.taps("Erase everything", "Erase it now")
    await sam.sees("I hold nothing about this chat any more.")


async def test_nobody_is_shown_what_is_held_about_somebody_else(station: Station) -> None:
    sam, kit = await somebody(station), await station.officer()
    await kit.says("/privacy")
    await kit.sees("What your force can see")
    await kit.phone.tap_data(kit.phone.last.id, ":held@en")
    await kit.sees("I hold nothing about this chat.")
    assert str(sam.phone.id) not in kit.phone.transcript()


async def test_with_the_database_gone_the_promises_stand_and_the_rest_comes_later(
    station: Station,
) -> None:
    sam = await somebody(station)
    async with database_gone(station):
        await sam.says("/privacy")
        await sam.sees("What your force can see")
        await sam.phone.tap("Everything I hold about this chat")
        await sam.sees("I can't reach my records right now, so nothing was changed.")
