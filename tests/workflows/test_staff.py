"""Who has access: invited, changed and ended by admins, never by oneself, never the last one."""

import asyncio
import secrets

import pytest

from bot.core.access import OPERATOR, NotAllowed, Role, Visitor
from bot.core.audit import AuditEntry
from bot.core.staff import NameIsTaken, Standing
from bot.sealing.address import SEALED_ADDRESS_SIZE
from bot.workflows.lead_chats import ForTheWholeForce, LeadChats
from bot.workflows.sign_in import InviteIsOver
from bot.workflows.staff_rules import (
    LastAdmin,
    NoSuchMember,
    NotActing,
    UnknownDepartment,
    YourOwnRights,
)
from storage import alert_chats, audit, lead_chats, staff
from storage.engine import Storage
from tests.programmes import the_example
from tests.workflows.access import House

pytestmark = pytest.mark.sqlite_first(
    "one path, what ends one and two that write at once run on both"
)

NORTH = the_example().force.departments[0].id


@pytest.fixture
def house(storage: Storage) -> House:
    """A house without anybody yet."""
    return House(storage)


@pytest.mark.whole_path
async def test_the_first_admin_is_invited_by_the_operator_and_invites_a_lead(house: House) -> None:
    await house.load_programme()
    first = await house.staff.invite(None, [Role.ADMIN], None, OPERATOR)
    assert (first.member.name, first.member.standing) == ("admin", Standing.INVITED)
    assert first.secret not in repr(first)
    async with house.storage.read("count") as tx:
        assert await staff.admins(tx) == 0
    admin = (await house.sign_in.accept_with_passkey(first.secret, house.new_key(), "")).member
    lead = await house.staff.invite("Robin Example", [Role.LEAD], [NORTH], admin.visitor)
    assert lead.member.visitor.departments == frozenset({NORTH})
    assert await house.acts() == [
        ("test", "load", "it"),
        ("operator", "invite", "admin"),
        ("admin", "accept invite", "admin"),
        ("admin", "invite", "Robin Example"),
    ]
    async with house.storage.read("look") as tx:
        assert (await audit.all(tx))[-1].entry.detail == f"lead; departments {NORTH}"
    lines = await house.staff.list()
    assert [(each.member.name, each.passkeys) for each in lines] == [
        ("admin", 1),
        ("Robin Example", 0),
    ]
    assert lines[1].invited_until is not None
    house.passes(days=7)
    assert (await house.staff.get(lead.member.id)).invited_until is None


@pytest.mark.parametrize("roles", [(Role.LEAD,), (Role.AUDITOR,), (Role.LEAD, Role.AUDITOR)])
async def test_nobody_but_admins_changes_who_has_access(
    house: House, roles: tuple[Role, ...]
) -> None:
    by = await house.visitor("Robin Example", *roles)
    other = (await house.joined("Sam Example")).member.id
    before = await house.acts()
    for act in (
        house.staff.invite("New", [Role.ADMIN], None, by),
        house.staff.invite_again(other, by),
        house.staff.withdraw_invite(other, by),
        house.staff.change(other, [Role.LEAD], None, by),
        house.staff.disable(other, by),
        house.staff.sign_out(other, by),
    ):
        with pytest.raises(NotAllowed):
            await act
    assert await house.acts() == before


async def test_nobody_changes_their_own_rights_or_ends_their_own_access(house: House) -> None:
    by = await house.visitor("Robin Example")
    await house.visitor("Sam Example")
    assert by.staff_id is not None
    for act in (
        house.staff.change(by.staff_id, [Role.ADMIN, Role.LEAD], None, by),
        house.staff.disable(by.staff_id, by),
        house.staff.invite_again(by.staff_id, by),
        house.staff.withdraw_invite(by.staff_id, by),
    ):
        with pytest.raises(YourOwnRights):
            await act


async def test_the_operator_cannot_take_the_last_admin_away(house: House) -> None:
    last = (await house.joined("Robin Example")).member.id
    await house.staff.invite("Only invited", [Role.ADMIN], None, OPERATOR)
    for act in (
        house.staff.disable(last, OPERATOR),
        house.staff.change(last, [Role.LEAD], None, OPERATOR),
    ):
        with pytest.raises(LastAdmin):
            await act
    await house.staff.change(last, [Role.LEAD, Role.ADMIN], None, OPERATOR)
    await house.joined("Sam Example")
    await house.staff.disable(last, OPERATOR)


@pytest.mark.at_once
async def test_of_two_admins_who_end_each_other_at_once_one_stays(
    house: House, database_url: str
) -> None:
    one, two = await house.visitor("Robin Example"), await house.visitor("Sam Example")
    other = Storage(database_url)
    second = House(other)
    assert one.staff_id
    assert two.staff_id
    found = await asyncio.gather(
        house.staff.disable(two.staff_id, one),
        second.staff.disable(one.staff_id, two),
        return_exceptions=True,
    )
    await other.close()
    assert {type(each) for each in found} == {type(None), NotActing}
    async with house.storage.read("count") as tx:
        assert await staff.admins(tx) == 1


async def test_an_admin_whose_role_was_taken_does_nothing_more(house: House) -> None:
    one, two = await house.visitor("Robin Example"), await house.visitor("Sam Example")
    assert two.staff_id
    await house.staff.change(two.staff_id, [Role.AUDITOR], None, one)
    with pytest.raises(NotAllowed):
        await house.staff.invite("New", [Role.ADMIN], None, two)
    await house.staff.disable(two.staff_id, one)
    with pytest.raises(NotActing):
        await house.staff.invite("New", [Role.ADMIN], None, two)
    nobody = Visitor("Nobody", frozenset(Role), "no such id")
    with pytest.raises(NotActing):
        await house.staff.invite("New", [Role.ADMIN], None, nobody)


async def test_other_rights_end_every_session_and_the_same_rights_change_nothing(
    house: House,
) -> None:
    await house.load_programme()
    admin = await house.visitor("Robin Example")
    lead = await house.joined("Sam Example", Role.LEAD)
    await house.staff.change(lead.member.id, [Role.LEAD], None, admin)
    assert await house.sign_in.visit(lead.secret) is not None
    await house.staff.change(lead.member.id, [Role.LEAD], [NORTH], admin)
    assert await house.sign_in.visit(lead.secret) is None
    assert [act for _, act, _ in await house.acts()].count("change rights") == 1
    async with house.storage.read("look") as tx:
        entry = (await audit.all(tx))[-1].entry
    assert entry.subject == "Sam Example"
    assert "the whole force" in entry.detail
    assert NORTH in entry.detail


@pytest.mark.whole_path
async def test_ended_access_ends_everything_at_once_and_the_name_stays(house: House) -> None:
    admin = await house.visitor("Robin Example")
    lead = await house.joined("Sam Example", Role.LEAD)
    out = await house.staff.invite_again(lead.member.id, admin)
    await house.staff.disable(lead.member.id, admin)
    await house.staff.disable(lead.member.id, admin)
    assert await house.sign_in.visit(lead.secret) is None
    assert await house.sign_in.invited(out.secret) is None
    line = await house.staff.get(lead.member.id)
    assert (line.member.standing, line.passkeys) == (Standing.DISABLED, 0)
    with pytest.raises(NameIsTaken):
        await house.staff.invite("sam example", [Role.LEAD], None, admin)
    assert [act for _, act, _ in await house.acts()].count("end access") == 1
    again = await house.staff.invite_again(lead.member.id, admin)
    await house.sign_in.accept_with_passkey(again.secret, house.new_key(), "")
    assert ("Robin Example", "give access back", "Sam Example") in await house.acts()


async def test_another_admins_invite_recovers_and_replaces_what_was_lost(house: House) -> None:
    admin = await house.visitor("Robin Example")
    lost = await house.joined("Sam Example", Role.LEAD)
    made = await house.staff.invite_again(lost.member.id, admin)
    # Until it is accepted, nothing is taken from somebody who may have asked for nothing.
    assert await house.sign_in.visit(lost.secret) is not None
    back = await house.sign_in.accept_with_passkey(made.secret, house.new_key(), "")
    assert back.member.id == lost.member.id
    assert await house.sign_in.visit(lost.secret) is None
    assert [each.id for each in (await house.own.look(lost.member.id)).passkeys] == [b"key 3"]
    with pytest.raises(InviteIsOver):
        await house.sign_in.accept_with_passkey(made.secret, house.new_key(), "")
    assert ("Sam Example", "recover access", "Sam Example") in await house.acts()


@pytest.mark.parametrize("act", ["end", "take the role"])
async def test_with_an_admin_go_all_invites_that_are_out(house: House, act: str) -> None:
    good = (await house.joined("Robin Example")).member
    bad = (await house.joined("Sam Example")).member
    other = (await house.joined("Alex Example", Role.LEAD)).member
    made = await house.staff.invite("Sam Again", [Role.ADMIN], None, bad.visitor)
    recovering = await house.staff.invite_again(other.id, bad.visitor)
    own = await house.staff.invite_again(bad.id, OPERATOR)
    if act == "end":
        await house.staff.disable(bad.id, good.visitor)
    else:
        await house.staff.change(bad.id, [Role.AUDITOR], None, good.visitor)
    for each in (made, recovering, own):
        assert await house.sign_in.invited(each.secret) is None
        with pytest.raises(InviteIsOver):
            await house.sign_in.accept_with_passkey(each.secret, house.new_key(), "")
    entry = ("Robin Example", "withdraw all invites", "everybody")
    assert (await house.acts()).count(entry) == 1
    # What one's own passkey does is as it was.
    assert (await house.staff.get(other.id)).passkeys == 1


async def test_an_invite_stays_when_a_lead_goes_or_an_admin_is_given_more(house: House) -> None:
    admin = (await house.joined("Robin Example")).member
    lead = (await house.joined("Sam Example", Role.LEAD)).member
    made = await house.staff.invite("Alex Example", [Role.LEAD], None, admin.visitor)
    await house.staff.disable(lead.id, admin.visitor)
    await house.staff.change(admin.id, [Role.ADMIN, Role.AUDITOR], None, OPERATOR)
    assert await house.sign_in.invited(made.secret) is not None
    assert "withdraw all invites" not in [act for _, act, _ in await house.acts()]


async def test_a_withdrawn_invite_and_one_that_was_replaced_open_nothing(house: House) -> None:
    made = await house.staff.invite("Robin Example", [Role.LEAD], None, OPERATOR)
    newer = await house.staff.invite_again(made.member.id, OPERATOR)
    assert await house.sign_in.invited(made.secret) is None
    assert await house.sign_in.invited(newer.secret) == made.member
    await house.staff.withdraw_invite(made.member.id, OPERATOR)
    assert await house.sign_in.invited(newer.secret) is None


async def test_departments_come_from_the_programme(house: House) -> None:
    with pytest.raises(UnknownDepartment, match="none"):
        await house.staff.invite("Robin Example", [Role.LEAD], [NORTH], OPERATOR)
    await house.load_programme()
    assert NORTH in await house.staff.departments()
    with pytest.raises(UnknownDepartment):
        await house.staff.invite("Robin Example", [Role.LEAD], ["../etc"], OPERATOR)


async def test_somebody_else_is_signed_out_everywhere(house: House) -> None:
    admin = await house.visitor("Robin Example")
    lead = await house.joined("Sam Example", Role.LEAD)
    await house.staff.sign_out(lead.member.id, admin)
    assert await house.sign_in.visit(lead.secret) is None
    assert (await house.acts())[-1] == ("Robin Example", "sign out everywhere", "Sam Example")


async def test_who_is_not_there_is_found_by_nobody(house: House) -> None:
    await house.joined("Sam Example")
    assert (await house.staff.named("SAM  example")).name == "Sam Example"
    with pytest.raises(NoSuchMember):
        await house.staff.named("Robin")
    with pytest.raises(NoSuchMember):
        await house.staff.get("x")
    with pytest.raises(NoSuchMember):
        await house.staff.disable("x", OPERATOR)


# --- Chats ------------------------------------------------------------------------------


async def linked(house: House) -> tuple[int, int]:
    """Return how many chats of leads and for alerts are linked."""
    async with house.storage.read("chats") as tx:
        return await lead_chats.number(tx), await alert_chats.number(tx)


async def link_both(house: House) -> None:
    """Link a chat of some lead, and one for alerts."""
    async with house.storage.transaction("link") as tx:
        ids = [secrets.token_bytes(16), secrets.token_bytes(16)]
        lookups = [secrets.token_bytes(32), secrets.token_bytes(32)]
        entry = AuditEntry("test", "link", "it")
        await lead_chats.link(tx, ids[0], lookups[0], entry, house.now())
        address = secrets.token_bytes(SEALED_ADDRESS_SIZE)
        chat = alert_chats.AlertChat(ids[1], lookups[1], address)
        await alert_chats.link(tx, chat, entry, house.now())


@pytest.mark.whole_path
async def test_when_a_leads_access_ends_no_chat_is_shown_results_any_more(house: House) -> None:
    lead = (await house.joined("Sam Example", Role.LEAD)).member
    await link_both(house)
    await house.staff.disable(lead.id, OPERATOR)
    assert await linked(house) == (0, 1)
    assert ("operator", "unlink all chats of leads", "results in Telegram") in await house.acts()


async def test_when_an_admins_access_ends_no_chat_is_told_of_alerts_any_more(house: House) -> None:
    await house.joined("Robin Example")
    other = (await house.joined("Sam Example")).member
    await link_both(house)
    await house.staff.change(other.id, [Role.AUDITOR], None, OPERATOR)
    assert await linked(house) == (1, 0)


async def test_a_lead_who_is_given_some_departments_alone_keeps_no_chat(house: House) -> None:
    await house.load_programme()
    lead = (await house.joined("Sam Example", Role.LEAD)).member
    await link_both(house)
    await house.staff.change(lead.id, [Role.LEAD, Role.AUDITOR], None, OPERATOR)
    assert await linked(house) == (1, 1)
    await house.staff.change(lead.id, [Role.LEAD], [NORTH], OPERATOR)
    assert await linked(house) == (0, 1)


async def test_who_never_came_in_or_never_had_a_chat_costs_nobody_theirs(house: House) -> None:
    await house.load_programme()
    invited = await house.staff.invite("Sam Example", [Role.LEAD], None, OPERATOR)
    some = (await house.joined("Lee Example", Role.LEAD, departments=frozenset({NORTH}))).member
    auditor = (await house.joined("Kim Example", Role.AUDITOR)).member
    await link_both(house)
    for each in (invited.member, some, auditor):
        await house.staff.disable(each.id, OPERATOR)
    assert await linked(house) == (1, 1)


async def test_a_lead_of_some_departments_makes_no_code(house: House) -> None:
    await house.load_programme()
    member = (await house.joined("Lee Example", Role.LEAD, departments=frozenset({NORTH}))).member
    with pytest.raises(ForTheWholeForce):
        await LeadChats(house.storage, house.now, secrets.token_bytes).make_code(member.visitor)
