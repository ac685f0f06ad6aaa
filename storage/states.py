"""The states and kinds that rows can have; the tables check them too."""

from enum import StrEnum


class EnrolmentState(StrEnum):
    """Whether an officer is written to."""

    ACTIVE = "active"
    STOPPED = "stopped"


class DeliveryKind(StrEnum):
    """What is sent."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class DeliveryState(StrEnum):
    """Where a message to be sent stands; `CLAIMED` is a lease that runs out."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    EXPIRED = "expired"


class FollowUpKind(StrEnum):
    """What an officer asked to be written to about."""

    TOUGH_JOB_3_DAYS = "tough-job-3-days"
    TOUGH_JOB_28_DAYS = "tough-job-28-days"
    TOUGH_JOB_90_DAYS = "tough-job-90-days"
    TOMORROW = "tomorrow"
    RESUME = "resume"


class FollowUpState(StrEnum):
    """Where a follow-up stands; `CLAIMED` is a lease that runs out, `SENT` may be answered."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"


class ActionStep(StrEnum):
    """What is said of an action; what was recorded first is never changed."""

    RECORDED = "recorded"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What became of a change that waited for a second admin."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class KeyState(StrEnum):
    """Where a round's key pair stands."""

    UNUSED = "unused"
    TAKEN = "taken"
    DESTROYED = "destroyed"
