"""Actions: what leads did, for whom, and what it should change; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table, and the triggers that keep it append-only."""
    op.create_table(
        "action",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "step IN ('recorded', 'ended', 'withdrawn')", name=op.f("ck_action_step")
        ),
        sa.CheckConstraint(
            "(step = 'recorded') = (action = sequence)", name=op.f("ck_action_first")
        ),
        sa.ForeignKeyConstraint(["action"], ["action.sequence"], name=op.f("fk_action_action")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_action")),
        sa.UniqueConstraint("action", "step", name=op.f("uq_action_action_step")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # The function came with the first append-only tables.
        op.execute(
            "CREATE TRIGGER action_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON action FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        _append_only_on_sqlite()


def downgrade() -> None:
    """Remove the table; what the audit trail says of actions stays."""
    op.drop_table("action")


def _append_only_on_sqlite() -> None:
    # REPLACE deletes without asking the delete trigger, so it is caught on its way in, whether
    # it is the number or the step that is there already.
    exists = (
        "WHEN EXISTS (SELECT 1 FROM action WHERE sequence = NEW.sequence "
        "OR (action = NEW.action AND step = NEW.step))"
    )
    for act, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", exists)):
        op.execute(
            f"CREATE TRIGGER action_refuses_{act.lower()} BEFORE {act} ON action {when} "
            "BEGIN SELECT RAISE(ABORT, 'action is append-only'); END"
        )
