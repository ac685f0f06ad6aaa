"""What the officers' account may do to rounds and keys on PostgreSQL: open, close, take."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.core.reporting_units import ReportingUnits
from bot.core.rounds import RoundState
from storage import sealed_responses
from storage.engine import Storage
from storage.roles import Role
from tests.storage.test_roles import accounts, database, run
from tests.workflows.abandoned import abandon, key_of
from tests.workflows.harming import closed
from tests.workflows.office import NEXT_ROUND, ROUND, an_office, at

__all__ = ["accounts", "database"]

OF_ROUND = f" WHERE id = '{ROUND}'"
OF_NEXT = f" WHERE id = '{NEXT_ROUND}'"
OF_KEY = f" WHERE id = (SELECT sealing_key FROM round{OF_ROUND})"  # noqa: S608 - ours
SPARE = "(SELECT min(id) FROM sealing_key WHERE state = 'unused')"

NO_RIGHT = [
    f"UPDATE round SET sealing_key = {SPARE}{OF_NEXT}",  # noqa: S608 - ours
    f"UPDATE round SET units = '{{}}'{OF_NEXT}",  # noqa: S608 - ours
    f"UPDATE round SET check_in = 'nope'{OF_NEXT}",  # noqa: S608 - ours
    f"UPDATE round SET opens_on = '9999-12-31'{OF_NEXT}",  # noqa: S608 - ours
    f"UPDATE round SET programme_version = 2{OF_NEXT}",  # noqa: S608 - ours
    f"UPDATE round SET released_at = now(){OF_ROUND}",  # noqa: S608 - ours
    f"DELETE FROM round{OF_ROUND}",  # noqa: S608 - ours
    f"UPDATE sealing_key SET public = '\\x00'{OF_KEY}",  # noqa: S608 - ours
    f"UPDATE sealing_key SET id = 'mine'{OF_KEY}",  # noqa: S608 - ours
    "INSERT INTO sealing_key VALUES ('mine', '\\x00', 'unused')",
    "LOCK TABLE round IN SHARE MODE",
]
REFUSED = [
    *(
        f"UPDATE round SET state = '{state}'{of}"  # noqa: S608 - ours
        for of in (OF_ROUND, OF_NEXT)
        for state in ("abandoned", "released", "shredded")
    ),
    f"UPDATE round SET state = 'open'{OF_ROUND}",  # noqa: S608 - ours
    f"UPDATE round SET closes_at = closes_at + interval '1 day'{OF_ROUND}",  # noqa: S608 - ours
    f"UPDATE round SET closes_at = 'infinity'{OF_NEXT}",  # noqa: S608 - ours
    f"UPDATE round SET paused_at = '0044-03-15 BC'{OF_NEXT}",  # noqa: S608 - ours
    "UPDATE sealing_key SET state = 'destroyed'",
    f"UPDATE sealing_key SET state = 'unused'{OF_KEY}",  # noqa: S608 - ours
    f"UPDATE sealing_key SET state = 'destroyed' WHERE id = {SPARE}",  # noqa: S608 - ours
]
"""What a right to a column alone would let happen."""


async def _refused(address: str, *statements: str) -> str:
    with pytest.raises(DBAPIError) as refused:
        await run(address, *statements)
    return str(getattr(refused.value.orig, "sqlstate", ""))


@pytest.mark.postgres
async def test_the_officers_account_says_nothing_that_would_have_answers_destroyed(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    async with an_office(database, tmp_path) as office:
        await closed(office)
        for sqlstate, statements in (("42501", NO_RIGHT), ("23514", REFUSED)):
            for statement in statements:
                assert await _refused(accounts[Role.OFFICERS], statement) == sqlstate, statement
        assert await office.count() == [ROUND]


ADDED = (
    "UPDATE sealing_key SET state = 'taken' WHERE id = (SELECT min(id) FROM sealing_key"
    " WHERE state = 'unused')",
    "INSERT INTO round (id, check_in, opens_on, state, closes_at, prompts_opened,"  # noqa: S608 - ours
    " programme_version, sealing_key, units, released_at)"
    " SELECT 'forged', {check_in}, {opens_on}, {state}, closes_at, 0, programme_version,"
    " {key}, {units}, {released_at} FROM round" + OF_ROUND,
)
AS_IT_IS = {
    "check_in": "check_in",
    "opens_on": "opens_on + 1",
    "state": "'open'",
    "key": "(SELECT max(id) FROM sealing_key WHERE state = 'taken' AND id NOT IN"
    " (SELECT sealing_key FROM round))",
    "units": "units",
    "released_at": "NULL",
}
STRANGE = [
    *({"units": f"'{text}'"} for text in ("?", "{}", "null", "[]", '{"units": []}')),
    {"units": "repeat('[', 100000)"},
    {"units": "replace(units, '\"heads\"', '\"heds\"')"},
    {"units": "jsonb_set(units::jsonb, '{units,0,teams}', '[]')::text"},
    {"units": "jsonb_set(units::jsonb, '{units,0,teams,0}', '{}')::text"},
    {"units": "jsonb_set(units::jsonb, '{units,0,team_heads}', '[1, 2, 3, 4, 5, 6, 7]')::text"},
    {"units": "jsonb_set(units::jsonb, '{units,0}', '3')::text"},
    {"units": "jsonb_set(units::jsonb, '{departments}', '[[\"one\"]]')::text"},
    {"units": "jsonb_set(units::jsonb, '{departments}', '[{}]')::text"},
    {"units": "jsonb_set(units::jsonb, '{waiting}', '[[]]')::text"},
    {"check_in": "'nope'"},
    {"opens_on": "'9999-12-31'::date"},
    {"opens_on": "'0044-03-15 BC'::date"},
    {"state": "'closed'"},
    {"state": "'abandoned'"},
    {"state": "'released'", "released_at": "now() - interval '60 days'"},
    {"released_at": "now()"},
    {"key": SPARE},
]


@pytest.mark.postgres
async def test_the_officers_account_adds_no_round_that_nobody_can_read_or_that_is_over(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    taken, added = ADDED
    async with an_office(database, tmp_path) as office:
        await closed(office)
        officers = accounts[Role.OFFICERS]
        for strange in STRANGE:
            statement = added.format(**{**AS_IT_IS, **strange})
            assert await _refused(officers, taken, statement) == "23514", strange
        # That it is not refused for something else:
        await run(officers, taken, added.format(**AS_IT_IS))


@pytest.mark.postgres
async def test_each_process_does_its_work_with_the_columns_it_has(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    async with an_office(database, tmp_path) as office:
        owner = office.storage
        as_officers, as_tally = (Storage(accounts[role]) for role in (Role.OFFICERS, Role.TALLY))
        try:
            office.storage = as_officers
            await closed(office)
            office.storage = as_tally
            assert await office.count() == [ROUND]
            assert await office.fill_pool() >= 0
            office.now = at(60, 0)
            assert await office.shred() == [ROUND]
            office.storage = as_officers
            await office.turn()
            office.storage = owner
            async with owner.transaction("spoil") as tx:
                await sealed_responses.add(tx, bytes(16), NEXT_ROUND, bytes(1392))
            office.storage = as_tally
            assert await office.count() == []
            key = await key_of(office, NEXT_ROUND)
            await abandon(office, round_id=NEXT_ROUND)
        finally:
            office.storage = owner
            await as_officers.close()
            await as_tally.close()
        row = await office.round(NEXT_ROUND)
        assert row is not None
        assert row.state is RoundState.ABANDONED
        assert key not in office.opening.ids()


def _set(path: str, value: str) -> dict[str, str]:
    """A list with one part of another value."""
    return {"units": f"jsonb_set(units::jsonb, '{{{path}}}', '{value}')::text"}


def _written(number: str) -> dict[str, str]:
    """A list whose age is written in another way: what is read as JSON loses how."""
    return {"units": f"replace(units, '\"age\"\\:0', '\"age\"\\:{number}')"}


UNCOUNTED = [
    *(_set("units,0,team_heads", each) for each in ('["x"]', "[null]", "[[1]]", "[-1]", "[1.5]")),
    *(_set("units,0,team_heads", each) for each in ("[1e400]", "[99999999999]")),
    *(_set("units,0,heads", each) for each in ("-5", "1.5", "1e400", "99999999999")),
    *(_set("units,0,supervisors", each) for each in ("-5", "1.5", "99999999999")),
    *(_set("age", each) for each in ("-1", "1.5", "11", "1e400", "-1e400")),
    *(_written(each) for each in ("1e0", "0.0", "-0", "1E+0", "-1e400")),
    _set("units", "[]"),
    _set("units,0,teams,0", '"ghost"'),
    {
        "units": "jsonb_set(jsonb_set(jsonb_set(units::jsonb, '{departments}', '[]'),"
        " '{units,0,teams}', '[]'), '{units,0,team_heads}', '[]')::text"
    },
    {"units": "jsonb_set(units::jsonb, '{units,1}', units::jsonb -> 'units' -> 0)::text"},
]
OUTSIDE = {
    "closes_at": ("opens_on - 2", "'2001-01-01'", "opens_on + 6002", "'2199-12-31'"),
    "prompts_opened": ("-1", "17", "99"),
}
WHEN = "closes_at, 0, programme_version"
WHENS = {
    "closes_at": "{}, 0, programme_version",
    "prompts_opened": "closes_at, {}, programme_version",
}


@pytest.mark.postgres
async def test_the_officers_account_adds_no_round_that_nobody_can_count(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    taken, added = ADDED
    async with an_office(database, tmp_path) as office:
        await closed(office)
        officers = accounts[Role.OFFICERS]
        one_team = await run(database, f"SELECT units FROM round{OF_ROUND}")  # noqa: S608 - ours
        assert len(ReportingUnits.from_json(str(one_team[0][0])).units[0].teams) == 1
        for strange in UNCOUNTED:
            statement = added.format(**{**AS_IT_IS, **strange})
            assert await _refused(officers, taken, statement) == "23514", strange
        # A text is no number, and may have a quote in it.
        named = _set("units,0,name", '"-1e400 \\\\\\" -1.5"')
        await run(officers, taken, added.format(**{**AS_IT_IS, **named}))


@pytest.mark.postgres
async def test_the_officers_account_moves_no_round_out_of_its_time(
    database: str, accounts: dict[Role, str], tmp_path: Path
) -> None:
    taken, added = ADDED
    async with an_office(database, tmp_path) as office:
        await closed(office)
        officers = accounts[Role.OFFICERS]
        for column, values in OUTSIDE.items():
            for value in values:
                changed = f"UPDATE round SET {column} = {value}{OF_NEXT}"  # noqa: S608 - ours
                assert await _refused(officers, changed) == "23514", changed
                inserted = added.format(**AS_IT_IS).replace(WHEN, WHENS[column].format(value))
                assert await _refused(officers, taken, inserted) == "23514", inserted
        # What the owner left there keeps the rest from being set as little as it did before.
        await run(database, f"UPDATE round SET prompts_opened = 99{OF_NEXT}")  # noqa: S608 - ours
        await run(officers, f"UPDATE round SET state = 'closed'{OF_NEXT}")  # noqa: S608 - ours
