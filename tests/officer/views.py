"""Rounds and button makers for tests of screens, buttons and the messenger."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache

from bot import wiring
from bot.core.calendar import plan_on
from bot.core.drafts import Draft, Tap, new_draft
from bot.core.instruments import Instrument
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.core.rounds import RoundState
from bot.core.support import SupportEntry
from bot.officer.buttons import CheckInButtons
from bot.sealing.draft_tokens import DraftTokens
from bot.workflows.catalogue import Catalogue, RoundInView
from config.content import national_support
from storage.rounds import Round
from tests.programmes import pulse_alone

OFFICER = 7_000_000_001
OPENS_ON = date(2026, 11, 30)
BUTTONS = CheckInButtons(DraftTokens(bytes(range(32))))


@cache
def example_programme() -> Programme:
    """The invented force."""
    return pulse_alone()


@cache
def pulse() -> Instrument:
    """The weekly pulse."""
    return wiring.instruments_by_key()["weekly-pulse", 1]


@cache
def support() -> tuple[SupportEntry, ...]:
    """The invented force's entries and the national ones."""
    return (*example_programme().support, *national_support())


def a_view(
    instrument: Instrument | None = None, round_id: str = "weekly-pulse-2026-11-30"
) -> RoundInView:
    """An open round of the invented force."""
    programme = example_programme()
    check_in = programme.check_ins[0]
    plan = plan_on(check_in, OPENS_ON)
    assert plan is not None
    units = form_units(programme, programme.audience_of(check_in), None)
    row = Round(
        id=round_id,
        check_in=check_in.id,
        opens_on=OPENS_ON,
        state=RoundState.OPEN,
        closes_at=datetime(2026, 12, 28, tzinfo=UTC),
        prompts_opened=1,
        programme_version=1,
        sealing_key="k0",
        units=units.to_json(),
    )
    return RoundInView(row, programme, check_in, instrument or pulse(), plan, units)


def a_catalogue(*views: RoundInView) -> Catalogue:
    """A catalogue of these rounds."""
    return Catalogue({view.reference: view for view in views}, example_programme(), support())


def a_draft(view: RoundInView) -> Draft:
    """A draft of a round with nothing answered."""
    return new_draft(view.instrument, round_reference=view.reference, prompt=0, unit=0, language=0)


def maker(view: RoundInView, officer: int = OFFICER) -> Callable[[Draft, Tap], str]:
    """What makes the data of an officer's buttons."""
    return lambda draft, tap: BUTTONS.callback_data(view, draft, tap, officer)
