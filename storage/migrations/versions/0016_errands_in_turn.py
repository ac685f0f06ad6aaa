"""An errand begins by waiting, in its turn, and is no larger than what a page asks for.

The dashboard's account adds errands, whoever holds it. One with the largest number there is
would leave none for the next, one that claims to be begun would hold up all others for minutes,
and a huge one the process that reads it.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OUT_OF_TURN = (
    "NEW.state <> 'waiting' OR NEW.begun_at IS NOT NULL OR NEW.sentence IS NOT NULL"
    " OR NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM errand)"
    " OR length(NEW.detail) > 100000 OR length(NEW.subject) > 200 OR length(NEW.asked_by) > 200"
    " OR (SELECT count(*) FROM errand WHERE state = 'waiting' AND asked_by = NEW.asked_by) >= 1000"
)


def upgrade() -> None:
    """Make the trigger."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION errand_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {OUT_OF_TURN} THEN RAISE EXCEPTION 'an errand out of turn'"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER errand_in_turn BEFORE INSERT ON errand"
            " FOR EACH ROW EXECUTE FUNCTION errand_in_turn()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER errand_in_turn BEFORE INSERT ON errand WHEN {OUT_OF_TURN}"
            " BEGIN SELECT RAISE(ABORT, 'an errand out of turn'); END"
        )


def downgrade() -> None:
    """Remove it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER errand_in_turn ON errand")
        op.execute("DROP FUNCTION errand_in_turn()")
    else:
        op.execute("DROP TRIGGER errand_in_turn")
