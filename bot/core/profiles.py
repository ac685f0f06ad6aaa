"""Profiles: what is kept about one chat, so that it can be written to. Stored sealed."""

import json
from dataclasses import dataclass
from typing import Any

from bot.core.responses import LengthOfService, RoleType


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
