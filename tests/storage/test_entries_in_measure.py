"""What the dashboard's account cannot say in the trail, and how much, on a real PostgreSQL."""

import ast
from importlib import import_module
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy.exc import DBAPIError

from bot.core.audit import AuditEntry
from bot.workflows import abandoning, growth, known_keys, tally, wordings
from storage import audit
from storage.engine import Storage
from storage.errors import RowRefused
from storage.roles import Role
from tests.storage.rows import ENTRY, NOW
from tests.storage.test_roles import accounts as accounts
from tests.storage.test_roles import database as database
from tests.storage.test_roles import run
from tests.storage.test_rows_in_measure import refused

REFUSED = asyncpg.CheckViolationError.sqlstate
ROOT = Path(__file__).parents[2]
MEASURE = import_module("storage.migrations.versions.0023_entries_in_measure")

NEXT = (
    "INSERT INTO audit SELECT (SELECT max(sequence) + 1 FROM audit), {at}, 'x', {act}, {subject},"
    " {detail}, hash, hash FROM audit WHERE sequence = 1"
)


def an_entry(act: str = "save", subject: str = "'y'", detail: str = "''", at: str = "now()") -> str:
    return NEXT.format(act=f"'{act}'", subject=subject, detail=detail, at=at)


# --- Whose act it is ----------------------------------------------------------------------

OF_THE_DASHBOARD = {
    *("approve programme", "save programme", "make code for a lead's chat"),
    *(
        "unlink all chats of leads",
        "make code for a chat for alerts",
        "unlink all chats for alerts",
    ),
    *("end action", "withdraw action", "record action", "reply", "note heads written up"),
    *("invite", "withdraw invite", "change rights", "end access", "sign out everywhere"),
    *("withdraw all invites", "propose programme", "add passkey", "remove passkey", "ask to *"),
}
OF_WHOEVER_RUNS_A_COMMAND = {"load programme", "back up", "restore"}
"""Nothing is held against what the trail says of these."""


def acts_in(path: Path) -> set[str]:
    """Return the acts that a workflow writes; those that it draws up elsewhere are left out."""
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = set[str]()
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "AuditEntry":
            continue
        match call.args[1]:
            case ast.Constant(value=str(act)):
                found.add(act)
            case ast.JoinedStr(values=[ast.Constant(value=str(act)), *_]):
                found.add(f"{act}*")
            case ast.Name(id=name) if hasattr(module, name):
                found.add(getattr(module, name))
    return found


def test_every_act_is_the_dashboards_or_refused_to_it() -> None:
    written = set[str]().union(*map(acts_in, sorted((ROOT / "bot" / "workflows").glob("*.py"))))
    refused_to_it = {*MEASURE.OF_OTHERS, f"{MEASURE.NOT_DONE}*"}
    assert not refused_to_it & (OF_THE_DASHBOARD | OF_WHOEVER_RUNS_A_COMMAND)
    assert written == refused_to_it | OF_THE_DASHBOARD | OF_WHOEVER_RUNS_A_COMMAND


def test_whatever_others_hold_against_the_trail_is_refused_to_the_dashboard() -> None:
    believed = {known_keys.MAKE_KEY, wordings.ACT, growth.ACT, tally.SHRED}
    assert believed | {abandoning.ACT, abandoning.KEY_ACT} < set(MEASURE.OF_OTHERS)


@pytest.mark.postgres
async def test_the_dashboards_account_says_nothing_in_the_place_of_others(
    database: str, accounts: dict[Role, str]
) -> None:
    owner = Storage(database)
    async with owner.transaction("begin") as tx:
        await audit.append(tx, ENTRY, NOW)
    await owner.close()
    for act in (*MEASURE.OF_OTHERS, "not done: close round"):
        assert await refused(accounts[Role.DASHBOARD], an_entry(act)) == REFUSED, act
    for role in (Role.OFFICERS, Role.TALLY):
        await run(accounts[role], *map(an_entry, MEASURE.OF_OTHERS))
    # A page is told that the row was refused, and nothing of it.
    dashboard = Storage(accounts[Role.DASHBOARD])
    with pytest.raises(RowRefused):
        async with dashboard.transaction("forge") as tx:
            await audit.append(tx, AuditEntry("x", wordings.ACT, "instrument own version 1"), NOW)
    await dashboard.close()


# --- How much -----------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("number", "detail"), [(MEASURE.MOST, "''"), (80, "repeat('x', 249900)")], ids=["many", "large"]
)
async def test_the_dashboards_account_adds_no_more_entries_than_a_day_has(
    database: str, accounts: dict[Role, str], number: int, detail: str
) -> None:
    owner, dashboard = Storage(database), accounts[Role.DASHBOARD]
    async with owner.transaction("begin") as tx:
        await audit.append(tx, ENTRY, NOW)
    await owner.close()
    # Each entry says of itself that it came on another day.
    each = an_entry(detail=detail, at="timestamptz '2001-01-01' + day * interval '1 day'")
    await run(dashboard, f"DO $$ BEGIN FOR day IN 1..80 LOOP {each}; END LOOP; END $$")
    counted = "UPDATE added_today SET number = number + {} WHERE kind = 'audit' AND number = 80"
    await run(database, counted.format(number - 80))
    more = an_entry(detail=detail)
    assert await refused(dashboard, more) == REFUSED
    # Whoever waited past midnight brings the day before: it does not begin anew.
    await run(database, "UPDATE added_today SET day = day + 1")
    assert await refused(dashboard, more) == REFUSED
    # Of nobody else: the others' entries are not counted.
    for role in (Role.OFFICERS, Role.TALLY):
        await run(accounts[role], more)
    await run(database, more, "UPDATE added_today SET day = day - 2")
    await run(dashboard, more)


@pytest.mark.postgres
async def test_no_entry_of_the_dashboards_account_is_longer_than_the_longest_of_ours(
    database: str, accounts: dict[Role, str]
) -> None:
    owner, dashboard = Storage(database), accounts[Role.DASHBOARD]
    async with owner.transaction("begin") as tx:
        await audit.append(tx, ENTRY, NOW)
    await owner.close()
    await run(dashboard, an_entry(detail=f"repeat('x', {MEASURE.LONGEST})"))
    assert await refused(dashboard, an_entry(detail="repeat('é', 150001)")) == REFUSED
    # No more than the index takes, of nobody: longer ones would be refused by it.
    words = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, {}) AS n)"
    for address in (dashboard, database):
        long = an_entry(act="x" * 200, subject=f"left({words.format(63)}, 2000)")
        await run(address, long)
        assert await refused(address, an_entry(subject=words.format(63))) == REFUSED
        assert await refused(address, an_entry(act="x" * 201)) == REFUSED


@pytest.mark.postgres
async def test_nobody_runs_what_counts_entries(accounts: dict[Role, str]) -> None:
    for address in accounts.values():
        with pytest.raises(DBAPIError):
            await run(address, "SELECT audit_of_a_day()")
