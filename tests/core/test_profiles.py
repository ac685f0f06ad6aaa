"""Profiles: their bytes read back, their text form shows nothing, and nothing rare travels."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.profiles import FEWEST_ALIKE, FollowUpAddress, Profile, travelling
from bot.core.responses import LengthOfService, RoleType
from bot.sealing.address import ADDRESS_ROOM, PROFILE_ROOM

DAY = date(2026, 11, 2)
WHOLE = Profile(
    4_242_424_242,
    "cy",
    RoleType.SPECIAL,
    LengthOfService.FROM_5_TO_9,
    times={"p": "2-2-2-4", "a": "2026-11-01", "q": [22, 10]},
    paused_until=date(2026, 12, 24),
    contacted=(DAY, DAY + timedelta(days=3)),
    ignored=4,
    asked_to_carry_on=True,
)
FIRST_FIELDS = {"telegram_id": 7, "language": "cy", "role_type": 0, "service": 0}
"""What a profile held before contact times."""


@pytest.mark.parametrize("profile", [WHOLE, Profile(1)])
def test_a_profile_reads_back_as_it_was_written(profile: Profile) -> None:
    assert Profile.from_bytes(profile.to_bytes()) == profile


def test_a_profile_of_before_contact_times_reads_as_one_who_said_nothing() -> None:
    assert Profile.from_bytes(json.dumps(FIRST_FIELDS).encode()) == Profile(7, "cy")


def test_the_text_form_of_a_profile_or_address_shows_nothing() -> None:
    assert repr(WHOLE) == "Profile(<sealed>)"
    assert repr(FollowUpAddress(4_242_424_242, "cy")) == "FollowUpAddress(<sealed>)"


def test_a_field_of_a_later_version_is_refused() -> None:
    for known in (json.loads(WHOLE.to_bytes()), FIRST_FIELDS):
        with pytest.raises(TypeError, match="roster"):
            Profile.from_bytes(json.dumps(known | {"roster": "nights"}).encode())
    address = {"telegram_id": 7, "language": "cy", "roster": "nights"}
    with pytest.raises(TypeError, match="roster"):
        FollowUpAddress.from_bytes(json.dumps(address).encode())


def test_an_address_reads_back_as_it_was_written() -> None:
    for address in (FollowUpAddress(4_242_424_242, "cy"), FollowUpAddress(1)):
        assert FollowUpAddress.from_bytes(address.to_bytes()) == address


LONGEST_LANGUAGE = "zh-Hant-HK-x-standeasy"
LARGEST_ID = 2**52 - 1
"""Telegram ids have at most 52 significant bits."""


def test_an_address_remembers_when_it_was_asked_for() -> None:
    address = FollowUpAddress(7_000_000_001, "cy", datetime(2026, 11, 30, 9, 0, tzinfo=UTC))
    assert FollowUpAddress.from_bytes(address.to_bytes()) == address


def test_the_largest_profile_fits_under_its_seal() -> None:
    times: dict[str, object] = {"t": "é" * 76}
    assert len(json.dumps(times, separators=(",", ":"), ensure_ascii=False).encode()) == 160
    largest = Profile(
        LARGEST_ID,
        LONGEST_LANGUAGE,
        max(RoleType),
        max(LengthOfService),
        times=times,
        paused_until=date.max,
        contacted=tuple(DAY + timedelta(days=n) for n in range(8)),
        ignored=9_999,
    )
    assert len(largest.to_bytes()) <= PROFILE_ROOM


def test_the_largest_address_fits_under_its_seal() -> None:
    asked_at = datetime(2026, 11, 30, 9, 0, 0, 123456, tzinfo=UTC)
    largest = FollowUpAddress(LARGEST_ID, LONGEST_LANGUAGE, asked_at)
    assert len(largest.to_bytes()) <= ADDRESS_ROOM


def test_days_are_kept_for_a_week_and_never_more_than_eight() -> None:
    profile = Profile(1)
    for number in range(20):
        profile = profile.written_to_on(DAY + timedelta(days=number))
    assert profile.contacted == tuple(DAY + timedelta(days=n) for n in range(13, 20))
    for _ in range(9):
        profile = profile.written_to_on(DAY + timedelta(days=20))
    assert profile.contacted == (DAY + timedelta(days=20),) * 8
    assert profile.written_to_on(DAY + timedelta(days=27)).contacted == (DAY + timedelta(days=27),)


def test_writing_to_somebody_changes_nothing_else_in_the_profile() -> None:
    assert replace(WHOLE.written_to_on(DAY), contacted=WHOLE.contacted) == WHOLE


# --- What travels with an answer --------------------------------------------------------

SAID = RoleType.SPECIAL, LengthOfService.FROM_5_TO_9
NEITHER = RoleType.NOT_SAID, LengthOfService.NOT_SAID


def people(*said: tuple[RoleType, LengthOfService]) -> list[Profile]:
    """Return a profile for each."""
    return [Profile(number, "en", *each) for number, each in enumerate(said, 1)]


def with_role(service: LengthOfService) -> tuple[RoleType, LengthOfService]:
    """The role of `SAID` with another length of service."""
    return SAID[0], service


def with_service(role: RoleType) -> tuple[RoleType, LengthOfService]:
    """The length of service of `SAID` with another role."""
    return role, SAID[1]


OTHER_ROLES = [with_service(RoleType.OFFICER), with_service(RoleType.STAFF)]
OTHER_SERVICES = [
    with_role(LengthOfService.UNDER_1),
    with_role(LengthOfService.FROM_20),
]


@pytest.mark.parametrize(
    ("others", "travels"),
    [
        ([], NEITHER),
        ([SAID], NEITHER),
        ([SAID, SAID], SAID),
        ([SAID] * 40, SAID),
        ([NEITHER] * 40, NEITHER),
        (OTHER_SERVICES[:1], NEITHER),
        (OTHER_SERVICES, (SAID[0], LengthOfService.NOT_SAID)),
        ([SAID, OTHER_SERVICES[0]], (SAID[0], LengthOfService.NOT_SAID)),
        (OTHER_ROLES, (RoleType.NOT_SAID, SAID[1])),
        ([SAID, OTHER_ROLES[0]], (RoleType.NOT_SAID, SAID[1])),
        # Each alone would be shared by three, both together are not: the role goes first.
        ([*OTHER_ROLES, *OTHER_SERVICES], (SAID[0], LengthOfService.NOT_SAID)),
        ([OTHER_ROLES[0], OTHER_SERVICES[0]], NEITHER),
    ],
)
def test_what_fewer_than_three_share_does_not_travel(
    others: list[tuple[RoleType, LengthOfService]],
    travels: tuple[RoleType, LengthOfService],
) -> None:
    team = people(SAID, *others)
    assert travelling(team[0], team) == travels
    assert travelling(team[0], team[::-1]) == travels


@given(
    st.lists(
        st.tuples(st.sampled_from(RoleType), st.sampled_from(LengthOfService)),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_travels_is_shared_by_three_of_the_team(
    said: list[tuple[RoleType, LengthOfService]],
) -> None:
    team = people(*said)
    for profile in team:
        role, service = travelling(profile, team)
        # Nothing is made up: it is what was said, or that nothing was.
        assert role in (profile.role_type, RoleType.NOT_SAID)
        assert service in (profile.service, LengthOfService.NOT_SAID)
        alike = [
            other
            for other in team
            if role in (RoleType.NOT_SAID, other.role_type)
            and service in (LengthOfService.NOT_SAID, other.service)
        ]
        assert len(alike) >= FEWEST_ALIKE or (role, service) == NEITHER


def test_three_is_the_least() -> None:
    assert FEWEST_ALIKE == 3
