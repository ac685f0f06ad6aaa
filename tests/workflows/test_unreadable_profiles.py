"""What was asked for comes to whoever asked, also when their profile cannot be read."""

import pytest

from bot.core.profiles import Profile
from bot.sealing.address import NONCE_SIZE, AddressKeys
from bot.workflows.follow_up_moments import profile_in
from storage.enrolments import Enrolment

KEYS = AddressKeys({1: bytes(32)})
OFFICER = 7_000_000_001
ID = bytes(16)


@pytest.mark.parametrize("content", [b"no JSON", b"{}", b"[]", b'{"telegram_id": 1, "later": 2}'])
def test_a_profile_that_cannot_be_read_counts_as_one_who_said_nothing(content: bytes) -> None:
    sealed = KEYS.seal_profile(content, ID, bytes(NONCE_SIZE))
    known = Enrolment(ID, KEYS.lookup(OFFICER), sealed, "dog-unit")
    assert profile_in(known, KEYS, OFFICER) == Profile(OFFICER)


def test_nor_does_one_whose_seal_does_not_open_hold_it_up() -> None:
    known = Enrolment(ID, KEYS.lookup(OFFICER), bytes(541), "dog-unit")
    assert profile_in(known, KEYS, OFFICER) == Profile(OFFICER)
