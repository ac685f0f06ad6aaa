"""The command line. Results go to standard output, everything else to standard error."""

import gc
import resource
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.admin.arguments import command_line
from bot.core.errors import StandEasyError


def main(given: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parsed = command_line.parse(sys.argv[1:] if given is None else given)
    # A core dump would hold keys, and answers on their way into the seal.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _run(parsed)
    except StandEasyError as error:
        sys.stderr.write(f"{error} {error.hint}".strip() + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _run(parsed: Namespace) -> None:
    # Not at the top: containers ask for their health once a minute, and all the other commands
    # take a second of the processor to load.
    if parsed.command == "health":
        from bot import looking

        looking.run(parsed)
    else:
        with _loading():
            from bot import every_command

        every_command.run(parsed)


@contextmanager
def _loading() -> Iterator[None]:
    """Look for no rubbish among what is loaded, neither meanwhile nor later: it all stays.

    That was a third of a short command, and the end of a process looks through it once more.
    """
    if "bot.every_command" in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


if __name__ == "__main__":
    raise SystemExit(main())
