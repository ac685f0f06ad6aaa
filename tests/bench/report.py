"""One line of a benchmark: what was measured, against what, and the goal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A figure with its goal; `good` says whether the goal was met."""

    what: str
    figure: str
    goal: str
    good: bool
    detail: str = ""


def show(line: Line) -> str:
    """Return the line as it is printed."""
    mark = "ok  " if line.good else "MISS"
    detail = f"  ({line.detail})" if line.detail else ""
    return f"{mark}  {line.what}: {line.figure}, goal {line.goal}{detail}"
