"""Check-ins: from the neutral message to the seal."""

from bot.core.languages import mark as _
from bot.core.languages import plural

READY = _("Your check-in is ready.")
"""A reminder says the same: a lock screen must not tell that somebody has not answered."""
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
UNREADABLE = _(
    "I can't read this check-in any more, so nothing was added now. The next one comes by itself."
)
"""It may be one that was abandoned: nothing is said of what was sealed before."""
NOT_NOW = _(
    "I can't open this check-in just now. Nothing was lost: please tap again in a few minutes."
)
NOT_ASKED = _(
    "This check-in isn't open for you, so nothing was stored. Your next one comes by itself."
)
ANSWERED_OR_OVER = _(
    "You have answered these questions, or their time is over. I keep nothing that tells me which."
    " Nothing was added now."
)
SEAL_LATER = _(
    "I couldn't seal your answers just now. They are still in the buttons below, and nowhere"
    " else. Please tap Seal again in a minute."
)

PROGRESS = _("{number} of {of}")
COUNTS_IN = _("<i>Counts in {unit}, {size}.</i>")
GROUP_SIZE = plural("a group of about {number} person", "a group of about {number} people")

CHOSEN_SO_FAR = _("{number} of {most} chosen.")
MOST_CHOSEN = _("That's {most}, which is the most. To change one, tap it off first.")

YOU_SAID = _("<i>You said ({group}): on “{theme}”, {share} answered “{answer}”.</i>")
WE_DID = _("<i>We did: {reply}</i>")
AT_MOST = {
    10: _("one in ten or fewer"),
    20: _("two in ten or fewer"),
    40: _("four in ten or fewer"),
    60: _("six in ten or fewer"),
    80: _("eight in ten or fewer"),
}
AT_LEAST = {
    20: _("two in ten or more"),
    40: _("four in ten or more"),
    60: _("six in ten or more"),
    80: _("eight in ten or more"),
    90: _("nine in ten or more"),
}
BETWEEN = {
    (10, 20): _("one to two in ten"),
    (20, 30): _("two to three in ten"),
    (30, 40): _("three to four in ten"),
    (40, 50): _("four to five in ten"),
    (50, 60): _("five to six in ten"),
    (60, 70): _("six to seven in ten"),
    (70, 80): _("seven to eight in ten"),
    (80, 90): _("eight to nine in ten"),
    (20, 40): _("two to four in ten"),
    (40, 60): _("four to six in ten"),
    (60, 80): _("six to eight in ten"),
}
NONE_TO_ALL = _("anything from none to all")
PER_CENT = _("{low} to {high} %")
PER_CENT_AT_MOST = _("{high} % or fewer")
PER_CENT_AT_LEAST = _("{low} % or more")
