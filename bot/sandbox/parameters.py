"""The parameters of one Bot API call, however the client encoded them."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.refusals import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along."""

    name: str
    content: bytes


@dataclass(slots=True)
class Parameters:
    """Reads values by name; raises `Refused` (400) for what cannot be read."""

    values: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        return value is True or str(value).lower() in ("true", "1", "yes")

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'field "{name}" must be a valid Number') from None

    def number(self, name: str) -> float:
        try:
            return float(self.values.get(name) or 0)
        except (TypeError, ValueError):
            raise bad_request(f'field "{name}" must be a valid Number') from None

    def structure(self, name: str) -> Any:
        """A JSON object or array, given as such or as text; None if absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def chat_id(self) -> int:
        value = self.values.get("chat_id")
        if value is None or value == "":
            raise bad_request("chat_id is empty")
        try:
            return int(value)
        except (TypeError, ValueError):
            # Public names such as @channel lead nowhere in the sandbox.
            raise bad_request("chat not found") from None

    def chat_hint(self) -> int | None:
        """The chat for the record of calls; never raises."""
        try:
            return int(self.values["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None

    def upload(self, name: str) -> Upload | None:
        """The file of a parameter: sent under its name, by attach://, or as a known id."""
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        if name in self.files:
            return self.files[name]
        return Upload(value.rsplit("/", 1)[-1], b"") if value else None
