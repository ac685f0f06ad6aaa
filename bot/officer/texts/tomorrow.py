""" "Check on me tomorrow": a timer, and nothing else."""

from bot.core.languages import mark as _

CHECK_ON_ME = _("Check on me tomorrow")
SET = _(
    "I'll write to you on {day}, at about {time}. It is a timer: nothing else is kept, and nobody"
    " is told.\n\n"
    "If it gets worse before then, please don't wait. Tap Help, or call 999 if your life is in"
    " danger."
)
TAKE_BACK = _("Take it back")
TAKEN_BACK = _("The timer is off. Help is here all the same, day and night.")
LATER = _(
    "I'm sorry, I can't set the timer just now. You can try again in a few minutes.\n\n"
    "People to talk to are there now: policing crisis line 0300 131 2789, Samaritans 116 123. If"
    " your life is in danger, call 999."
)
TRY_AGAIN = _("Try again")
CHECKING_ON = _(
    "You asked me to check on you.\n\n"
    "However it is now, you don't have to carry it alone. I'm an automated service, and I"
    " keep nothing of what you tap. The people behind these buttons can help."
)
TALK = _("Talk to someone")
OK_FOR_NOW = _("I'm OK for now")
OK_ANSWER = _(
    "I'm glad you looked in. Be kind to yourself today.\n\n"
    "If that changes, help is here day and night. Send HELP at any time."
)
