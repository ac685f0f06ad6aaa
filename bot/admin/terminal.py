"""Where commands write, and who is said to have given them."""

import getpass
import sys


def say(text: str) -> None:
    """Write a result."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def actor() -> str:
    """Return who acts, for the audit trail: the account on this machine."""
    try:
        return f"command line ({getpass.getuser()})"
    except (OSError, KeyError):
        return "command line"
