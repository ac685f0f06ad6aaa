"""What the dashboard may know of teams: whether enough joined a group, and its codes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OFFICERS, DASHBOARD = "standeasy_officers", "standeasy_dashboard"
TABLES = "team_standing, listed_code"


def upgrade() -> None:
    """Make both tables, and list the codes that there are."""
    op.create_table(
        "team_standing",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("enough", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_team_standing")),
    )
    op.create_table(
        "listed_code",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_code")),
    )
    op.create_index(op.f("ix_listed_code_team"), "listed_code", ["team"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    # In the order of ids: rows lie here as they were written, and codes as they were last used.
    digest = "encode(digest, 'hex')" if postgresql else "lower(hex(digest))"
    op.execute(
        "INSERT INTO listed_code (id, team, expires_on) "  # noqa: S608 - names of ours
        f"SELECT substr({digest}, 1, 10), team, expires_on FROM enrolment_code ORDER BY digest"
    )
    if postgresql:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO {OFFICERS}")
        op.execute(f"GRANT SELECT ON {TABLES} TO {DASHBOARD}")


def downgrade() -> None:
    """Remove both; codes keep working."""
    op.drop_table("listed_code")
    op.drop_table("team_standing")
