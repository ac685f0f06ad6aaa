"""Entries of the dashboard's account in the trail are in measure, and found by act and subject.

What others hold against the trail, the dashboard's account does not say: which key was made, which
wording was asked first, what was destroyed. Nor does it fill the trail: entries are counted as
other rows of a day are (0022), and nobody can take them out again. That is on PostgreSQL alone,
where accounts differ; the owner of the tables and accounts of several processes stand outside of
it. No entry is larger than the index takes.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OF_OTHERS = (
    *("make key", "use wording", "note sudden growth"),
    *("open round", "pause round", "resume round", "extend round", "close round"),
    *("release", "public figures", "no public figures", "shred"),
    *("abandon round", "destroy key"),
    *("issue code", "revoke code", "link chat", "unlink chat"),
)
"""Acts that the dashboard's process does not do; tests hold them against the code."""

NOT_DONE = "not done: "
"""With what follows, what the officers' process says of what was asked for."""

MOST, LARGEST = 10_000, 20_000_000
"""How many entries there may be in a day, and of how many bytes."""

LONGEST = 300_000
"""More bytes than the rights to every department, before and after: no longer detail is ours."""

LISTED = ", ".join(f"'{act}'" for act in OF_OTHERS)

OF_A_DAY = f"""
DECLARE too_much boolean;
BEGIN
  IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
    OR pg_has_role(session_user, 'standeasy_officers', 'MEMBER')
    OR pg_has_role(session_user, 'standeasy_tally', 'MEMBER') THEN
    RETURN NEW;
  END IF;
  IF NEW.act IN ({LISTED}) OR starts_with(NEW.act, '{NOT_DONE}') THEN
    RAISE EXCEPTION 'an act of another process' USING ERRCODE = 'check_violation';
  END IF;
  IF octet_length(NEW.detail) > {LONGEST} THEN
    RAISE EXCEPTION 'a row out of measure' USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO added_today AS known (kind, day, number, size)
    VALUES ('audit', (clock_timestamp() AT TIME ZONE 'UTC')::date, 1,
      octet_length(NEW.actor) + octet_length(NEW.act) + octet_length(NEW.subject)
      + octet_length(NEW.detail))
    ON CONFLICT (kind) DO UPDATE SET
      -- Whoever waited here past midnight still brings the day before.
      day = greatest(known.day, excluded.day),
      number = 1 + CASE WHEN known.day >= excluded.day THEN known.number ELSE 0 END,
      size = excluded.size + CASE WHEN known.day >= excluded.day THEN known.size ELSE 0 END
    RETURNING number > {MOST} OR size > {LARGEST} INTO too_much;
  IF too_much THEN
    RAISE EXCEPTION 'more than a day has' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""  # noqa: S608 - names of ours


def upgrade() -> None:
    """Make the index, and what refuses and counts."""
    op.create_index(op.f("ix_audit_act_subject_sequence"), "audit", ["act", "subject", "sequence"])
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    run(
        "CREATE TRIGGER audit_in_size BEFORE INSERT ON audit FOR EACH ROW"
        " WHEN (octet_length(NEW.act) > 200 OR octet_length(NEW.subject) > 2000)"
        " EXECUTE FUNCTION out_of_measure()"
    )
    schema = run("SELECT quote_ident(current_schema())").scalar()
    path = f"SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp"
    run(
        f"CREATE FUNCTION audit_of_a_day() RETURNS trigger LANGUAGE plpgsql {path}"
        f" AS $${OF_A_DAY}$$"
    )
    run("REVOKE ALL ON FUNCTION audit_of_a_day() FROM PUBLIC")
    # By its name it comes after the one that looks whose turn it is, and how large a row is.
    run(
        "CREATE TRIGGER audit_of_a_day BEFORE INSERT ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_of_a_day()"
    )


def downgrade() -> None:
    """Remove them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_of_a_day ON audit")
        op.execute("DROP FUNCTION audit_of_a_day()")
        op.execute("DROP TRIGGER audit_in_size ON audit")
    op.drop_index(op.f("ix_audit_act_subject_sequence"), table_name="audit")
