"""The invented force for tests: whole, or asking the weekly pulse alone."""

from functools import cache

from bot import wiring
from bot.core.programme import Programme


@cache
def the_example() -> Programme:
    """Return the example programme as it ships, with every check-in."""
    return wiring.read_programme(wiring.example_programme_path())


@cache
def pulse_alone() -> Programme:
    """Return the same force with the weekly pulse and nothing else: one round at a time."""
    example = the_example()
    pulse = example.check_in("weekly-pulse")
    return example.model_copy(update={"check_ins": [pulse]})
