"""A round that the officers' account adds or changes is one that can be counted, and in time.

What stands in a round's own row ends when it is asked about, and what it is counted with: enough
to keep every later round waiting. The program looks at the same when it reads; here it is refused
before it is there, as far as the database can tell. On PostgreSQL alone, where accounts differ;
the owner of the tables and the tally stand outside.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LONGEST_DAYS = 6_000
"""Sixteen prompts, one a year, and then some: no check-in lasts longer. The program knows each
round's own latest end."""
MOST_PROMPTS = 16
MOST_AGE = 10
MOST_HEADS = 10_000_000_000

FROM = "(NEW.opens_on::timestamp AT TIME ZONE 'UTC')"

OUTSIDE = (
    # A day, for no clock is further from the others.
    ("closes_at", f"NEW.closes_at < {FROM} - interval '1 day'"),
    ("closes_at", f"NEW.closes_at > {FROM} + interval '{LONGEST_DAYS} days'"),
    ("prompts_opened", f"NEW.prompts_opened NOT BETWEEN 0 AND {MOST_PROMPTS}"),
)

UNITS = "jsonb_array_elements(list -> 'units') AS one"
TEAMS = f"{UNITS}, jsonb_array_elements_text(one -> 'teams') AS team"

# That its parts are of their kinds was looked at before: see 0021.
UNCOUNTED = (
    # What is left without its texts: as numbers, whole ones alone, and none below 0.
    r"""regexp_replace(NEW.units, '"([^"\\]|\\.)*"', '', 'g') ~ '[0-9][.eE]|-'""",
    f"(list ->> 'age')::numeric > {MOST_AGE}",
    "jsonb_array_length(list -> 'units') = 0",
    f"EXISTS (SELECT FROM {UNITS} WHERE jsonb_array_length(one -> 'teams') = 0)",
    f"EXISTS (SELECT FROM {UNITS}, jsonb_array_elements(one -> 'team_heads') AS heads"
    " WHERE jsonb_typeof(heads) <> 'number')",
    f"EXISTS (SELECT FROM {UNITS} WHERE (one ->> 'heads')::numeric > {MOST_HEADS}"
    f" OR (one ->> 'supervisors')::numeric > {MOST_HEADS})",
    f"EXISTS (SELECT FROM {UNITS}, jsonb_array_elements_text(one -> 'team_heads') AS heads"
    f" WHERE heads::numeric > {MOST_HEADS})",
    f"(SELECT count(*) <> count(DISTINCT team) FROM {TEAMS})",  # noqa: S608 - ours
    f"EXISTS (SELECT team FROM {TEAMS} EXCEPT SELECT each ->> 'id' FROM programme,"  # noqa: S608 - ours
    " jsonb_array_elements(content::jsonb -> 'force' -> 'departments') AS department,"
    " jsonb_array_elements(department -> 'teams') AS each WHERE version = NEW.programme_version)",
)

BODY = (
    "DECLARE refused boolean := false; list jsonb; BEGIN"
    " IF may_destroy() THEN RETURN NEW; END IF;"
    + "".join(
        # What was so before keeps nothing else of the row from being set.
        f" IF TG_OP = 'INSERT' OR NEW.{column} IS DISTINCT FROM OLD.{column} THEN"
        f" refused := refused OR {outside}; END IF;"
        for column, outside in OUTSIDE
    )
    + " IF TG_OP = 'INSERT' THEN BEGIN list := NEW.units::jsonb;"
    + "".join(f" refused := refused OR {each};" for each in UNCOUNTED)
    + " EXCEPTION WHEN others THEN refused := true; END; END IF;"
    " IF refused IS DISTINCT FROM false THEN"
    " RAISE EXCEPTION 'a round that only the tally may have so'"
    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END"
)


def upgrade() -> None:
    """Say what is refused."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    schema = run("SELECT quote_ident(current_schema())").scalar()
    path = f"SET search_path = pg_catalog, {schema}, pg_temp"
    run(f"CREATE FUNCTION round_in_bounds() RETURNS trigger LANGUAGE plpgsql {path} AS $${BODY}$$")
    run(
        # By its name it comes after the one that looks of what kind each part is.
        "CREATE TRIGGER round_in_bounds BEFORE INSERT OR UPDATE ON round"
        " FOR EACH ROW EXECUTE FUNCTION round_in_bounds()"
    )


def downgrade() -> None:
    """Let go of it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER round_in_bounds ON round")
        op.execute("DROP FUNCTION round_in_bounds()")
