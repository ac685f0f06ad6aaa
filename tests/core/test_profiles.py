"""Profiles: their bytes read back, and their text form shows nothing."""

import json

import pytest

from bot.core.profiles import Profile
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
