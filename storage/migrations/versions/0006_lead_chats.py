"""Chats of leads, by a keyed hash alone, and the codes that link them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables; without row ids, so that nothing tells the order of their rows."""
    op.create_table(
        "lead_chat",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_lead_chat_id_size")),
        sa.CheckConstraint("length(lookup) = 32", name=op.f("ck_lead_chat_lookup_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_chat")),
        sa.UniqueConstraint("lookup", name=op.f("uq_lead_chat_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lead_chat_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_lead_chat_code_digest_size")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_lead_chat_code")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove both: every chat is unlinked by that."""
    op.drop_table("lead_chat_code")
    op.drop_table("lead_chat")
