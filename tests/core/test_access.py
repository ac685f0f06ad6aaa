"""Who may do what: the table is whole, and what it does not name is nobody's."""

from typing import cast

import pytest

from bot.core.access import (
    ALLOWED,
    OPERATOR,
    NotAllowed,
    Permission,
    Role,
    Visitor,
    check_may,
    may,
)


def one(*roles: Role) -> Visitor:
    """Somebody with these roles."""
    return Visitor("Someone Invented", frozenset(roles))


def test_every_permission_is_somebodys() -> None:
    assert set(ALLOWED) == set(Permission)
    assert all(ALLOWED.values())


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_visitor_may_what_one_of_their_roles_may(permission: Permission, role: Role) -> None:
    assert may(one(role), permission) is (role in ALLOWED[permission])
    assert may(one(*Role), permission)
    assert not may(one(), permission)


def test_an_auditor_changes_nothing_but_their_own_sign_in() -> None:
    assert {each for each in Permission if may(one(Role.AUDITOR), each)} == {
        Permission.SEE_RESULTS,
        Permission.SEE_PROGRAMME,
        Permission.SEE_STAFF,
        Permission.SEE_TRAIL,
        Permission.SEE_HEALTH,
        Permission.OWN_ACCOUNT,
    }


def test_an_admin_sees_no_results_and_a_lead_no_set_up() -> None:
    assert not may(one(Role.ADMIN), Permission.SEE_RESULTS)
    assert not may(one(Role.LEAD), Permission.SEE_PROGRAMME)


def test_whoever_may_not_is_told_who_may() -> None:
    with pytest.raises(NotAllowed, match="Someone Invented may not see results: that is for leads"):
        check_may(one(Role.ADMIN), Permission.SEE_RESULTS)
    check_may(one(Role.LEAD), Permission.SEE_RESULTS)
    check_may(OPERATOR, Permission.CHANGE_STAFF)


def test_a_permission_outside_the_table_is_nobodys() -> None:
    unknown = cast(Permission, NotInTheTable("read an answer"))
    assert not may(OPERATOR, unknown)
    with pytest.raises(NotAllowed, match="that is for nobody"):
        check_may(OPERATOR, unknown)


class NotInTheTable(str):
    """What a programmer might ask for and forget to put into the table."""

    @property
    def value(self) -> str:
        """Return its words."""
        return str(self)
