"""A round may be abandoned: it has no result and never will, and its answers are destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = "state IN ('open', 'closed', 'released', 'shredded')"
NOW = "state IN ('open', 'closed', 'released', 'shredded', 'abandoned')"
NO_RESULT = "state <> 'abandoned' OR released_at IS NULL"
COLUMNS = (
    "id, check_in, opens_on, state, closes_at, prompts_opened, programme_version, sealing_key,"
    " units, released_at, paused_at"
)


def upgrade() -> None:
    """Let a round stand so, where it has no release."""
    _check(NOW, NO_RESULT)


def downgrade() -> None:
    """Call those rounds closed, as they were: they have no key, and so never a result."""
    op.execute("UPDATE round SET state = 'closed' WHERE state = 'abandoned'")
    _check(BEFORE, None)


def _check(state: str, abandoned: str | None) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_round_state"), "round", type_="check")
        op.create_check_constraint(op.f("ck_round_state"), "round", state)
        if abandoned is None:
            op.drop_constraint(op.f("ck_round_abandoned"), "round", type_="check")
        else:
            op.create_check_constraint(op.f("ck_round_abandoned"), "round", abandoned)
        return
    # SQLite changes no constraint: the table is made anew. What refers to it does so by its name.
    checks = [sa.CheckConstraint(state, name=op.f("ck_round_state"))]
    if abandoned is not None:
        checks.append(sa.CheckConstraint(abandoned, name=op.f("ck_round_abandoned")))
    op.create_table(
        "round_made_anew",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("check_in", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prompts_opened", sa.Integer(), nullable=False),
        sa.Column("programme_version", sa.Integer(), nullable=False),
        sa.Column("sealing_key", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        *checks,
        sa.CheckConstraint("prompts_opened >= 0", name=op.f("ck_round_prompts_opened")),
        sa.ForeignKeyConstraint(
            ["sealing_key"], ["sealing_key.id"], name=op.f("fk_round_sealing_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("check_in", "opens_on", name=op.f("uq_round_check_in_opens_on")),
        sa.UniqueConstraint("sealing_key", name=op.f("uq_round_sealing_key")),
    )
    op.execute(f"INSERT INTO round_made_anew ({COLUMNS}) SELECT {COLUMNS} FROM round")  # noqa: S608 - names of ours
    op.drop_table("round")
    op.rename_table("round_made_anew", "round")
