"""Which check-in a follow-up asks: after a tough job, at three days, four weeks, three months."""

from types import MappingProxyType

from storage.states import FollowUpKind

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
