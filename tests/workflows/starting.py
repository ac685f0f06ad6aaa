"""A programme with check-ins that officers start by themselves, open in the tests' weeks."""

from functools import cache

from bot import wiring
from bot.core.programme import CheckIn, Programme, Window
from tests.workflows.office import MONDAY


@cache
def starting(*instruments: str) -> Programme:
    """The invented force: the weekly pulse, and for each of these a check-in nobody is sent."""
    document = wiring.read_programme(wiring.example_programme_path())
    kept = [each for each in document.check_ins if each.instrument == "weekly-pulse"]
    more = [
        CheckIn(
            id=instrument,
            title={"en": instrument.capitalize()},
            instrument=instrument,
            starts_on=MONDAY,
            recurrence="FREQ=WEEKLY;INTERVAL=12;BYDAY=MO",
            window=Window.model_validate_json('{"opens": "11:00", "closes": "20:00"}'),
            invites=False,
        )
        for instrument in instruments
    ]
    return document.model_copy(update={"check_ins": [*kept, *more]})


def round_of(check_in: str) -> str:
    """Return the id of the round that a check-in opens on the tests' Monday."""
    return f"{check_in}-{MONDAY.isoformat()}"
