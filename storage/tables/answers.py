"""The answers side: one table, of sealed answers, that knows the round and nothing else."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text

from storage.columns import size_of
from storage.tables.metadata import metadata

sealed_response = Table(
    "sealed_response",
    metadata,
    # The round first: SQLite keeps rows in key order, and a tally reads one round.
    Column("round", Text, ForeignKey("round.id"), primary_key=True),
    Column("id", LargeBinary, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    size_of("id", 16),
    sqlite_with_rowid=False,
)
