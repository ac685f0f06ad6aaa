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


class KeyState(StrEnum):
    """Where a round's key pair stands."""

    UNUSED = "unused"
    TAKEN = "taken"
    DESTROYED = "destroyed"
