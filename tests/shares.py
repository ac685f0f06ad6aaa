"""How much is tried of what is tried many thousand times: the ordinary suite takes a share."""

import os

SHARE = float(os.environ.get("FUZZ", "0.05"))
"""`make fuzz` sets it to 1, and so tries everything."""


def share_of(times: int) -> int:
    """Return how often something is tried here that is tried `times` times by `make fuzz`."""
    return max(1, round(SHARE * times))
