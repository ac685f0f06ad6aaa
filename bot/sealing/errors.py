"""What can go wrong with keys and sealed bytes.

No message says which check of a ciphertext failed, and none carries a key, a code or a
chat id. Paths and key names are the operator's own and may be shown.
"""

from typing import ClassVar

from bot.core.errors import StandEasyError


class CannotUnseal(StandEasyError):
    """This sealed response does not open."""

    exit_code: ClassVar = 3
    """Of a process that met one and can say it in no other way."""


class CannotOpenProfile(StandEasyError):
    """This sealed profile does not open."""


class DoesNotFit(StandEasyError):
    """At most {limit} bytes can be sealed here; {size} came."""


class InvalidKey(StandEasyError):
    """Expected {expected}; got {found}."""


class UnsafeKeyFile(StandEasyError):
    """{path} must be {expected}; it is {found}."""

    hint = (
        "Key files are readable by the account of their own process alone: "
        "mode 0600 in a folder of mode 0700, no links."
    )


class KeyMissing(StandEasyError):
    """There is no key {name} in {folder}."""

    hint = "Make keys with: python -m bot keys new"


class KeyExists(StandEasyError):
    """{folder} already holds a key {name}, and keys are never overwritten."""


class KeyInUse(StandEasyError):
    """Another process works with the key {name} now."""

    hint = "Try again in a moment."
