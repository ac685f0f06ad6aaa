"""The command line. Results go to standard output, everything else to standard error."""

import resource
import sys
from argparse import Namespace
from collections.abc import Sequence

from bot.admin import arguments
from bot.core.errors import StandEasyError


def main(given: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parsed = arguments.parse(sys.argv[1:] if given is None else given)
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
        from bot import every_command

        every_command.run(parsed)


if __name__ == "__main__":
    raise SystemExit(main())
