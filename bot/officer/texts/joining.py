"""Joining with a code."""

from bot.core.languages import mark as _

WELCOME = _(
    "<b>Stand Easy</b> asks how you are, briefly, and shows you where support is.\n\n"
    "To join, open the link on your team's poster, or send me the code on it.\n\n"
    "You don't have to join to see support."
)
WELCOME_BACK = _(
    "You have joined. Your next check-in comes by itself.\n\n"
    "Support is open to you whenever you want it."
)
RESUMED = _("Welcome back. Your next check-in comes by itself.")
AGREE = _("I agree, let me in")
DECLINE = _("No thanks")
DECLINED = _("That's fine. I kept nothing. Support is open to you all the same.")
CODE_UNKNOWN = _(
    "I don't know that code. Please check it against your team's poster and send it again.\n\n"
    "If it was no code: in an emergency call 999, and Help below is for you.\n\n"
    "Nothing was lost, and support is open to you without a code."
)
CODE_USED_UP = _(
    "That code has been used as often as it can be. Your well-being team can make a new one.\n\n"
    "Support is open to you without a code."
)
CODE_EXPIRED = _(
    "That code has run out. Your well-being team can make a new one.\n\n"
    "Support is open to you without a code."
)
TEAM_FULL = _(
    "As many people have joined with this team as it has members, so I can't add more.\n\n"
    "Please tell your well-being team. Support is open to you all the same."
)
OTHER_TEAM = _(
    "You have joined with another team. To move, send /forget first, then use this code again.\n\n"
    "Nothing was changed, and support is open to you."
)
NOT_YET = _(
    "Your force is still setting this up, so I can't let anybody in yet. Your code stays good:"
    " please try it again in a few days.\n\n"
    "Support is open to you without a code."
)
TOO_MANY_TRIES = _(
    "That's a lot of codes in a short time. Please wait an hour and try again.\n\n"
    "Support is open to you now."
)
CODE_LATER = _(
    "I can't check codes right now. Please send it again in a few minutes; nothing was lost.\n\n"
    "Support is open to you now."
)
ASK_ROLE = _(
    "<b>You're in.</b>\n\n"
    "Two optional questions, asked once. They are sealed inside your answers, and used for the"
    " whole force only.\n\n"
    "<b>What do you do here?</b>"
)
ASK_SERVICE = _("<b>How long have you served?</b>")
RATHER_NOT = _("Rather not say")
ROLES = {1: _("Police officer"), 2: _("Police staff"), 3: _("Special constable"), 4: _("Volunteer")}
SERVICES = {
    1: _("Under 1 year"),
    2: _("1 to 4 years"),
    3: _("5 to 9 years"),
    4: _("10 to 19 years"),
    5: _("20 years or more"),
}

PROMISES = _(
    "<b>Before you join</b>\n\n"
    "Your force cannot see your name, your answers, or whether you answered.\n\n"
    "It sees results only for groups of 10 or more, in broad bands."
)
COUNTS_IN = _("You would count in <b>{unit}</b>, {size}.")
COUNTS_NOT_YET = _(
    "Your team is new and small: it is asked nothing until its answers can count in a large"
    " enough group."
)
LIMITS = _(
    "Telegram can technically read messages to me. I keep a scrambled link to this chat, apart"
    " from the answers. A court can demand what is held, which is why so little is.\n\n"
    "Please type no names and no case details. Nobody reads along, so I can't send help: in an"
    " emergency call 999.\n\n"
    "You can take your agreement back at any time: /stop ends messages, /forget erases everything"
    " I hold about you."
)
JOINED_OPEN = _(
    "<b>That's all.</b> A check-in is open for you until {day}. It takes under a minute.\n\n"
    "Start it now, or come back to it here. You can skip any question; /stop ends messages and"
    " /forget erases everything."
)
JOINED_DAY = _(
    "<b>That's all.</b> Your first check-in comes on {day}. It takes under a minute.\n\n"
    "You can skip any question. /stop ends messages and /forget erases everything."
)
JOINED = _(
    "<b>That's all.</b> Your check-ins come here. Each takes under a minute.\n\n"
    "You can skip any question. /stop ends messages and /forget erases everything."
)
START_NOW = _("Start now")
WHEN = _("Choose when I write")
SETTINGS = _("Settings")
TOUGH_JOB = _("I've had a tough job")
