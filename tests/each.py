"""One test about many things: each is looked at, and every one that fails is named.

For what is cheap to look at and there are hundreds of, where a test for each would take longer
to set up than to run.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def each_holds(things: Iterable[tuple[str, Thing]], look: Callable[[Thing], None]) -> None:
    """Look at every named thing; fail with the name and the reason of each that does not hold."""
    failures, looked_at = [], 0
    for name, thing in things:
        looked_at += 1
        try:
            look(thing)
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
    assert looked_at, "there is nothing to look at"
    assert not failures, f"{len(failures)} of {looked_at}:\n" + "\n".join(failures)
