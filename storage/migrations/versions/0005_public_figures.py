"""Public figures: what was drawn with noise, and the year's budget it used; append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the triggers that keep it append-only."""
    op.create_table(
        "public_figures",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("epsilon", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("epsilon > 0", name=op.f("ck_public_figures_epsilon")),
        sa.ForeignKeyConstraint(["round"], ["release.round"], name=op.f("fk_public_figures_round")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_public_figures")),
        sa.UniqueConstraint("round", name=op.f("uq_public_figures_round")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # The function came with the first append-only tables.
        op.execute(
            "CREATE TRIGGER public_figures_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON public_figures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        _append_only_on_sqlite()


def downgrade() -> None:
    """Remove the table; the audit trail still says what was drawn."""
    op.drop_table("public_figures")


def _append_only_on_sqlite() -> None:
    # REPLACE deletes without asking the delete trigger, so it is caught on its way in.
    exists = (
        "WHEN EXISTS (SELECT 1 FROM public_figures "
        "WHERE sequence = NEW.sequence OR round = NEW.round)"
    )
    for act, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", exists)):
        op.execute(
            f"CREATE TRIGGER public_figures_refuses_{act.lower()} BEFORE {act} "
            f"ON public_figures {when} "
            "BEGIN SELECT RAISE(ABORT, 'public_figures is append-only'); END"
        )
