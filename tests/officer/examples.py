"""What officers may have set, and what may be held about them, for tests of screens."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.profiles import FollowUpAddress, Profile
from bot.core.responses import LengthOfService, RoleType
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
from tests.officer.views import OFFICER

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ZONE = "Europe/London"


def examples_of_times() -> dict[str, ContactTimes]:
    """Return contact times of every kind."""
    anchor = date(2026, 11, 29)
    return {
        "any": ContactTimes(),
        "part": ContactTimes(part=Part.EVENINGS_WEEKENDS),
        "office": ContactTimes(pattern="office"),
        "pattern": ContactTimes(
            pattern="2-2-2-4",
            anchor=anchor,
            quiet=(time(22), time(8)),
            cancelled=(date(2026, 12, 6),),
        ),
        "own cycle": ContactTimes(own_cycle="EELLNNRRRR", anchor=anchor),
    }


def a_full_profile() -> Profile:
    """Return a profile in which nothing is as it is at first."""
    times = examples_of_times()["pattern"]
    return Profile(
        OFFICER,
        language="cy",
        role_type=RoleType(3),
        service=LengthOfService(2),
        times=times.to_json(),
        paused_until=date(2026, 12, 28),
        contacted=(date(2026, 11, 26), date(2026, 11, 30)),
        ignored=4,
        asked_to_carry_on=True,
    )


def a_held_profile(profile: Profile | None, *, is_stopped: bool = False) -> Held:
    """Return what is held of somebody who has been asked nothing yet."""
    return Held(OFFICER, ZONE, HeldEnrolment("Harbour Response", is_stopped, profile))


def _prompts() -> tuple[HeldPrompt, ...]:
    title = {"en": "Weekly pulse", "cy": "Cip wythnosol"}
    kinds = (DeliveryKind.INVITATION, DeliveryKind.REMINDER)
    return (
        HeldPrompt(
            title,
            None,
            tuple(
                HeldMessage(kind, state, NOW, attempts)
                for attempts, state in enumerate(DeliveryState)
                for kind in kinds
            ),
            took_part=True,
        ),
        *(
            HeldPrompt(
                title,
                NOW.date() - timedelta(weeks=weeks),
                tuple(HeldMessage(kind, DeliveryState.SENT, NOW, 1) for kind in kinds),
                took_part=False,
            )
            for weeks in range(4)
        ),
    )


def _follow_ups() -> tuple[HeldFollowUp, ...]:
    address = FollowUpAddress(OFFICER, "cy", asked_at=NOW)
    return (
        *(HeldFollowUp(kind, FollowUpState.DUE, NOW, 0, address) for kind in FollowUpKind),
        HeldFollowUp(FollowUpKind.TOMORROW, FollowUpState.CLAIMED, NOW, 2, None),
        HeldFollowUp(FollowUpKind.TOMORROW, FollowUpState.SENT, NOW, 1, address),
    )


def _marks() -> tuple[HeldMark, ...]:
    title = {"en": "After a tough job: 3 days", "cy": "Ar ôl digwyddiad anodd: 3 diwrnod"}
    return (HeldMark(title),)


def examples_of_held() -> dict[str, Held]:
    """Return what may be held about a chat, from nothing to everything."""
    everything = a_held_profile(a_full_profile(), is_stopped=True)
    own = Profile(OFFICER, times=examples_of_times()["own cycle"].to_json())
    return {
        "nothing": Held(OFFICER, ZONE, None),
        "just joined": a_held_profile(Profile(OFFICER)),
        "own cycle": a_held_profile(own),
        "damaged": a_held_profile(None),
        "asked for only": Held(OFFICER, ZONE, None, (), _follow_ups()[:1]),
        "answered only": Held(OFFICER, ZONE, None, marks=_marks()),
        "linked for a lead": Held(OFFICER, ZONE, None, is_lead=True),
        "everything": replace(
            everything,
            prompts=_prompts(),
            follow_ups=_follow_ups(),
            marks=_marks(),
            is_lead=True,
        ),
    }
