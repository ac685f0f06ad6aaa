"""Signing in: each secret once, each session until it is idle, over, or ended by somebody."""

import pytest

from bot.core.access import OPERATOR, Role
from bot.core.staff import MOST_PASSKEYS
from bot.workflows.own_access import LastWayIn, handle_of
from bot.workflows.sign_in import (
    AlreadyBound,
    InviteIsOver,
    NewPasskey,
    NotKnown,
    TooManyPasskeys,
)
from storage.engine import Storage
from tests.workflows.access import House

pytestmark = pytest.mark.sqlite_first(
    "one path and what ends one run on both: the rows are storage's, tried there"
)

ISSUER = "https://id.fenmarch.example"


@pytest.fixture
def house(storage: Storage) -> House:
    """A house without anybody yet."""
    return House(storage)


@pytest.mark.whole_path
async def test_an_invite_is_for_seven_days_and_works_once(house: House) -> None:
    made = await house.staff.invite("Robin Example", [Role.LEAD], None, OPERATOR)
    late = await house.staff.invite("Late Example", [Role.LEAD], None, OPERATOR)
    inside = await house.sign_in.accept_with_passkey(made.secret, house.new_key(), "")
    assert inside.secret not in repr(inside)
    visit = await house.sign_in.visit(inside.secret)
    assert visit is not None
    assert visit.visitor.name == "Robin Example"
    for secret in (made.secret, "", "x", made.secret.upper()):
        with pytest.raises(InviteIsOver):
            await house.sign_in.accept_with_passkey(secret, house.new_key(), "")
    house.passes(days=7)
    with pytest.raises(InviteIsOver):
        await house.sign_in.accept_with_passkey(late.secret, house.new_key(), "")


@pytest.mark.whole_path
async def test_a_session_ends_when_idle_and_lasts_twelve_hours_at_most(house: House) -> None:
    inside = await house.joined("Robin Example")
    for _ in range(25):
        house.passes(minutes=28)
        assert await house.sign_in.visit(inside.secret) is not None
    house.passes(minutes=28)
    assert await house.sign_in.visit(inside.secret) is None
    other = await house.joined("Sam Example")
    house.passes(minutes=30)
    assert await house.sign_in.visit(other.secret) is None


async def test_signing_in_begins_a_new_session_and_ends_the_one_before(house: House) -> None:
    first = await house.joined("Robin Example")
    key = await house.sign_in.passkey(b"key 1")
    second = await house.sign_in.sign_in_with_passkey(key, 1, first.secret)
    assert second.secret != first.secret
    assert await house.sign_in.visit(first.secret) is None
    assert await house.sign_in.visit(second.secret) is not None


async def test_an_answer_with_a_count_that_was_seen_signs_nobody_in(house: House) -> None:
    await house.joined("Robin Example")
    key = await house.sign_in.passkey(b"key 1")
    await house.sign_in.sign_in_with_passkey(key, 5, "")
    with pytest.raises(NotKnown):
        await house.sign_in.sign_in_with_passkey(key, 5, "")


@pytest.mark.whole_path
async def test_who_has_no_access_any_more_signs_in_by_nothing(house: House) -> None:
    await house.joined("Robin Example")
    made = await house.staff.invite("Sam Example", [Role.LEAD], None, OPERATOR)
    sam = await house.sign_in.accept_with_subject(made.secret, ISSUER, "subject 1", "")
    again = await house.sign_in.sign_in_with_subject(ISSUER, "subject 1", "")
    assert again.member.id == sam.member.id
    await house.own.add_passkey(sam.member.id, house.new_key())
    key = await house.sign_in.passkey(b"key 2")
    await house.staff.disable(sam.member.id, OPERATOR)
    with pytest.raises(NotKnown):
        await house.sign_in.passkey(b"key 2")
    with pytest.raises(NotKnown):
        await house.sign_in.sign_in_with_passkey(key, 1, "")
    with pytest.raises(NotKnown):
        await house.sign_in.sign_in_with_subject(ISSUER, "subject 1", "")
    with pytest.raises(NotKnown):
        await house.own.add_passkey(sam.member.id, house.new_key())


async def test_one_subject_is_one_person_and_another_issuers_is_nobody(house: House) -> None:
    first = await house.staff.invite("Robin Example", [Role.LEAD], None, OPERATOR)
    second = await house.staff.invite("Sam Example", [Role.ADMIN], None, OPERATOR)
    await house.sign_in.accept_with_subject(first.secret, ISSUER, "subject 1", "")
    with pytest.raises(AlreadyBound):
        await house.sign_in.accept_with_subject(second.secret, ISSUER, "subject 1", "")
    # Nothing was used up by that.
    assert await house.sign_in.invited(second.secret) is not None
    with pytest.raises(NotKnown):
        await house.sign_in.sign_in_with_subject("https://other.example", "subject 1", "")
    with pytest.raises(NotKnown):
        await house.sign_in.sign_in_with_subject(ISSUER, "subject 2", "")


@pytest.mark.whole_path
async def test_a_challenge_is_answered_once_by_the_browser_it_was_for(house: House) -> None:
    async def asked(browser: str = "b", purpose: str = "sign in") -> bool:
        return await house.sign_in.take_challenge(challenge, browser, purpose)

    challenge = await house.sign_in.new_challenge("b", "sign in")
    assert await asked()
    assert not await asked()
    for browser, purpose in (("another", "sign in"), ("b", "register 1")):
        challenge = await house.sign_in.new_challenge("b", "sign in")
        assert not await asked(browser, purpose)
        assert not await asked()
    challenge = await house.sign_in.new_challenge("b", "sign in")
    house.passes(minutes=10)
    assert not await asked()
    challenge = "x"
    assert not await asked()


async def test_somebody_sees_and_ends_their_own_sessions_and_nobody_elses(house: House) -> None:
    first = await house.joined("Robin Example")
    key = await house.sign_in.passkey(b"key 1")
    house.passes(minutes=5)
    second = await house.sign_in.sign_in_with_passkey(key, 1, "")
    robin, sam = first.member.id, (await house.joined("Sam Example")).member.id
    seen = await house.own.look(robin)
    assert [each.began_at.minute for each in seen.sessions] == [5, 0]
    handle = handle_of(seen.sessions[1].digest)
    assert not await house.own.end_session(sam, handle)
    assert await house.own.end_session(robin, handle)
    assert await house.sign_in.visit(first.secret) is None
    assert await house.sign_in.visit(second.secret) is not None
    await house.own.sign_out_everywhere(robin)
    assert await house.sign_in.visit(second.secret) is None
    house.passes(hours=1)
    assert (await house.own.look(sam)).sessions == []
    with pytest.raises(NotKnown):
        await house.own.look("nobody")


async def test_the_last_way_in_is_never_removed_by_oneself(house: House) -> None:
    robin = await house.joined("Robin Example")
    sam = (await house.joined("Sam Example")).member.id
    own, staff_id = house.own, robin.member.id
    handle = handle_of(b"key 1")
    with pytest.raises(LastWayIn):
        await own.remove_passkey(staff_id, handle, b"")
    await own.add_passkey(staff_id, house.new_key())
    assert not await own.remove_passkey(sam, handle, b"")
    visit = await house.sign_in.visit(robin.secret)
    assert visit is not None
    elsewhere = await house.sign_in.sign_in_with_passkey(
        await house.sign_in.passkey(b"key 1"), 1, ""
    )
    assert await own.remove_passkey(staff_id, handle, visit.session.digest)
    assert await house.sign_in.visit(robin.secret) is not None
    assert await house.sign_in.visit(elsewhere.secret) is None
    assert [act for _, act, _ in await house.acts()][-2:] == ["add passkey", "remove passkey"]


async def test_passkeys_are_few_and_each_is_one_persons(house: House) -> None:
    robin = (await house.joined("Robin Example")).member.id
    with pytest.raises(AlreadyBound):
        await house.own.add_passkey(robin, NewPasskey(b"key 1", b"public", 0, "again"))
    for _ in range(MOST_PASSKEYS - 1):
        await house.own.add_passkey(robin, house.new_key())
    with pytest.raises(TooManyPasskeys):
        await house.own.add_passkey(robin, house.new_key())
    assert (await house.own.look(robin)).passkeys[-1].name == f"Passkey {MOST_PASSKEYS}"


async def test_signing_out_ends_a_copied_cookie_too(house: House) -> None:
    inside = await house.joined("Robin Example")
    await house.sign_in.sign_out(inside.secret)
    await house.sign_in.sign_out(inside.secret)
    assert await house.sign_in.visit(inside.secret) is None
