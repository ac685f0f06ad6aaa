"""The pulse of the officers' process: what it tells with its heartbeat, as bands.

It alone may read deliveries and enrolments, so it counts them here, and what leaves is rounded.
Invitations alone are counted, sent or let go alike: what moves with reminders, or with who is
silent, tells who did not answer.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from bot.core.health import LATE_AFTER
from bot.core.vitals import Seen, Trouble, Vitals, band_of, band_of_people
from bot.workflows.moment import Now
from storage import deliveries, enrolments
from storage.engine import Storage

HOUR = timedelta(hours=1)


class Troubles:
    """Counts what goes wrong with Telegram."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._seen: dict[Trouble, Seen] = {}

    def note(self, kind: Trouble) -> None:
        """Count one more."""
        before = self._seen.get(kind)
        self._seen[kind] = Seen(before.times + 1 if before else 1, self._now())

    def seen(self) -> Mapping[Trouble, Seen]:
        """Return all kinds seen."""
        return dict(self._seen)


class Pulse:
    """Counts the invitations that wait, are late and are over."""

    def __init__(
        self, storage: Storage, now: Now, troubles: Callable[[], Mapping[Trouble, Seen]]
    ) -> None:
        self._storage, self._now, self._troubles = storage, now, troubles
        self._sent: deque[tuple[datetime, int]] = deque()
        self._enrolled: tuple[date, int] | None = None

    def note_invited(self, number: int) -> None:
        """Count invitations that are over: see `SendingReport.invited`."""
        if number:
            self._sent.append((self._now(), number))

    async def take(self) -> Vitals:
        """Return how things stand now."""
        now = self._now()
        while self._sent and now - self._sent[0][0] >= HOUR:
            self._sent.popleft()
        async with self._storage.read("pulse") as tx:
            waiting = await deliveries.number_due(tx, now)
            late = await deliveries.number_due(tx, now - LATE_AFTER)
            # Once a day: a band that changes must not tell the minute in which somebody joined.
            if self._enrolled is None or self._enrolled[0] != now.date():
                enrolled = sum((await enrolments.numbers(tx)).values())
                self._enrolled = (now.date(), band_of_people(enrolled))
        return Vitals(
            waiting=band_of_people(waiting),
            late=band_of_people(late),
            sent=band_of_people(sum(number for _, number in self._sent)),
            enrolled=self._enrolled[1],
            # Each message that goes out can add one to these, a reminder like any other.
            troubles={
                kind: Seen(band_of(seen.times), seen.last)
                for kind, seen in self._troubles().items()
            },
        )
