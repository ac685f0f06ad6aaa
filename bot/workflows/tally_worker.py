"""A worker of the tally: opens sealed responses in a process of its own, one chunk at a time.

Started by `bot.workflows.tally_workers` alone. It reads the opening key of its one round from
the tally's own folder, is given no setting and no secret by its environment, and forgets each
chunk when it has been handed back. It imports little: there may be one for each processor.
"""

import json
import resource
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from bot.sealing.errors import CannotUnseal
from bot.sealing.key_store import KeyFolder, OpeningKeys
from bot.sealing.seal import SEALED_SIZE
from bot.sealing.unseal import Unsealer


def main(source: BinaryIO, target: BinaryIO) -> int:
    """Open what comes until nothing more does; return the exit code."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder, key, round_id = json.loads(source.readline())
    unsealer = Unsealer(OpeningKeys(KeyFolder(Path(folder))).get(key), round_id)
    while head := source.read(4):
        (number,) = struct.unpack(">I", head)
        chunk = source.read(number * SEALED_SIZE)
        try:
            opened = [
                unsealer.unseal(chunk[place : place + SEALED_SIZE])
                for place in range(0, len(chunk), SEALED_SIZE)
            ]
        except CannotUnseal:
            return CannotUnseal.exit_code
        answer = _packed(opened)
        target.write(struct.pack(">I", len(answer)) + answer)
        target.flush()
    return 0


def _packed(opened: Sequence[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(each)) + each for each in opened)


if __name__ == "__main__":
    raise SystemExit(main(sys.stdin.buffer, sys.stdout.buffer))
