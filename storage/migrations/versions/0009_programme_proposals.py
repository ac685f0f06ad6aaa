"""Changes of the programme that wait for a second admin; nothing but the decision comes later."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEPT = ("number", "based_on", "content", "author", "author_id", "reason", "proposed_at")
ALL = "standeasy_officers, standeasy_dashboard, standeasy_tally"


def upgrade() -> None:
    """Make the table, the triggers that keep what was proposed, and the rights."""
    op.create_table(
        "programme_proposal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approved', 'refused', 'withdrawn')",
            name=op.f("ck_programme_proposal_decision"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)"
            " AND (decision IS NULL) = (decided_at IS NULL)"
            " AND (decision IS NULL) = (decision_reason IS NULL)",
            name=op.f("ck_programme_proposal_decided"),
        ),
        sa.CheckConstraint(
            "(version IS NOT NULL) = (decision IS NOT NULL AND decision = 'approved')",
            name=op.f("ck_programme_proposal_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["programme.version"], name=op.f("fk_programme_proposal_version")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_programme_proposal")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _keep_on_postgresql()
        op.execute(f"GRANT SELECT ON programme_proposal TO {ALL}")
        op.execute("GRANT INSERT, UPDATE ON programme_proposal TO standeasy_dashboard")
    else:
        _keep_on_sqlite()


def downgrade() -> None:
    """Remove the table; what was approved is a version of the programme."""
    op.drop_table("programme_proposal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_all_but_a_decision()")


def _keep_on_postgresql() -> None:
    same = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in KEPT)
    op.execute(
        "CREATE FUNCTION refuse_all_but_a_decision() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF OLD.decision IS NOT NULL OR {same} THEN "
        "RAISE EXCEPTION '% takes one decision and no other change', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER programme_proposal_takes_a_decision BEFORE UPDATE ON programme_proposal "
        "FOR EACH ROW EXECUTE FUNCTION refuse_all_but_a_decision()"
    )
    # The function came with the first append-only tables.
    op.execute(
        "CREATE TRIGGER programme_proposal_refuses_removal BEFORE DELETE OR TRUNCATE "
        "ON programme_proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _keep_on_sqlite() -> None:
    same = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in KEPT)
    exists = "EXISTS (SELECT 1 FROM programme_proposal WHERE number = NEW.number)"
    for act, when in (
        ("UPDATE", f"WHEN OLD.decision IS NOT NULL OR {same}"),
        ("DELETE", ""),
        # REPLACE deletes without asking the delete trigger, so it is caught on its way in.
        ("INSERT", f"WHEN {exists}"),
    ):
        op.execute(
            f"CREATE TRIGGER programme_proposal_{act.lower()} BEFORE {act} ON programme_proposal "
            f"{when} BEGIN SELECT RAISE(ABORT, "
            "'programme_proposal takes one decision and no other change'); END"
        )
