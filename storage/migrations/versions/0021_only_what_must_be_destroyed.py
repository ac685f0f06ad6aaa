"""Only the tally says that a round is abandoned or a key destroyed; a round keeps its key.

The officers' account opens rounds, closes them and takes keys for them. It has no way to say
anything from which the tally would destroy answers, to give a round another key, or to write a
round that nobody can read. On PostgreSQL alone, where accounts differ; the owner of the tables
stands outside, and is refused impossible times alone.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OFFICERS, TALLY = "standeasy_officers", "standeasy_tally"
FIRST, LAST = "2000-01-01 00:00:00+00", "2200-01-01 00:00:00+00"

CHANGES = (
    ("round", "state, closes_at, prompts_opened, paused_at", OFFICERS),
    ("round", "state, released_at", TALLY),
    ("sealing_key", "state", OFFICERS),
    ("sealing_key", "state", TALLY),
)

TIMES = ("opens_on", "closes_at", "released_at", "paused_at")

MAY = (
    "SELECT pg_has_role(current_user, 'standeasy_tally', 'MEMBER') OR pg_has_role(current_user,"
    " (SELECT relowner FROM pg_class WHERE oid = 'round'::regclass), 'MEMBER')"
)

UNIT = {
    "id": "string",
    "name": "string",
    "department": "string",
    "teams": "array",
    "heads": "number",
    "supervisors": "number",
    "team_heads": "array",
    "high_stress": "boolean",
}
UNITS = {
    "force": "string",
    "departments": "array",
    "units": "array",
    "age": "number",
    "waiting": "array",
}


def _other_than(value: str, kinds: dict[str, str]) -> str:
    """Return what holds of a value that is no object of exactly these."""
    names = "ARRAY[" + ", ".join(f"'{name}'" for name in kinds) + "]"
    wrong = " OR ".join(
        f"jsonb_typeof({value} -> '{name}') IS DISTINCT FROM '{kind}'"
        for name, kind in kinds.items()
    )
    return f"jsonb_typeof({value}) <> 'object' OR {value} - {names} <> '{{}}' OR {wrong}"


def _not_strings(value: str) -> str:
    """Return what holds of an array that holds anything but texts."""
    return (
        f"EXISTS (SELECT FROM jsonb_array_elements({value}) AS text"
        " WHERE jsonb_typeof(text) <> 'string')"
    )


# The order matters: what is inside of a value is looked at only if it is of its kind.
UNREAD = (
    _other_than("list", UNITS),
    _not_strings("list -> 'waiting'"),
    "EXISTS (SELECT FROM jsonb_array_elements(list -> 'departments') AS pair"
    " WHERE jsonb_typeof(pair) <> 'array')",
    "EXISTS (SELECT FROM jsonb_array_elements(list -> 'departments') AS pair"
    f" WHERE jsonb_array_length(pair) <> 2 OR {_not_strings('pair')})",
    "EXISTS (SELECT FROM jsonb_array_elements(list -> 'units') AS one"
    f" WHERE {_other_than('one', UNIT)})",
    "EXISTS (SELECT FROM jsonb_array_elements(list -> 'units') AS one"
    " WHERE jsonb_array_length(one -> 'teams') = 0"
    " AND jsonb_array_length(list -> 'departments') > 0"
    " OR jsonb_array_length(one -> 'team_heads')"
    " NOT IN (0, jsonb_array_length(one -> 'teams')))",
    "EXISTS (SELECT FROM jsonb_array_elements(list -> 'units') AS one,"
    " jsonb_array_elements(one -> 'teams') AS team WHERE jsonb_typeof(team) <> 'string')",
    "NOT EXISTS (SELECT FROM programme WHERE version = NEW.programme_version"
    " AND content::jsonb -> 'check_ins' @> jsonb_build_array(jsonb_build_object('id',"
    " NEW.check_in)))",
)

ROUND = (
    "DECLARE refused boolean := true; list jsonb; BEGIN"
    " IF may_destroy() THEN RETURN NEW; END IF;"
    " IF TG_OP = 'UPDATE' THEN"
    "  refused := OLD.state <> 'open' OR NEW.state NOT IN ('open', 'closed');"
    " ELSIF NEW.state = 'open' AND NEW.released_at IS NULL"
    "  AND EXISTS (SELECT FROM sealing_key WHERE id = NEW.sealing_key AND state = 'taken') THEN"
    "  BEGIN refused := length(NEW.units) > 10000000; list := NEW.units::jsonb;"
    + "".join(f" refused := refused OR {each};" for each in UNREAD)
    # Texts that are no document at all: of many kinds, and all the same here.
    + " EXCEPTION WHEN others THEN refused := true; END; END IF;"
    " IF refused THEN RAISE EXCEPTION 'a round that only the tally may have so'"
    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END"
)

SEALING_KEY = (
    "BEGIN IF may_destroy() OR OLD.state = 'unused' AND NEW.state = 'taken'"
    # Given back by whoever came second to open a round.
    " OR OLD.state = 'taken' AND NEW.state = 'unused'"
    "  AND NOT EXISTS (SELECT FROM round WHERE sealing_key = NEW.id)"
    " THEN RETURN NEW; END IF;"
    " RAISE EXCEPTION 'a key that only the tally may have so'"
    " USING ERRCODE = 'check_violation'; END"
)

TRIGGERS = (
    ("round", "round_as_it_may_be", "INSERT OR UPDATE", ROUND),
    ("sealing_key", "sealing_key_as_it_may_be", "UPDATE", SEALING_KEY),
)


def upgrade() -> None:
    """Grant single columns, and say who may set them to what."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    for table, columns, role in CHANGES:
        run(f"REVOKE UPDATE ON {table} FROM {role}")
        run(f"GRANT UPDATE ({columns}) ON {table} TO {role}")
    within = " AND ".join(
        f"(NEW.{each} IS NULL OR NEW.{each} >= '{FIRST}' AND NEW.{each} < '{LAST}')"
        for each in TIMES
    )
    run(
        "CREATE TRIGGER round_in_our_time BEFORE INSERT OR UPDATE ON round"
        f" FOR EACH ROW WHEN (NOT ({within})) EXECUTE FUNCTION out_of_measure()"
    )
    schema = run("SELECT quote_ident(current_schema())").scalar()
    # Or a temporary table of the same name would say who owns it.
    path = f"SET search_path = pg_catalog, {schema}, pg_temp"
    run(f"CREATE FUNCTION may_destroy() RETURNS boolean LANGUAGE sql STABLE {path} AS $${MAY}$$")
    for table, name, when, body in TRIGGERS:
        run(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {path} AS $${body}$$")
        run(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    """Grant the tables as before, and let go of the rules."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    for table, name, _, _ in TRIGGERS:
        run(f"DROP TRIGGER {name} ON {table}")
        run(f"DROP FUNCTION {name}()")
    run("DROP FUNCTION may_destroy()")
    run("DROP TRIGGER round_in_our_time ON round")
    for table, columns, role in CHANGES:
        run(f"REVOKE UPDATE ({columns}) ON {table} FROM {role}")
        run(f"GRANT UPDATE ON {table} TO {role}")
