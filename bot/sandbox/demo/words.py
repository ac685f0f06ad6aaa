"""What the demo page says about the clock, the round and the colleagues. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.rounds import RoundState
from bot.web.words import day_in_words


@dataclass(frozen=True, slots=True)
class DemoStatus:
    """Where the product stands, for the sentence above the columns.

    `state`, `prompt`, `prompts` and `closes_on` are of the newest round; `state` is None
    before the first. `prompt` counts the prompts that have gone out, from 0; `closes_on` is
    the local day on which the round closes; `releases` counts the rounds with a result; `paused`
    says that nobody is written to about the newest round.
    """

    force: str
    timezone: str
    state: RoundState | None = None
    prompt: int = 0
    prompts: int = 0
    closes_on: date | None = None
    releases: int = 0
    paused: bool = False


def clock_in_words(now: datetime, timezone: str) -> str:
    """Return the time on the wall: "Monday 30 November 2026, 17:01"."""
    local = now.astimezone(ZoneInfo(timezone))
    return f"{local:%A} {day_in_words(local.date())}, {local:%H:%M}"


def status_in_words(status: DemoStatus, now: datetime, next_prompt: datetime | None) -> str:
    """Return the sentence above the columns."""
    earlier = "The last round has its result. " if status.releases else ""
    match status.state:
        case RoundState.OPEN if status.paused:
            return f"{earlier}An admin paused the round: answers are taken, nobody is written to."
        case RoundState.OPEN if status.prompt and status.closes_on:
            zone = ZoneInfo(status.timezone)
            # A prompt is opened at midnight, and sent at each officer's own moment.
            today = (
                next_prompt and next_prompt.astimezone(zone).date() == now.astimezone(zone).date()
            )
            return (
                f"{earlier}Check-in {status.prompt} of {status.prompts}"
                f" {'goes out today' if today else 'is out'}. Results come"
                f" on {_weekday(status.closes_on)}, not before."
            )
        case RoundState.CLOSED:
            return f"{earlier}The round has closed and takes no more answers. Next it is counted."
        case RoundState.ABANDONED:
            earlier = "The last round has no result. "
    if next_prompt is None:
        return f"{earlier}No further check-in is planned."
    day = next_prompt.astimezone(ZoneInfo(status.timezone)).date()
    if earlier:
        return f"{earlier}The next check-in comes on {_weekday(day)}."
    return f"No check-in has gone out yet. The first one comes on {_weekday(day)}."


def _weekday(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def colleagues_in_words(doing: str, done: int, of: int, joined: int, answered: int) -> str:
    """Return how far the colleagues are; `doing` is "joined", "answered" or nothing."""
    if doing:
        return f"{done} of {of} colleagues have {doing} …"
    if not joined:
        return "Your colleagues have not joined yet."
    if not answered:
        return f"{joined} colleagues have joined. They answer when their check-in comes."
    return f"{joined} colleagues have joined, {answered} have answered."
