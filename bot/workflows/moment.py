"""What every use case is handed: the time and randomness are arguments, never looked up."""

from collections.abc import Callable
from datetime import datetime

Now = Callable[[], datetime]
"""Returns the present moment, aware, in UTC. The demo's clock can be moved."""

RandomBytes = Callable[[int], bytes]
"""Returns that many bytes nobody can predict."""

TICKER = "ticker"
"""Who acts in the audit trail when nobody does."""


def fraction(random: RandomBytes) -> float:
    """Return a random number in [-1, 1]."""
    return int.from_bytes(random(8), "big") / (2**63) - 1
