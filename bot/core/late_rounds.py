"""Rounds that should have gone on: closed without a result, or released with answers still held.

Which of them may be released today only the tally works out. Here a round waits for every result
that came before it, so that nobody is told of one that waits its turn.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.core.programme import DAYS_BETWEEN_RELEASES, MOST_RECOUNT_DAYS

RESULT_WITHIN: Final = timedelta(days=3)
"""How long after it may be released a round may stay without a result."""

RESULT_AT_LAST: Final = timedelta(days=60)
"""How long after its end in any case: twice its turn, and some days."""

DESTROYED_WITHIN: Final = timedelta(days=MOST_RECOUNT_DAYS + 2)
"""How long after the release answers and their key may be there still."""


def waits_too_long(closed_at: datetime, releases: Iterable[datetime], at: datetime) -> bool:
    """Return whether a closed round should have had its result; `releases` are all there were."""
    due = closed_at
    for released_at in sorted(releases):
        if released_at > due + RESULT_WITHIN:
            # It should have been released by then, or before that one.
            break
        due = max(due, released_at + timedelta(days=DAYS_BETWEEN_RELEASES))
    return at >= min(due + RESULT_WITHIN, closed_at + RESULT_AT_LAST)


def is_kept_too_long(released_at: datetime, at: datetime) -> bool:
    """Return whether the answers of a released round should have been destroyed."""
    return at >= released_at + DESTROYED_WITHIN
