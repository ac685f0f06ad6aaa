"""When somebody may be written to, one minute at a time, from the sentences of "When to ask".

Written without looking at the rules: it knows letters, clocks and days, asks of each minute
whether any sentence forbids it, and finds instants by reading the local clock until it shows
what is wanted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONDON = "Europe/London"

# Hours of the day a shift begins and ends; from 24 on it is the next day.
THREE_SHIFTS = {"E": (7, 16), "L": (14, 24), "N": (22, 31), "D": (8, 17)}
TWELVE_HOURS = {"D": (7, 19), "N": (19, 31)}


@dataclass(frozen=True)
class Said:
    """What somebody said, and what the programme says, in numbers and letters."""

    letters: str = ""
    begins_on: date = date(2026, 1, 1)
    hours: Mapping[str, tuple[int, int]] = field(default_factory=lambda: THREE_SHIFTS)
    window: tuple[int, int] = (11 * 60, 20 * 60)
    quiet: tuple[int, int] = (21 * 60, 9 * 60)
    """Minutes of the local day, like the window."""
    part: tuple[int, int] = (0, 24 * 60)
    part_is_for_weekdays: bool = False
    cancelled: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    contacted: tuple[date, ...] = ()
    paused_until: date = date.min
    zone: str = LONDON

    def letter(self, day: date) -> str:
        """What is worked on a day; nothing is known of somebody without a pattern."""
        if not self.letters:
            return "-"
        letter = self.letters[(day - self.begins_on).days % len(self.letters)]
        return "D" if letter == "R" and day in self.cancelled else letter

    def shift(self, day: date) -> tuple[datetime, datetime]:
        """When the shift of a day begins and ends."""
        begins, ends = self.hours[self.letter(day)]
        return first_minute(day, begins, self.zone), first_minute(day, ends, self.zone)

    def is_second_rest_day(self, day: date) -> bool:
        """Rest, after rest, after something else."""
        last_three = "".join(self.letter(day - back * DAY) for back in (2, 1, 0))
        return last_three[1:] == "RR" and last_three[0] != "R"


@cache
def first_minute(day: date, hour: int, zone: str) -> datetime:
    """The first minute at which the clock on the wall shows this hour of this day, or later."""
    wanted = datetime.combine(day + hour // 24 * DAY, time(hour % 24))
    near = wanted.replace(tzinfo=UTC)
    offsets = [(near + days * DAY).astimezone(ZoneInfo(zone)).utcoffset() for days in (-1, 1)]
    minute = near - max(offset for offset in offsets if offset is not None)
    while minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted:
        minute += MINUTE
    return minute


def may_write(minute: datetime, said: Said) -> bool:
    """Whether no sentence forbids this minute."""
    local = minute.astimezone(ZoneInfo(said.zone))
    today, clock = local.date(), local.hour * 60 + local.minute
    return (
        _is_in_hours(clock, today, said)
        and today not in said.cancelled | said.holidays
        and today >= said.paused_until
        and not _is_one_too_many(today, said)
        and not (said.letters and _is_spoilt_by_duty(minute, today, clock, said))
    )


def _is_in_hours(clock: int, today: date, said: Said) -> bool:
    if not said.window[0] <= clock < said.window[1]:
        return False
    begins, ends = said.quiet
    is_quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if is_quiet:
        return False
    if said.part_is_for_weekdays and today.strftime("%a") in ("Sat", "Sun"):
        return True
    return said.part[0] <= clock < said.part[1]


def _is_one_too_many(today: date, said: Said) -> bool:
    """One message a day and two a week."""
    if today in said.contacted:
        return True
    return any(
        sum(start <= other < start + 7 * DAY for other in (*said.contacted, today)) > 2
        for start in (today - back * DAY for back in range(7))
    )


def _is_spoilt_by_duty(minute: datetime, today: date, clock: int, said: Said) -> bool:
    for day in (today + near * DAY for near in (-2, -1, 0, 1)):
        letter = said.letter(day)
        if letter == "R":
            continue
        begins, ends = said.shift(day)
        # Never during a declared shift or the hour before it.
        if begins - HOUR <= minute < ends:
            return True
        if letter == "N":
            # Within 10 h after a night shift's end.
            if ends <= minute < ends + 10 * HOUR:
                return True
            # Between two nights.
            if said.letter(day + DAY) == "N" and ends <= minute < said.shift(day + DAY)[0]:
                return True
    # Before 16:00 on the first rest day after nights.
    return clock < 16 * 60 and _is_first_rest_day_after_nights(today, said)


def _is_first_rest_day_after_nights(today: date, said: Said) -> bool:
    if said.letter(today) != "R":
        return False
    bare = Said(said.letters, said.begins_on)
    day = today - DAY
    while day in said.cancelled and bare.letter(day) == "R":
        day -= DAY
    return said.letter(day) == "N"


def minutes(begin: datetime, end: datetime, step: int) -> Iterator[datetime]:
    """Every so manieth minute from `begin` on, before `end`."""
    while begin < end:
        yield begin
        begin += step * MINUTE


def first_allowed(begin: datetime, end: datetime, said: Said, step: int) -> datetime | None:
    """The first of these minutes that nothing forbids."""
    return next((minute for minute in minutes(begin, end, step) if may_write(minute, said)), None)
