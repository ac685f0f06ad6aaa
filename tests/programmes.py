"""The invented force for tests: whole, or asking the weekly pulse, alone or with one more."""

from datetime import date
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


HOLIDAYS = (date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26))


@cache
def two_check_ins() -> Programme:
    """Return the same force with the pulse and a monthly check-in, both on Mondays."""
    example = pulse_alone()
    (pulse,) = example.check_ins
    monthly = pulse.model_copy(
        update={
            "id": "monthly",
            "title": {"en": "Monthly", "cy": "Misol"},
            "instrument": "monthly-wellbeing",
            "recurrence": "FREQ=MONTHLY;BYDAY=1MO",
            "prompts_per_round": 1,
            "remind_after_hours": 60,
        }
    )
    force = example.force.model_copy(update={"bank_holidays": list(HOLIDAYS)})
    return example.model_copy(update={"force": force, "check_ins": [pulse, monthly]})
