"""Workbooks read by another process, which the kernel ends when a file asks for too much.

Only what comes back is looked at here: plain values, or in one word why there are none.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

PATIENCE: Final = 40.0
"""Seconds, where the processor is busy with something else."""

_PRESS: Final = Path(__file__).with_name("workbook_press.py")


def read_apart(content: bytes, sheet: str | None, rows: int, columns: int) -> dict[str, Any] | None:
    """Return what the workbook press says of a file; None if it took too much.

    Rows and columns are the most that are wanted: reading ends with the first one above.
    """
    order = {"sheet": sheet, "rows": rows, "columns": columns}
    try:
        # `-I` and no environment: nothing around the program changes what runs.
        done = subprocess.run(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-I", str(_PRESS)],
            input=json.dumps(order).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            # What a library complains about could repeat a cell.
            stderr=subprocess.DEVNULL,
            env={},
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
