"""The crisis card and what follows it. Fixed: reviewed by a clinician, never generated."""

from bot.core.languages import mark as _

CRISIS_CARD = _(
    "I'm glad you told me. You don't have to deal with this on your own.\n\n"
    "<b>If your life is in danger now, or you can't keep yourself safe:</b> call 999 or go to"
    " A&amp;E.\n\n"
    "<b>Talk to someone now, day or night:</b>\n"
    "Policing crisis line 0300 131 2789 (counsellors, independent of your force)\n"
    "Samaritans 116 123 (free)\n"
    "NHS 111, choose option 2\n"
    "Text BLUELIGHT to 85258\n\n"
    "I'm an automated service. Nobody is reading this, and I don't know who you are, so I can't"
    " send help to you. The people above can help.\n\n"
    "If you can, be with someone you trust, and move away from anything you could use to hurt"
    " yourself."
)
CALL_LIST = _("Call list")
CONTACTED = _("I've contacted someone")
NOT_THROUGH = _("I couldn't get through")
NONE_SUIT = _("None of these suit me")
CALL_LIST_TITLE = _("<b>Talk to someone now</b>")
DID_YOU_REACH = _("<b>Did you reach someone?</b>")
REACHED = _("Yes, we talked")
CONTACTED_ANSWER = _("That was a hard step, and it matters.\n\n<b>Did you reach someone?</b>")
REACHED_ANSWER = _(
    "I'm glad you're not on your own with it.\n\n"
    "Stay with someone if you can. If it gets worse, or they can't help, try another number."
    " Help is always here: send HELP at any time."
)
NOT_THROUGH_ANSWER = _(
    "I'm sorry. Lines can be busy, and it's hard to try again. Please do: Samaritans 116 123, or"
    " text BLUELIGHT to 85258.\n\n"
    "If your life is in danger, or you can't keep yourself safe, call 999 now."
)
NONE_SUIT_ANSWER = _(
    "That happens, and there are other ways.\n\n"
    "If talking feels like too much, texting may be easier: BLUELIGHT to 85258. Your GP, or NHS"
    " 111, option 2, can help too.\n\n"
    "You can sit with someone you trust and just say “I'm not OK”. Or steady yourself first, and"
    " then look at the list again."
)
