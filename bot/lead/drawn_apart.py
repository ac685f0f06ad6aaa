"""Pictures drawn by another process: nobody who taps waits while one is made.

For the process that answers officers. It gives the same bytes as `drawing.as_png`.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Final

from bot.core.characters import cleaned
from bot.core.errors import StandEasyError
from bot.lead.drawing import PIXELS_PER_POINT, VEGA_LITE, Spec, with_title

PATIENCE: Final = 60.0
"""Seconds after which a picture is given up; one takes a second or two."""

_PRESS: Final = Path(__file__).with_name("drawing_press.py")
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class PictureNotMade(StandEasyError):
    """A picture could not be drawn: expected a PNG from the drawing press."""

    hint = "Nothing was changed. The pages are not affected."


async def png_drawn_apart(spec: Spec) -> bytes:
    """Return a picture as PNG, its title above it; raises `PictureNotMade`."""
    order = {"spec": with_title(cleaned(spec)), "version": VEGA_LITE, "scale": PIXELS_PER_POINT}
    # `-I` and no environment: nothing around the program changes what runs.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(_PRESS), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
    )
    try:
        async with asyncio.timeout(PATIENCE):
            picture, _ = await process.communicate(json.dumps(order).encode())
    except TimeoutError:
        raise PictureNotMade from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not picture.startswith(_PNG):
        raise PictureNotMade
    return picture
