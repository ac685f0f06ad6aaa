"""A process that is killed leaves no picture of its memory: it holds keys and answers."""

import subprocess
import sys

# Allowed first as far as this account may, so that it is the program that forbids it. What a
# command does is left out: it begins with what stands then.
CHILD = """
import resource, sys
from contextlib import suppress
from bot import __main__ as program
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
with suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
with suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (4096, 4096))
def run(parsed):
    sys.stderr.write(f"{parsed.command} {resource.getrlimit(resource.RLIMIT_CORE)}")
program._run = run
raise SystemExit(program.main(["serve"]))
"""


def test_core_dumps_are_off_in_every_command() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert done.stderr == "serve (0, 0)"
