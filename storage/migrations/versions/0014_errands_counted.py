"""The tally may count what was asked for at the dashboard, as every process that sends alerts."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Grant the two columns; what was asked for stands in others."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT SELECT (state, asked_at) ON errand TO standeasy_tally")


def downgrade() -> None:
    """Take them back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("REVOKE SELECT (state, asked_at) ON errand FROM standeasy_tally")
