"""Where commands write and ask, and who is said to have given them."""

import getpass
import sys


def say(text: str) -> None:
    """Write a result."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def asked(text: str) -> str:
    """Return what is typed, behind a question that is no result; "" where nobody types."""
    sys.stderr.write(text)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def actor() -> str:
    """Return who acts, for the audit trail: the account on this machine."""
    try:
        return f"command line ({getpass.getuser()})"
    except (OSError, KeyError):
        return "command line"
