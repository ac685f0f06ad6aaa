"""When to write: a time of day, a duty pattern, quiet hours, a cancelled rest day."""

from bot.core.contact_times.choices import Part
from bot.core.contact_times.duty_patterns import Shift
from bot.core.languages import mark as _
from bot.core.languages import plural

WHEN = _(
    "<b>When shall I write?</b>\n\n"
    "I ask so that I don't wake you or write to you at work. It is sealed with your address,"
    " apart from your answers.\n\n"
    "Now: {now}"
)
NOW_ANY = _("any time that suits.")
NOW_PART = _("{part}.")
NOW_SHIFTS = _("around your shifts: {pattern}, today is your {place}.")
NOW_OFFICE = _("around office days, Monday to Friday.")
SUITS_ME = _("A time that suits me")
SHIFTS = _("I work shifts")
QUIET_HOURS = _("Quiet hours")
CANCELLED = _("My rest day was cancelled")
BACK = _("‹ When to ask")

WHICH_PART = _("<b>Which time suits you?</b>")
PARTS = {
    Part.ANY: _("Any time"),
    Part.MORNINGS: _("Mornings"),
    Part.AFTERNOONS: _("Afternoons"),
    Part.EVENINGS: _("Evenings"),
    Part.EVENINGS_WEEKENDS: _("Evenings and weekends"),
}
PARTS_IN_A_SENTENCE = {
    Part.ANY: _("any time"),
    Part.MORNINGS: _("mornings"),
    Part.AFTERNOONS: _("afternoons"),
    Part.EVENINGS: _("evenings"),
    Part.EVENINGS_WEEKENDS: _("evenings and weekends"),
}

WHICH_PATTERN = _(
    "<b>Which pattern do you work?</b>\n\n"
    "I never write during a shift, in the hour before it, or while you sleep after nights."
)
PATTERNS = {
    "2-2-2-4": _("2 earlies, 2 lates, 2 nights, 4 off"),
    "2x2x3": _("2 on, 2 off, 3 on (12 hours)"),
    "4-on-4-off": _("4 on, 4 off (12 hours)"),
    "6-on-3-off": _("6 on, 3 off"),
    "office": _("Office days, Monday to Friday"),
}
OWN_CYCLE = _("Another one: build my own")
A_CYCLE_OF_YOUR_OWN = _("your own cycle")

TODAY_IS = _("<b>What is today?</b>\n\nFrom this I work out your shifts.")
AFTER_TODAY = _("<b>Today is your {place}.</b> What comes after it?")

PLACES = {
    Shift.EARLY: _("{nth} early"),
    Shift.LATE: _("{nth} late"),
    Shift.NIGHT: _("{nth} night"),
    Shift.DAY: _("{nth} day shift"),
    Shift.REST: _("{nth} rest day"),
}
NTH = (
    *(_("1st"), _("2nd"), _("3rd"), _("4th"), _("5th"), _("6th"), _("7th"), _("8th"), _("9th")),
    *(_("10th"), _("11th"), _("12th"), _("13th"), _("14th"), _("15th"), _("16th"), _("17th")),
    *(_("18th"), _("19th"), _("20th"), _("21st"), _("22nd"), _("23rd"), _("24th"), _("25th")),
    *(_("26th"), _("27th"), _("28th"), _("29th"), _("30th"), _("31st"), _("32nd"), _("33rd")),
    *(_("34th"), _("35th")),
)
RUNS = {
    Shift.EARLY: plural("{number} early", "{number} earlies"),
    Shift.LATE: plural("{number} late", "{number} lates"),
    Shift.NIGHT: plural("{number} night", "{number} nights"),
    Shift.DAY: plural("{number} day shift", "{number} day shifts"),
    Shift.REST: plural("{number} rest day", "{number} rest days"),
}

BUILD = _(
    "<b>Build your cycle.</b> Tap one button for each day, from any day you like, until it"
    " starts over.\n\n"
    "Nothing is kept until you say what today is."
)
BUILDING = _("<b>Your cycle so far</b>\n{days}: {runs}.")
BUILDING_LONG = _("<b>Your cycle so far</b>\n{days}, the last of them: {runs}.")
DAYS = plural("{number} day", "{number} days")
A_SHIFT_AND_A_REST = _("It needs a shift and a rest day before it is done.")
LONGEST = _("That is as long as a cycle can be.")
SHIFT_BUTTONS = {
    Shift.EARLY: _("Early"),
    Shift.LATE: _("Late"),
    Shift.NIGHT: _("Night"),
    Shift.DAY: _("Day"),
    Shift.REST: _("Rest"),
}
UNDO = _("Undo")
THAT_IS_IT = _("That's it")

WHICH_QUIET_HOURS = _(
    "<b>When shall I never write?</b>\n\n"
    "Now from {begins} to {ends}. This also holds for messages you ask me for."
)
FROM_TO = _("{begins} to {ends}")

WHICH_REST_DAY = _(
    "<b>Which rest day was cancelled?</b>\n\n"
    "I count it as a day at work and don't write on it. It is forgotten a week later."
)
NO_REST_DAY = _("By your pattern no rest day comes in the next week.")
NO_PATTERN_YET = _("I don't know your rest days yet. Tell me your shift pattern first.")
REST_DAY_CANCELLED = _(
    "<b>{cancelled} counts as a day at work now.</b> I won't write to you on it."
)

SET_PART = _("<b>Set:</b> {part}.")
SET_SHIFTS = _("<b>Set:</b> {pattern}. Today is your {place}.")
SET_OFFICE = _("<b>Set:</b> office days, Monday to Friday. I skip bank holidays.")
SET_QUIET = _("<b>Set:</b> I never write from {begins} to {ends}.")
NEXT = _("Next: probably {day}.")
NEXT_PLACE = _("Next: probably {day}, your {place}.")
NO_MOMENT = _(
    "With this I find no time for your check-ins, so none would come. Please choose something"
    " wider."
)
STOPPED = _("You have stopped my messages, so none comes until you say so.")
