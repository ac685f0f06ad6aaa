"""Chats of admins that are told what needs somebody: a keyed hash and a sealed address."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OFFICERS, DASHBOARD = "standeasy_officers", "standeasy_dashboard"


def upgrade() -> None:
    """Make the table; without row ids, so that nothing tells the order of its rows."""
    op.create_table(
        "alert_chat",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_alert_chat_id_size")),
        sa.CheckConstraint("length(lookup) = 32", name=op.f("ck_alert_chat_lookup_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_chat")),
        sa.UniqueConstraint("lookup", name=op.f("uq_alert_chat_lookup")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON alert_chat TO {OFFICERS}")
    # How many there are, by ids that stand nowhere else; which ones, it cannot tell.
    op.execute(f"GRANT SELECT (id), DELETE ON alert_chat TO {DASHBOARD}")
    op.execute(
        "ALTER TABLE alert_chat SET "
        "(autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)"
    )


def downgrade() -> None:
    """Remove it: every chat is unlinked by that."""
    op.drop_table("alert_chat")
