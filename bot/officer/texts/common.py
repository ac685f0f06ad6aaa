"""Words that stand on many screens."""

from bot.core.languages import mark as _

HELP = _("Help")
BACK = _("‹ Back")
SKIP = _("Skip")
SUPPORT = _("See support")
MENU = _("‹ All support")
OLD_BUTTON = _("That button is from an earlier message. Nothing was lost.")
CHANGE_LATER = _(
    "I can't reach my records right now, so nothing was changed. Please send it again in a few"
    " minutes.\n\n"
    "If your life is in danger now, call 999. Day or night: policing crisis line 0300 131 2789,"
    " Samaritans 116 123."
)
COMMANDS_LIST = _(
    "I don't know that one. I know:\n"
    "/help if it's urgent, /support where help is\n"
    "/tough_job after a tough job\n"
    "/settings when I write, /pause, /language\n"
    "/privacy what is kept, /stop no more messages, /forget erase everything"
)
IN_A_GROUP = _("I only work in a private chat, so that nobody can see who takes part.")
