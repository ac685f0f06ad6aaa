"""Released findings and every band they can have, for tests of what officers are shown."""

from bot.core.disclosure.bands import Band
from bot.core.disclosure.rules import GRIDS
from bot.workflows.replies import Finding


def every_band() -> list[Band]:
    """Return every band a release can show of a share."""
    grids = {grid.width for _, grids in GRIDS for grid in grids}
    bands = {Band(low, low + width) for width in grids for low in range(0, 100, width)}
    bands |= {Band(low, 100) for low in range(0, 100, 20)}
    return sorted(bands | {Band(0, high) for high in range(20, 101, 20)})


def a_finding(band: Band, group: str = "Response Policing") -> Finding:
    """Return something officers of Response Policing said, and what was done."""
    return Finding(
        group=group,
        teams=frozenset({"harbour-response", "market-response", "night-relief"}),
        theme={"en": "Workload", "cy": "Llwyth gwaith"},
        answer={"en": "Mostly not manageable", "cy": "Methu ymdopi gan amlaf"},
        share=band,
        reply={"en": "two more people on lates from January"},
    )
