"""A process that is killed leaves no picture of its memory: it holds keys and answers."""

import subprocess
import sys

from bot import wiring

# Allowed first as far as this account may, so that it is the program that forbids it.
CHILD = """
import resource, sys
from contextlib import suppress
from bot.__main__ import main
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
with suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
with suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (4096, 4096))
code = main(["programme", "check", sys.argv[1]])
sys.stderr.write(f"{code} {resource.getrlimit(resource.RLIMIT_CORE)}")
"""


def test_core_dumps_are_off_in_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(wiring.example_programme_path())],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "0 (0, 0)"
