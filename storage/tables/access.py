"""Tables of people with access to the pages: leads, admins and auditors, never officers."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Timestamp, size_of
from storage.tables.metadata import metadata

# Leads, admins and auditors, by the names that the trail has of them. A row is never removed.
staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # JSON lists, sorted. No departments at all: the whole force.
    Column("roles", Text, nullable=False),
    Column("departments", Text),
    Column("added_at", Timestamp, nullable=False),
    Column("joined_at", Timestamp),
    Column("disabled_at", Timestamp),
    # Who this is to the force's own sign-in, where that is used.
    Column("issuer", Text),
    Column("subject", Text),
    UniqueConstraint("name"),
    UniqueConstraint("issuer", "subject"),
    CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="bound"),
    CheckConstraint("joined_at IS NULL OR disabled_at IS NULL", name="standing"),
)

# A link that works once, by its hash. A new one takes the place of the one before.
invite = Table(
    "invite",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    UniqueConstraint("staff"),
    size_of("digest", 32),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("added_at", Timestamp, nullable=False),
    Column("used_at", Timestamp),
    Index(None, "staff"),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("began_at", Timestamp, nullable=False),
    Column("seen_at", Timestamp, nullable=False),
    Index(None, "staff"),
    size_of("digest", 32),
)

# What a browser has to answer, by hashes of the challenge and of that browser's cookie. It goes
# with its use.
sign_in_challenge = Table(
    "sign_in_challenge",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("browser", LargeBinary, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    size_of("digest", 32),
    size_of("browser", 32),
)
