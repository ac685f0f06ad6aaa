"""What is kept, stopping, and erasing."""

from bot.core.languages import mark as _
from bot.core.languages import plural
from bot.workflows.held import DeliveryState, FollowUpKind, FollowUpState

STOPPED = _(
    "<b>Stopped.</b> I won't write to you again. What you asked me for won't come either. Send"
    " /start to come back, without a code.\n\n"
    "To erase everything I hold about this chat, send /forget. Support stays open to you."
)
NOTHING_TO_STOP = _(
    "You haven't joined, so there is nothing to stop. If you asked me for messages, they won't come"
    " any more.\n\n"
    "Support is open to you."
)
FORGET_QUESTION = _(
    "<b>Erase everything I hold about this chat, now?</b>\n\n"
    "It can't be undone. Answers you sealed are already apart from you and stay in the group"
    " results; so does Telegram's own copy of this chat, until you delete it."
)
FORGET_YES = _("Erase it now")
FORGET_NO = _("Keep it")
FORGOTTEN = _(
    "<b>Erased.</b> I hold nothing about this chat any more.\n\n"
    "<b>What I can't reach</b>\n"
    "Telegram's own copy of this chat: open its menu and choose “Delete chat”.\n"
    "Answers you sealed: they carry no name, so I can't tell which are yours.\n"
    "Group results that are out already: they contain nobody.\n"
    "Backups made before now: what they hold of you is sealed, and goes when they run out.\n\n"
    "To join again you need a code. Support stays open to you."
)
NOTHING_TO_FORGET = _("I hold nothing about this chat. Support is open to you.")
KEPT = _("Nothing was erased.")
PRIVACY = _(
    "<b>What your force can see</b>\n\n"
    "Not your name, not your answers, not whether you answered. Only results for groups of 10 or"
    " more, in broad bands, once a round.\n\n"
    "<b>What I keep</b>\n"
    "A scrambled link to this chat, your team, and what you chose. The days of the last week on"
    " which I wrote. Messages you asked me for. Until a round closes, a mark that this chat took"
    " part. Answers are locked and kept apart, without a name or a time.\n\n"
    "<b>What I can't promise</b>\n"
    "Telegram can technically read messages to me. A court can demand what is held, which is why"
    " so little is.\n\n"
    "You can take back your agreement at any time. /stop ends messages, /forget erases everything"
    " I hold about you."
)
SEE_ALL = _("Everything I hold about this chat")
ERASE = _("Erase everything")

ALL = _("<b>Everything I hold about this chat</b>")
NOTHING_HELD = _("<b>I hold nothing about this chat.</b>")
JOINED = _("You joined with the team {team}. I write to you.")
JOINED_STOPPED = _("You joined with the team {team}. You stopped my messages.")
PROFILE_DAMAGED = _("The seal of your address doesn't open any more, so I can't write to you.")
NUMBER = _("Your number on Telegram, sealed: {number}.")
LANGUAGE = _("Language: {language}.")
ROLE = _("Role: {role}.")
SERVICE = _("Length of service: {service}.")
TIMES = _("When I write: {times}")
OWN_CYCLE = _("Your cycle: {runs}.")
QUIET = _("Quiet hours: {begins} to {ends}.")
CANCELLED = _("Rest days you said were cancelled: {days}.")
PAUSED = _("Paused until {day}.")
NOT_PAUSED = _("Pause: none.")
CONTACTED = _("I wrote to you on: {days}.")
NOT_CONTACTED = _("I haven't written to you first in the last week.")
IGNORED = plural(
    "{number} round in a row without an answer.", "{number} rounds in a row without an answer."
)
ASKED_TO_CARRY_ON = _("I asked whether to carry on.")
NOT_ASKED_TO_CARRY_ON = _("I haven't asked whether to carry on.")

NO_CHECK_INS = _("Messages about check-ins: none.")
PROMPT = _("<b>{title}, {day}</b>")
PROMPT_UNKNOWN = _("<b>{title}</b>")
# What is over keeps no time of its own.
INVITATIONS = {
    DeliveryState.DUE: _("Invitation planned for {day}, {time}."),
    DeliveryState.CLAIMED: _("Invitation of {day}, {time}, on its way."),
    # Also where the answers were begun on joining, and no message was sent.
    DeliveryState.SENT: _("You were asked."),
    DeliveryState.EXPIRED: _("Invitation dropped."),
}
REMINDERS = {
    DeliveryState.DUE: _("Reminder planned for {day}, {time}."),
    DeliveryState.CLAIMED: _("Reminder of {day}, {time}, on its way."),
    DeliveryState.SENT: _("Reminder sent."),
    DeliveryState.EXPIRED: _("Reminder dropped."),
}
TRIES = plural("Tried once.", "Tried {number} times.")
TOOK_PART = _("A mark that this chat took part, until the round closes.")

ANSWERED_FOLLOW_UP = _(
    "That you answered the questions of “{title}”, until that round closes. It leads to no answer."
)

ASKED_FOR = _("<b>Messages you asked me for</b>")
NOTHING_ASKED_FOR = _("Messages you asked me for: none.")
FOLLOW_UPS = {
    FollowUpKind.TOUGH_JOB_3_DAYS: _("After a tough job, three days on: {state}."),
    FollowUpKind.TOUGH_JOB_28_DAYS: _("After a tough job, four weeks on: {state}."),
    FollowUpKind.TOUGH_JOB_90_DAYS: _("After a tough job, three months on: {state}."),
    FollowUpKind.TOMORROW: _("To check on you the next day: {state}."),
    FollowUpKind.RESUME: _("To say that a pause is over: {state}."),
}
FOLLOW_UP_STATES = {
    FollowUpState.DUE: _("planned for {day}, {time}"),
    FollowUpState.CLAIMED: _("of {day}, {time}, on its way"),
    FollowUpState.SENT: _("of {day}, {time}, sent"),
}
ASKED_AT = _("The moment you asked for it is sealed with it, too, and not shown here.")
"""Whoever borrows the phone must not learn when somebody had a bad night."""
SEALED_WITH_IT = _("Sealed with it: your number {number}, and {language} as its language.")
ADDRESS_DAMAGED = _("Its seal doesn't open any more, so it can't be sent.")

LINKED_FOR_A_LEAD = _(
    "That this chat is linked for a lead, as a scrambled link of its own: nothing leads from it to"
    " anything else."
)
MEMORY = _("Until I am restarted I also remember that this chat is in {language}.")
NOT_SHOWN = _(
    "<b>What I can't show</b>\n"
    "Answers you sealed: nothing leads from you to them. Group results: they contain nobody."
)
MORE = _("More ›")
EARLIER = _("‹ Back")
