"""Paper beside pages: a template and its content become a PDF, in a process of its own.

Tagged, with its own fonts, nothing fetched; the same content gives the same bytes.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

_PRESS: Final = Path(__file__).with_name("press.py")


def printed_apart(template: Path, content: str, patience: float) -> bytes | None:
    """Return a PDF of content, one JSON text, in at most so many seconds; None if there is none.

    What the press complained about is left out: it could repeat a name, or a code.
    """
    try:
        # `-I` and no environment: nothing around the program changes what runs. Content goes
        # through a pipe, where no list of processes shows it.
        done = subprocess.run(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-I", str(_PRESS), str(template)],
            input=content.encode(),
            capture_output=True,
            env={},
            timeout=patience,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
