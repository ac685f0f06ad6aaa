"""Settings on one screen, pausing, and the language."""

from bot.core.languages import mark as _
from bot.core.languages import plural

TITLE = _("<b>Your settings</b>")
WHEN_ANY = _("When: any time that suits, never from {begins} to {ends}.")
WHEN_PART = _("When: {part}, never from {begins} to {ends}.")
WHEN_SHIFTS = _("When: around your shifts ({pattern}), never from {begins} to {ends}.")
WHEN_OFFICE = _("When: around office days, never from {begins} to {ends}.")
STOPPED = _("You have stopped my messages: I don't write to you.")
PAUSED = _("Paused until {day}.")
NOT_PAUSED = _("Pause: none.")
LANGUAGE_IS = _("Language: {language}.")
COUNTS_IN = _("Your answers count in {unit}, {size}.")
COUNTS_NOWHERE = _("Your team is asked nothing at the moment.")

WHEN_TO_ASK = _("When to ask")
PAUSE = _("Pause")
LANGUAGE = _("Language")
WHAT_YOU_HOLD = _("What you hold")
STOP = _("Stop messages")
START_AGAIN = _("Write to me again")
ERASE = _("Erase everything")
TOUGH_JOB = _("I've had a tough job")
TO_SETTINGS = _("‹ Settings")

NOT_JOINED = _(
    "You haven't joined, so there is nothing to set but the language.\n\n"
    "To join, open the link on your team's poster, or send me the code on it.\n\n"
    "You don't have to join to see support."
)

PAUSE_QUESTION = _(
    "<b>How long shall I be quiet?</b>\n\n"
    "I ask for no reason. When it ends I send one line, and your check-ins go on."
)
PAUSE_RUNNING = _(
    "<b>Paused until {day}.</b>\n\n"
    "When it ends I send one line, and your check-ins go on. You can end the pause now, or choose"
    " anew from today."
)
WEEKS = plural("{number} week", "{number} weeks")
PAUSE_SET = _(
    "<b>Paused until {day}.</b>\n\n"
    "No check-ins until then. When it ends I send one line, and they go on.\n\n"
    "Support stays open to you."
)
PAUSE_WHEN_STOPPED = _(
    "You have stopped my messages, so there is nothing to pause. I write again when you say so."
)
END_PAUSE = _("End the pause now")
PAUSE_ENDED = _("<b>The pause is over.</b> Your next check-in comes by itself.")
PAUSE_ENDED_DAY = _("<b>The pause is over.</b> Next: probably {day}.")

LANGUAGE_QUESTION = _("<b>Which language shall I write in?</b>")
AWAITING_REVIEW = {
    "cy": _("The Welsh awaits review by a qualified translator."),
}
LANGUAGE_SET = _("From now on I write in {language}.")
LANGUAGE_FOR_NOW = _(
    "I write in {language} for now. I can't reach my records, so please choose it again later."
)
