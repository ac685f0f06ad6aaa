"""What each kind of follow-up is for, which check-in it asks, and when it comes.

After a tough job: at 72 hours, 28 and 90 days.
"""

from types import MappingProxyType

from bot.core.contact_times.follow_ups import FollowUpAfter
from bot.sealing.address import FollowUpPurpose
from storage.states import FollowUpKind as FollowUpKind

INSTRUMENT_OF: MappingProxyType[FollowUpKind, str] = MappingProxyType(
    {
        FollowUpKind.TOUGH_JOB_3_DAYS: "tough-job-3-days",
        FollowUpKind.TOUGH_JOB_28_DAYS: "tough-job-28-days",
        FollowUpKind.TOUGH_JOB_90_DAYS: "tough-job-90-days",
    }
)
"""The other kinds ask nothing: they only say something."""

KIND_OF: MappingProxyType[str, FollowUpKind] = MappingProxyType(
    {instrument: kind for kind, instrument in INSTRUMENT_OF.items()}
)

AFTER: MappingProxyType[FollowUpKind, FollowUpAfter] = MappingProxyType(
    {
        FollowUpKind.TOUGH_JOB_3_DAYS: FollowUpAfter.HOURS_72,
        FollowUpKind.TOUGH_JOB_28_DAYS: FollowUpAfter.DAYS_28,
        FollowUpKind.TOUGH_JOB_90_DAYS: FollowUpAfter.DAYS_90,
    }
)
"""Earliest first: the order in which they come."""

TOUGH_JOB = tuple(AFTER)

PURPOSE_OF: MappingProxyType[FollowUpKind, FollowUpPurpose] = MappingProxyType(
    {
        **dict.fromkeys(TOUGH_JOB, FollowUpPurpose.TOUGH_JOB),
        FollowUpKind.TOMORROW: FollowUpPurpose.TOMORROW,
        FollowUpKind.RESUME: FollowUpPurpose.PAUSE,
    }
)
"""A pause writes a row beside a profile: what finds that row must find nothing else."""
