"""The drawing press: one specification in, one PNG out, in a process of its own that ends with it.

The library holds the interpreter for as long as it draws, and never gives back the memory it
took. Started by `bot.lead.drawn_apart` alone. It imports nothing of the product, is given no
setting and no secret by its environment, writes no file and fetches nothing.
"""

import json
import sys
from typing import BinaryIO

import vl_convert


def main(source: BinaryIO, target: BinaryIO) -> int:
    """Draw one picture; return the exit code."""
    order = json.loads(source.read())
    picture = vl_convert.vegalite_to_png(
        order["spec"], vl_version=order["version"], scale=order["scale"], allowed_base_urls=[]
    )
    target.write(picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.stdin.buffer, sys.stdout.buffer))
