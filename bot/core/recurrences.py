"""Recurrences: how often a check-in asks, in plain words, and as the iCalendar RRULE that is kept.

Words are for whoever sets a check-in up; rules are what a programme holds. Whatever words give
a rule, the rule gives the same words back; rules that words cannot say stay rules.
"""

import re
from datetime import date, datetime, time
from itertools import islice
from types import MappingProxyType
from typing import Final

from dateutil.rrule import rrulestr

from bot.core.errors import StandEasyError

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NUMBER_WORDS: Final = (
    *("two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve"),
)
NUMBERS: Final = MappingProxyType({word: place for place, word in enumerate(_NUMBER_WORDS, 2)})
PLACES: Final = MappingProxyType({"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1})
"""A fifth Monday is not there every month, so there is no word for it."""

LAST_CERTAIN_DAY: Final = 28
"""Later days are missing in some months: a check-in would skip those."""

_CODES = tuple(day[:2].upper() for day in DAYS)
_ONE_WORD: Final = MappingProxyType(
    {
        "daily": "every day",
        "weekly": "every week",
        "fortnightly": "every two weeks",
        "monthly": "every month",
        "quarterly": "every three months",
        "yearly": "every year",
        "every quarter": "every three months",
        "every fortnight": "every two weeks",
    }
)
_UNITS: Final = MappingProxyType(
    {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
)
_LONGEST_WORDS: Final = 120
_LONGEST_RULE: Final = 400
_MOST_PLACES: Final = 4


class UnclearRecurrence(StandEasyError):
    """The recurrence is not understood: {problem}."""

    hint = (
        "For example: every week on Monday; every four weeks on Thursday; quarterly on the first"
        " Monday; every month on the 15th; or, for experts, FREQ=WEEKLY;INTERVAL=4;BYDAY=TH."
    )


def checked_rule(value: str) -> str:
    """Return an RRULE that a check-in can have; `ValueError` says what was expected."""
    if "DTSTART" in value.upper() or "\n" in value:
        raise ValueError("expected an RRULE without DTSTART; the first day goes into starts_on")
    parts = _parts(value)
    # White space and colons would start a second line: a rule set, with times of day.
    if "FREQ" not in parts or re.search(r"[\s:]", value):
        raise ValueError("expected an RRULE such as FREQ=WEEKLY;BYDAY=MO")
    if parts["FREQ"] not in _UNITS.values():
        raise ValueError("expected FREQ to be DAILY, WEEKLY, MONTHLY or YEARLY")
    if len(value) > _LONGEST_RULE or parts.get("BYSETPOS", "").count(",") >= _MOST_PLACES:
        raise ValueError(
            f"expected at most {_LONGEST_RULE} characters, and {_MOST_PLACES} numbers in BYSETPOS"
        )
    if "BYEASTER" in parts:
        raise ValueError("expected no BYEASTER, which no calendar knows; name the days")
    if {"BYHOUR", "BYMINUTE", "BYSECOND"} & parts.keys():
        raise ValueError("expected days only; the time of day comes from the window")
    if "UNTIL" in parts:
        raise ValueError("expected no UNTIL; remove the check-in when it ends")
    for part in ("INTERVAL", "COUNT"):
        # An interval of nothing would ask on the first day for ever.
        if not re.fullmatch(r"[1-9]\d{0,3}", parts.get(part, "1")):
            raise ValueError(f"expected {part} to be a whole number from 1 to 9999")
    try:
        rrulestr(value)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("expected an RRULE such as FREQ=WEEKLY;BYDAY=MO") from None
    return value


def first_days(rule: str, starts_on: date, number: int) -> tuple[date, ...]:
    """Return the first days of an RRULE, at most so many; none where it never comes."""
    days = rrulestr(rule, dtstart=datetime.combine(starts_on, time()))
    return tuple(moment.date() for moment in islice(days, number))


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)


def kept_rule(value: str) -> str:
    """Return the RRULE that a document keeps for words or a rule; `ValueError` if it is neither."""
    if re.search(r"[=\n]|FREQ|RRULE|DTSTART", value, re.IGNORECASE):
        return checked_rule(value)
    try:
        return rule_of(value)
    except UnclearRecurrence as error:
        raise ValueError(f"{error.details['problem']}; or an RRULE") from None


# --- From words to a rule ---------------------------------------------------------------


def rule_of(words: str) -> str:
    """Return the RRULE that plain words say, or an expert wrote; raises `UnclearRecurrence`."""
    if re.search(r"\bFREQ\b|^\s*RRULE", words, re.IGNORECASE):
        try:
            return checked_rule(re.sub(r"^RRULE:", "", words.strip(), flags=re.IGNORECASE))
        except ValueError as error:
            raise UnclearRecurrence(problem=str(error)) from None
    if len(words) > _LONGEST_WORDS:
        raise UnclearRecurrence(problem=f"expected at most {_LONGEST_WORDS} characters")
    often, _, on = " ".join(words.lower().split()).partition(" on ")
    each_day = re.fullmatch(r"every (other )?(\w+day)", often)
    if each_day and not on:
        # "Every other Thursday": the day itself is the unit.
        often, on = ("every two weeks" if each_day[1] else "every week"), each_day[2]
    unit, interval = _unit_and_interval(_ONE_WORD.get(often, often))
    frequency = _UNITS[unit]
    rule = f"FREQ={frequency}" + (f";INTERVAL={interval}" if interval > 1 else "")
    return checked_rule(rule + _DAYS_OF[unit](on))


def _unit_and_interval(often: str) -> tuple[str, int]:
    found = re.fullmatch(r"every (?:(\w+) )?(day|week|month|year)(s?)", often)
    if found is None:
        raise UnclearRecurrence(
            problem="expected “every”, a number, and days, weeks, months or years"
        )
    number, unit, _ = found.groups()
    if number is None or number == "other":
        return unit, 2 if number else 1
    if number in NUMBERS:
        return unit, NUMBERS[number]
    if re.fullmatch(r"[1-9][0-9]{0,3}", number):
        return unit, int(number)
    raise UnclearRecurrence(problem="expected a number such as two, four or 12 behind “every”")


def _no_days(on: str) -> str:
    if on:
        raise UnclearRecurrence(problem="expected nothing behind “every day”")
    return ""


def _weekdays(on: str) -> str:
    names = [name for name in re.split(r", and |, | and |,", on) if name]
    unknown = [name for name in names if name.capitalize() not in DAYS]
    if unknown or not names:
        raise UnclearRecurrence(problem="expected days of the week, such as “on Monday”")
    chosen = {name.capitalize() for name in names}
    codes = [code for code, day in zip(_CODES, DAYS, strict=True) if day in chosen]
    return f";BYDAY={','.join(codes)}"


def _day_of_month(on: str) -> str:
    if on == "the last day":
        return ";BYMONTHDAY=-1"
    found = re.fullmatch(r"the (\w+) (\w+)", on)
    if found and found[1] in PLACES and found[2].capitalize() in DAYS:
        return f";BYDAY={PLACES[found[1]]}{_CODES[DAYS.index(found[2].capitalize())]}"
    found = re.fullmatch(r"(?:the|day) ([0-9]{1,2})(?:st|nd|rd|th)?", on)
    if found is None:
        raise UnclearRecurrence(
            problem="expected a day of the month, such as “on the first Monday”, “on the 15th”"
            " or “on the last day”"
        )
    return f";BYMONTHDAY={_certain(int(found[1]))}"


def _day_of_year(on: str) -> str:
    names = "|".join(MONTHS).lower()
    found = re.fullmatch(rf"(the \w+ \w+|the [0-9]+\w\w) of ({names})", on)
    if found is not None:
        day, month = _day_of_month(found[1]), found[2]
    else:
        found = re.fullmatch(rf"([0-9]{{1,2}})(?:st|nd|rd|th)? ({names})", on)
        if found is None:
            raise UnclearRecurrence(
                problem="expected a day of the year, such as “on 1 March” or “on the first Monday"
                " of March”"
            )
        day, month = f";BYMONTHDAY={_certain(int(found[1]))}", found[2]
    return f";BYMONTH={MONTHS.index(month.capitalize()) + 1}{day}"


def _certain(day: int) -> int:
    if not 1 <= day <= LAST_CERTAIN_DAY:
        raise UnclearRecurrence(
            problem=f"expected a day from 1 to {LAST_CERTAIN_DAY}, which every month has, or"
            " “the last day”"
        )
    return day


_DAYS_OF: Final = MappingProxyType(
    {"day": _no_days, "week": _weekdays, "month": _day_of_month, "year": _day_of_year}
)


# --- From a rule to words ---------------------------------------------------------------


def words_of(rule: str, starts_on: date) -> str | None:
    """Return plain words for an RRULE of a check-in; None for what only experts say.

    A rule without a day means that of the check-in's first day.
    """
    parts = _parts(rule)
    frequency = parts.pop("FREQ")
    interval = int(parts.pop("INTERVAL", "1"))
    unit = {value: key for key, value in _UNITS.items()}[frequency]
    days = _WORDS_OF[unit](parts, starts_on)
    if days is None:
        return None
    return f"{_often(unit, interval)}{days}"


def _often(unit: str, interval: int) -> str:
    if interval == 1:
        return f"every {unit}"
    if (unit, interval) == ("month", 3):
        return "quarterly"
    number = {value: word for word, value in NUMBERS.items()}.get(interval, str(interval))
    return f"every {number} {unit}s"


def _no_day_words(parts: dict[str, str], starts_on: date) -> str | None:
    return None if parts else ""


def _weekday_words(parts: dict[str, str], starts_on: date) -> str | None:
    codes = set(parts.pop("BYDAY", _CODES[starts_on.weekday()]).split(","))
    if parts or not codes <= set(_CODES):
        return None
    names = [day for code, day in zip(_CODES, DAYS, strict=True) if code in codes]
    return f" on {_listed(names)}"


def _listed(names: list[str]) -> str:
    return " and ".join([part for part in (", ".join(names[:-1]), names[-1]) if part])


def _month_words(parts: dict[str, str], starts_on: date) -> str | None:
    if not parts:
        parts = {"BYMONTHDAY": str(starts_on.day)}
    if parts.keys() == {"BYDAY"}:
        found = re.fullmatch(rf"\+?(-?\d)({'|'.join(_CODES)})", parts["BYDAY"])
        places = {number: word for word, number in PLACES.items()}
        if found is None or int(found[1]) not in places:
            return None
        return f" on the {places[int(found[1])]} {DAYS[_CODES.index(found[2])]}"
    if parts.keys() != {"BYMONTHDAY"}:
        return None
    if parts["BYMONTHDAY"] == "-1":
        return " on the last day"
    if not re.fullmatch(r"\d\d?", parts["BYMONTHDAY"]):
        return None
    day = int(parts["BYMONTHDAY"])
    return f" on the {_ordinal(day)}" if 1 <= day <= LAST_CERTAIN_DAY else None


def _ordinal(day: int) -> str:
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _year_words(parts: dict[str, str], starts_on: date) -> str | None:
    month = parts.pop("BYMONTH", "") if parts else str(starts_on.month)
    days = _month_words(parts, starts_on)
    # The last day of a month has a date; of February it has two.
    if days in (None, " on the last day") or not re.fullmatch("0?[1-9]|1[0-2]", month):
        return None
    name = MONTHS[int(month) - 1]
    dated = re.fullmatch(r" on the (\d+)\w\w", days or "")
    return f" on {dated[1]} {name}" if dated else f"{days} of {name}"


_WORDS_OF: Final = MappingProxyType(
    {"day": _no_day_words, "week": _weekday_words, "month": _month_words, "year": _year_words}
)
