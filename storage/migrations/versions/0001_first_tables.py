"""The first tables: people, answers, and what both sides know."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables, and the triggers that keep three of them append-only."""
    _common()
    _people()
    _answers()
    for table in ("programme", "release", "audit"):
        if op.get_bind().dialect.name == "postgresql":
            _append_only_on_postgresql(table)
        else:
            _append_only_on_sqlite(table)


def downgrade() -> None:
    """Remove everything."""
    for table in (
        "sealed_response",
        "participation",
        "delivery",
        "enrolment_code",
        "enrolment",
        "release",
        "round",
        "programme",
        "sealing_key",
        "audit",
        "heartbeat",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _common() -> None:
    op.create_table(
        "sealing_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('unused', 'taken', 'destroyed')", name=op.f("ck_sealing_key_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_key")),
    )
    op.create_table(
        "programme",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_programme")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("check_in", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("prompts_opened", sa.Integer(), nullable=False),
        sa.Column("programme_version", sa.Integer(), nullable=False),
        sa.Column("sealing_key", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'released', 'shredded')", name=op.f("ck_round_state")
        ),
        sa.CheckConstraint("prompts_opened >= 0", name=op.f("ck_round_prompts_opened")),
        sa.ForeignKeyConstraint(
            ["sealing_key"], ["sealing_key.id"], name=op.f("fk_round_sealing_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("check_in", "opens_on", name=op.f("uq_round_check_in_opens_on")),
        sa.UniqueConstraint("sealing_key", name=op.f("uq_round_sealing_key")),
    )
    op.create_table(
        "release",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_release_round")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_release")),
        sa.UniqueConstraint("round", name=op.f("uq_release_round")),
    )
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )


def _people() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'stopped')", name=op.f("ck_enrolment_state")),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_enrolment_id_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("lookup", name=op.f("uq_enrolment_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "enrolment_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("uses_left >= 0", name=op.f("ck_enrolment_code_uses_left")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolment_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Integer(), nullable=False),
        sa.Column("enrolment", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reminder')", name=op.f("ck_delivery_kind")),
        sa.CheckConstraint(
            "state IN ('due', 'claimed', 'sent', 'expired')", name=op.f("ck_delivery_state")
        ),
        sa.CheckConstraint(
            "(state = 'claimed') = (claimed_until IS NOT NULL)", name=op.f("ck_delivery_claim")
        ),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_delivery_id_size")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_delivery_round")),
        sa.ForeignKeyConstraint(
            ["enrolment"],
            ["enrolment.id"],
            name=op.f("fk_delivery_enrolment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "round",
            "prompt",
            "enrolment",
            "kind",
            name=op.f("uq_delivery_round_prompt_enrolment_kind"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_delivery_state_due_at"), "delivery", ["state", "due_at"])
    op.create_index(op.f("ix_delivery_enrolment"), "delivery", ["enrolment"])
    op.create_table(
        "participation",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enrolment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_participation_round")),
        sa.ForeignKeyConstraint(
            ["enrolment"],
            ["enrolment.id"],
            name=op.f("fk_participation_enrolment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round", "prompt", "enrolment", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_participation_enrolment"), "participation", ["enrolment"])


def _answers() -> None:
    op.create_table(
        "sealed_response",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_sealed_response_id_size")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_sealed_response_round")),
        sa.PrimaryKeyConstraint("round", "id", name=op.f("pk_sealed_response")),
        sqlite_with_rowid=False,
    )


def _append_only_on_sqlite(table: str) -> None:
    # REPLACE deletes without asking the delete trigger, so it is caught on its way in.
    for act, when in (
        ("UPDATE", ""),
        ("DELETE", ""),
        ("INSERT", f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {_key(table)})'),  # noqa: S608 - names of ours
    ):
        op.execute(
            f'CREATE TRIGGER "{table}_refuses_{act.lower()}" BEFORE {act} ON "{table}" {when} '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _key(table: str) -> str:
    if table == "programme":
        return "version = NEW.version"
    if table == "release":
        return "sequence = NEW.sequence OR round = NEW.round"
    return "sequence = NEW.sequence"


def _append_only_on_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f'CREATE TRIGGER "{table}_refuses_change" BEFORE UPDATE OR DELETE OR TRUNCATE '
        f'ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
    )
