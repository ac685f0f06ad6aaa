"""Follow-ups that officers asked for and marks of answers to them, departures, replies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables, and the triggers that keep replies append-only."""
    _follow_up()
    _follow_up_mark()
    _departure()
    _reply()
    if op.get_bind().dialect.name == "postgresql":
        # The function came with the first append-only tables.
        op.execute(
            "CREATE TRIGGER reply_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON reply FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        _append_only_on_sqlite()


def downgrade() -> None:
    """Remove the four tables; whoever waits for a follow-up gets none."""
    for table in ("reply", "departure", "follow_up_mark", "follow_up"):
        op.drop_table(table)


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('tough-job-3-days', 'tough-job-28-days', 'tough-job-90-days', "
            "'tomorrow', 'resume')",
            name=op.f("ck_follow_up_kind"),
        ),
        sa.CheckConstraint("state IN ('due', 'claimed', 'sent')", name=op.f("ck_follow_up_state")),
        sa.CheckConstraint(
            "(state = 'claimed') = (claimed_until IS NOT NULL)", name=op.f("ck_follow_up_claim")
        ),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_follow_up_id_size")),
        sa.CheckConstraint("length(lookup) = 32", name=op.f("ck_follow_up_lookup_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("lookup", "kind", name=op.f("uq_follow_up_lookup_kind")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_follow_up_state_due_at"), "follow_up", ["state", "due_at"])


def _follow_up_mark() -> None:
    op.create_table(
        "follow_up_mark",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(mark) = 32", name=op.f("ck_follow_up_mark_mark_size")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_follow_up_mark_round")),
        sa.PrimaryKeyConstraint("round", "mark", name=op.f("pk_follow_up_mark")),
        sqlite_with_rowid=False,
    )


def _departure() -> None:
    op.create_table(
        "departure",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_departure_round")),
        sa.PrimaryKeyConstraint("round", "prompt", "unit", name=op.f("pk_departure")),
        sqlite_with_rowid=False,
    )


def _reply() -> None:
    op.create_table(
        "reply",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["round"], ["release.round"], name=op.f("fk_reply_round")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_round"), "reply", ["round"])


def _append_only_on_sqlite() -> None:
    # REPLACE deletes without asking the delete trigger, so it is caught on its way in.
    exists = "WHEN EXISTS (SELECT 1 FROM reply WHERE sequence = NEW.sequence)"
    for act, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", exists)):
        op.execute(
            f"CREATE TRIGGER reply_refuses_{act.lower()} BEFORE {act} ON reply {when} "
            "BEGIN SELECT RAISE(ABORT, 'reply is append-only'); END"
        )
