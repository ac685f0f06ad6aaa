"""Starting: what takes long to load is loaded by the command that needs it, and by no other."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAVY = ("numpy", "scipy", "vl_convert", "typst", "xlsxwriter", "opendp", "webauthn", "authlib")


def test_no_command_loads_what_only_some_need() -> None:
    loads = "import sys, bot.__main__, bot.every_command"
    code = f"{loads}; print(*(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []
