"""What processes say of themselves, and which conditions somebody was told of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table; what beats already has said nothing yet."""
    op.add_column("heartbeat", sa.Column("vitals", sa.Text(), nullable=True))
    op.create_table(
        "alert",
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lasts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("condition", name=op.f("pk_alert")),
    )


def downgrade() -> None:
    """Remove both: conditions that last are told of once more."""
    op.drop_table("alert")
    op.drop_column("heartbeat", "vitals")
