"""Profiles and addresses: what is kept about one chat, so that it can be written to.

Both are stored sealed, and neither shows anything in its text form.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.core.responses import LengthOfService, RoleType

FEWEST_ALIKE = 3
"""So many people of a team share what travels with an answer, or it does not travel."""

KEPT_FOR: Final = timedelta(days=7)
"""So long it is known on which days somebody was written to."""

MOST_KEPT: Final = 8
"""Days kept at most, so that a profile always fits under its seal."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is held about an officer besides the team. `repr` shows nothing."""

    telegram_id: int
    language: str = "en"
    role_type: RoleType = RoleType.NOT_SAID
    service: LengthOfService = LengthOfService.NOT_SAID
    times: dict[str, object] = field(default_factory=dict)
    """The JSON of the officer's contact times."""
    paused_until: date | None = None
    """The local day on which a pause ends."""
    contacted: tuple[date, ...] = ()
    """The local days of the messages of the last 7 days, oldest first."""
    ignored: int = 0
    """Rounds in a row without an answer."""
    asked_to_carry_on: bool = False
    """Whether the question after too many ignored rounds was put."""

    def __repr__(self) -> str:
        return "Profile(<sealed>)"

    def written_to_on(self, day: date) -> "Profile":
        """Return the profile after a message on a local day; days long past are dropped."""
        recent = [each for each in self.contacted if each > day - KEPT_FOR]
        return replace(self, contacted=tuple([*recent, day][-MOST_KEPT:]))

    def to_bytes(self) -> bytes:
        """Return the bytes that are sealed."""
        content = {
            "telegram_id": self.telegram_id,
            "language": self.language,
            "role_type": int(self.role_type),
            "service": int(self.service),
            "times": self.times,
            "paused_until": None if self.paused_until is None else self.paused_until.isoformat(),
            "contacted": [day.isoformat() for day in self.contacted],
            "ignored": self.ignored,
            "asked_to_carry_on": self.asked_to_carry_on,
        }
        return _packed(content)

    @staticmethod
    def from_bytes(content: bytes) -> "Profile":
        """Return the profile that `to_bytes` wrote, or wrote before it knew all these fields.

        Fields of later versions are refused.
        """
        fields: dict[str, Any] = json.loads(content)
        paused_until = fields.pop("paused_until", None)
        return Profile(
            telegram_id=fields.pop("telegram_id"),
            language=fields.pop("language"),
            role_type=RoleType(fields.pop("role_type")),
            service=LengthOfService(fields.pop("service")),
            paused_until=None if paused_until is None else date.fromisoformat(paused_until),
            contacted=tuple(date.fromisoformat(day) for day in fields.pop("contacted", ())),
            **fields,
        )


@dataclass(frozen=True, slots=True)
class FollowUpAddress:
    """Where a follow-up goes, and in which language. `repr` shows nothing."""

    telegram_id: int
    language: str = "en"
    asked_at: datetime | None = None
    """When it was asked for, where a message may be moved and not before or past a limit."""

    def __repr__(self) -> str:
        return "FollowUpAddress(<sealed>)"

    def to_bytes(self) -> bytes:
        """Return the bytes that are sealed."""
        content: dict[str, object] = {"telegram_id": self.telegram_id, "language": self.language}
        if self.asked_at is not None:
            content["asked_at"] = self.asked_at.isoformat()
        return _packed(content)

    @staticmethod
    def from_bytes(content: bytes) -> "FollowUpAddress":
        """Return the address that `to_bytes` wrote; fields of later versions are refused."""
        fields: dict[str, Any] = json.loads(content)
        asked_at = fields.pop("asked_at", None)
        moment = None if asked_at is None else datetime.fromisoformat(asked_at)
        return FollowUpAddress(asked_at=moment, **fields)


def _packed(content: dict[str, object]) -> bytes:
    # Not escaped: a letter with an accent takes two bytes then, not six.
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def travelling(profile: Profile, team: Sequence[Profile]) -> tuple[RoleType, LengthOfService]:
    """Return the role type and length of service that may travel with an answer.

    Inside the seal stands the team, too. Somebody who is the only special constable of a team
    would be known by that to whoever holds the opened response and the roster: what fewer
    than three enrolled members of the team share is left out.
    """
    both = sum(
        (other.role_type, other.service) == (profile.role_type, profile.service) for other in team
    )
    if both >= FEWEST_ALIKE:
        return profile.role_type, profile.service
    if sum(other.role_type == profile.role_type for other in team) >= FEWEST_ALIKE:
        return profile.role_type, LengthOfService.NOT_SAID
    if sum(other.service == profile.service for other in team) >= FEWEST_ALIKE:
        return RoleType.NOT_SAID, profile.service
    return RoleType.NOT_SAID, LengthOfService.NOT_SAID
