"""What somebody at the dashboard asks the officers' process to do, and rounds that are paused."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    *("open round", "pause round", "resume round", "extend round", "close round"),
    *("issue code", "revoke code"),
)
STATES = ("waiting", "begun", "done", "refused")


def upgrade() -> None:
    """Make the table; the dashboard adds to it, the officers' process says what came of it."""
    op.add_column("round", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "errand",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_errand_kind")),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_errand_state")),
        sa.CheckConstraint(
            "state <> 'begun' OR begun_at IS NOT NULL", name=op.f("ck_errand_begun")
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'refused')) = (sentence IS NOT NULL)",
            name=op.f("ck_errand_ended"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_errand")),
    )
    op.create_index(op.f("ix_errand_state"), "errand", ["state"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT, INSERT, UPDATE ON errand TO standeasy_officers")
        op.execute("GRANT SELECT, INSERT ON errand TO standeasy_dashboard")


def downgrade() -> None:
    """Remove both: what nobody did by then was not done, and what was paused goes on."""
    op.drop_table("errand")
    op.drop_column("round", "paused_at")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
