"""Each account writes its own heartbeat, and what it told; nobody's access is of any size.

What processes say of themselves is read by all of them, to tell whether anything is wrong: no
account speaks for another, holds another's row, or locks the table. What the dashboard's process
told of stands apart, where nobody else looks. The rules are for PostgreSQL alone, where accounts
differ; the owner of the tables, who runs `serve` and backups, stands outside of them.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OFFICERS, DASHBOARD, TALLY = "standeasy_officers", "standeasy_dashboard", "standeasy_tally"
ALL = f"{OFFICERS}, {DASHBOARD}, {TALLY}"

# Of the table, a right to change would be one to lock it against every reader.
CHANGES = (
    ("heartbeat", "at, vitals", ALL),
    ("alert", "told_at, lasts", ALL),
    (
        "programme_proposal",
        "decision, decided_by, decided_at, decision_reason, version",
        DASHBOARD,
    ),
    ("staff", "roles, departments, joined_at, disabled_at, issuer, subject", DASHBOARD),
)

PROCESSES = ((OFFICERS, "officers"), (DASHBOARD, "dashboard"), (TALLY, "tally"))
APART = "starts_with(condition, 'dashboard: ')"

OWN = (
    *(("heartbeat", role, f"process = '{process}'") for role, process in PROCESSES),
    ("alert", OFFICERS, f"NOT {APART}"),
    ("alert", TALLY, f"NOT {APART}"),
    ("alert", DASHBOARD, APART),
)
"""Whose rows each writes. All of them read all rows."""

ROLES = (
    *('["admin"]', '["auditor"]', '["lead"]', '["admin", "auditor"]', '["admin", "lead"]'),
    *('["auditor", "lead"]', '["admin", "auditor", "lead"]'),
)

TOO_LARGE = {
    "heartbeat": (
        "length(NEW.vitals) > 2000"
        " OR NEW.vitals IS NOT NULL AND NEW.process NOT IN ('officers', 'serve')"
    ),
    "alert": "length(NEW.condition) > 100",
    "programme_proposal": (
        "length(NEW.author_id) > 100 OR length(NEW.decided_by) > 1000"
        " OR length(NEW.decision_reason) > 10000"
    ),
    "reply": 'length(NEW."group") > 1000 OR length(NEW.scale) > 1000',
    "staff": (
        "length(NEW.id) > 100 OR length(NEW.name) > 200"
        " OR length(NEW.issuer) > 2000 OR length(NEW.subject) > 2000"
    ),
    "passkey": (
        "length(NEW.id) > 1023 OR length(NEW.public_key) > 10000 OR length(NEW.name) > 200"
    ),
    "sign_in_challenge": "length(NEW.purpose) > 200",
}

LISTED = ", ".join(f"'{each}'" for each in ROLES)
UNREAD_DEPARTMENTS = (
    "length(NEW.departments) > 100000 OR jsonb_typeof(NEW.departments::jsonb) <> 'array'"
    " OR jsonb_array_length(NEW.departments::jsonb) = 0"
    " OR EXISTS (SELECT FROM jsonb_array_elements(NEW.departments::jsonb) AS one"
    " WHERE jsonb_typeof(one) <> 'string')"
)

# A row that stands unreadable from before can still be changed, or its access ended.
STAFF = f"""
DECLARE refused boolean := false;
BEGIN
  IF TG_OP = 'INSERT' AND (SELECT count(*) FROM staff) >= 2000 THEN refused := true; END IF;
  IF TG_OP = 'INSERT' OR NEW.roles IS DISTINCT FROM OLD.roles THEN
    refused := refused OR NEW.roles NOT IN ({LISTED});
  END IF;
  IF NEW.departments IS NOT NULL
    AND (TG_OP = 'INSERT' OR NEW.departments IS DISTINCT FROM OLD.departments) THEN
    BEGIN refused := refused OR {UNREAD_DEPARTMENTS};
    EXCEPTION WHEN others THEN refused := true; END;
  END IF;
  IF refused THEN RAISE EXCEPTION 'rights that nobody can read' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""  # noqa: S608 - names of ours

PASSKEYS = """
BEGIN
  IF (SELECT count(*) FROM passkey WHERE staff = NEW.staff) >= 10 THEN
    RAISE EXCEPTION 'one passkey too many' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""


def upgrade() -> None:
    """Take away what was granted on whole tables, and say whose each row is."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    # Nobody reads them, and whoever looks would carry them.
    run(
        "DELETE FROM heartbeat"
        " WHERE process NOT IN ('officers', 'dashboard', 'tally', 'serve', 'backup')"
    )
    run(
        "UPDATE heartbeat SET vitals = NULL"
        " WHERE process NOT IN ('officers', 'serve') OR length(vitals) > 2000"
    )
    for table, columns, roles in CHANGES:
        run(f"REVOKE UPDATE ON {table} FROM {roles}")
        run(f"GRANT UPDATE ({columns}) ON {table} TO {roles}")
    run(f"GRANT SELECT (roles) ON staff TO {TALLY}")
    for table in ("heartbeat", "alert"):
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"CREATE POLICY everybody_reads ON {table} FOR SELECT USING (true)")
    for table, role, mine in OWN:
        adding, changing = f"{role}_adds", f"{role}_changes"
        run(f"CREATE POLICY {adding} ON {table} FOR INSERT TO {role} WITH CHECK ({mine})")
        run(
            f"CREATE POLICY {changing} ON {table} FOR UPDATE TO {role}"
            f" USING ({mine}) WITH CHECK ({mine})"
        )
    for table, too_large in TOO_LARGE.items():
        run(
            f"CREATE TRIGGER {table}_in_size BEFORE INSERT OR UPDATE ON {table}"
            f" FOR EACH ROW WHEN ({too_large}) EXECUTE FUNCTION out_of_measure()"
        )
    schema = run("SELECT quote_ident(current_schema())").scalar()
    path = f"SET search_path = pg_catalog, {schema}, pg_temp"
    for table, name, when, body in (
        ("staff", "staff_can_be_read", "INSERT OR UPDATE", STAFF),
        ("passkey", "passkeys_in_number", "INSERT", PASSKEYS),
    ):
        run(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {path} AS $${body}$$")
        run(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    """Grant the tables as before, and let go of the rules."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    for table, name in (("staff", "staff_can_be_read"), ("passkey", "passkeys_in_number")):
        run(f"DROP TRIGGER {name} ON {table}")
        run(f"DROP FUNCTION {name}()")
    for table in TOO_LARGE:
        run(f"DROP TRIGGER {table}_in_size ON {table}")
    for table, role, _ in OWN:
        run(f"DROP POLICY {role}_adds ON {table}")
        run(f"DROP POLICY {role}_changes ON {table}")
    for table in ("heartbeat", "alert"):
        run(f"DROP POLICY everybody_reads ON {table}")
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    run(f"REVOKE SELECT (roles) ON staff FROM {TALLY}")  # noqa: S608 - as above
    for table, columns, roles in CHANGES:
        run(f"REVOKE UPDATE ({columns}) ON {table} FROM {roles}")
        run(f"GRANT UPDATE ON {table} TO {roles}")
