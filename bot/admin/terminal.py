"""Where commands write and ask, and who is said to have given them."""

import os
import pwd
import re
import sys

_UID = re.compile("[0-9]{1,9}")


def say(text: str) -> None:
    """Write a result."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def asked(text: str) -> str:
    """Return what is typed, behind a question that is no result; "" where nobody types."""
    sys.stderr.write(text)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def actor(*, sudo: bool = True) -> str:
    """Return who acts, for the audit trail: the account of this process, by the machine.

    Behind it, where sudo says so, whose account began it: the environment alone says that, so
    it makes nobody another person.
    """
    name = _account(os.getuid())
    began = os.environ.get("SUDO_UID", "")
    named = sudo and _UID.fullmatch(began)
    behind = f", by sudo of {_account(int(began))}" if named else ""
    return f"command line ({name}{behind})"


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
