"""The roles of the three processes on PostgreSQL: what each may do with each table.

Migrations make and grant them; a test holds what they granted against this table, which knows
every table there is. The owner, who migrates, may do everything.
"""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Who a process is to the database. Its account is a member of one of these."""

    OFFICERS = "standeasy_officers"
    DASHBOARD = "standeasy_dashboard"
    TALLY = "standeasy_tally"


ROLES: Final = tuple(role.value for role in Role)
