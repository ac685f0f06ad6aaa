"""Profiles: their bytes read back, their text form shows nothing, and nothing rare travels."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.profiles import FEWEST_ALIKE, Profile, travelling
from bot.core.responses import LengthOfService, RoleType

WHOLE = Profile(4_242_424_242, "cy", RoleType.SPECIAL, LengthOfService.FROM_5_TO_9)


@pytest.mark.parametrize("profile", [WHOLE, Profile(1)])
def test_a_profile_reads_back_as_it_was_written(profile: Profile) -> None:
    assert Profile.from_bytes(profile.to_bytes()) == profile


def test_the_text_form_of_a_profile_shows_nothing() -> None:
    assert repr(WHOLE) == "Profile(<sealed>)"


def test_a_field_of_a_later_version_is_refused() -> None:
    later = json.loads(WHOLE.to_bytes()) | {"roster": "nights"}
    with pytest.raises(TypeError, match="roster"):
        Profile.from_bytes(json.dumps(later).encode())


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
