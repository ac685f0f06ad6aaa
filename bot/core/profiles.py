"""Profiles: what is kept about one chat, so that it can be written to. Stored sealed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.responses import LengthOfService, RoleType

FEWEST_ALIKE = 3
"""So many people of a team share what travels with an answer, or it does not travel."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is held about an officer besides the team. `repr` shows nothing."""

    telegram_id: int
    language: str = "en"
    role_type: RoleType = RoleType.NOT_SAID
    service: LengthOfService = LengthOfService.NOT_SAID

    def __repr__(self) -> str:
        return "Profile(<sealed>)"

    def to_bytes(self) -> bytes:
        """Return the bytes that are sealed."""
        content = {
            "telegram_id": self.telegram_id,
            "language": self.language,
            "role_type": int(self.role_type),
            "service": int(self.service),
        }
        return json.dumps(content, separators=(",", ":")).encode()

    @staticmethod
    def from_bytes(content: bytes) -> "Profile":
        """Return the profile that `to_bytes` wrote; fields of later versions are refused."""
        fields: dict[str, Any] = json.loads(content)
        return Profile(
            telegram_id=fields.pop("telegram_id"),
            language=fields.pop("language"),
            role_type=RoleType(fields.pop("role_type")),
            service=LengthOfService(fields.pop("service")),
            **fields,
        )


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
