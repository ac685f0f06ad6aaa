"""Check-ins: from the neutral message to the seal."""

from bot.core.languages import mark as _
from bot.core.languages import plural

READY = _("Your check-in is ready.")
REMINDER = _("Your check-in is still open.")
OPEN = _("Open")
TO_REVIEW = _("‹ Review")
DONE = _("That's it")
SEAL = _("🔒 Seal my answers")
SKIPPED = _("skipped")
CHECK_YOUR_ANSWERS = _("<b>Check your answers.</b> Tap one to change it.")
NOTHING_TO_SEAL = _(
    "<b>You skipped every question.</b> That's fine: there is nothing to seal. Tap one to answer"
    " it, or leave it at that."
)
SEALED = _(
    "🔒 <b>Sealed.</b> Your answers went into a locked box without your name. They come out only as"
    " part of a group of ten or more."
)
SEALED_BEFORE = _(
    "🔒 <b>Sealed already.</b> I have your answers to this check-in, once. Nothing was added."
)
CLOSED = _(
    "This check-in has closed. What you sealed before counts; nothing was added now. The next one"
    " comes by itself."
)
NOT_ASKED = _(
    "This check-in isn't open for you, so nothing was stored. Your next one comes by itself."
)
SEAL_LATER = _(
    "I couldn't seal your answers just now. They are still in the buttons below, and nowhere"
    " else. Please tap Seal again in a minute."
)

PROGRESS = _("{number} of {of}")
COUNTS_IN = _("<i>Counts in {unit}, {size}.</i>")
GROUP_SIZE = plural("a group of about {number} person", "a group of about {number} people")
