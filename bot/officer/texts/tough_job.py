"""After a tough job. Nothing here asks what happened."""

from bot.core.languages import mark as _
from bot.workflows.follow_up_kinds import FollowUpKind

CARD = _(
    "<b>After a tough job</b>\n\n"
    "Many people feel shaken, flat or on edge for a while. TRiM is a talk with a trained"
    " colleague, about three days on. It can help you make sense of how you're reacting and find"
    " support. Whether you have it is up to you.\n\n"
    "<b>Don't wait for my next message</b> if you feel unsafe, can't cope, or it is getting worse."
    " Call one of these, or tap Help."
)
NO_CONTACT = _("I don't have your force's TRiM contact here. These people can help:")
ASK_ME = _("Ask me in three days")
NOT_NOW = _("Not now")
NOT_NOW_ANSWER = _(
    "That's fine. Nothing was started or kept.\n\n"
    "If it comes back, tomorrow or in a year, send /tough_job. Please don't wait for that if you"
    " feel unsafe."
)
STARTED = _(
    "<b>I'll write to you three times:</b> around {first}, {second} and {third}.\n\n"
    "They come to this chat alone. Nobody is told, and I never ask what happened. To end them at"
    " any point, tap Stop these.\n\n"
    "Don't wait for me if you feel unsafe, can't cope, or it gets worse. Tap Help."
)
RUNNING = _(
    "I'm already set to write to you. The next message comes around {next}.\n\n"
    "You can keep that, or count from today instead. Don't wait for me if you feel unsafe, can't"
    " cope, or it gets worse."
)
KEEP = _("Keep it as it is")
AGAIN = _("Start again from today")
KEPT = _(
    "Kept. The next message comes around {next}.\n\n"
    "Don't wait for it if you feel unsafe, can't cope, or it gets worse."
)
NOTHING_RUNS = _("There is nothing to keep: no message is set. Send /tough_job to start.")
STOP_THESE = _("Stop these")
STOPPED = _(
    "<b>Stopped.</b> None of these messages will come, and I keep nothing about them. If you"
    " sealed answers to one, a mark of that stays until the round closes, or until /forget.\n\n"
    "If you want them back one day, send /tough_job."
)
LATER = _(
    "I can't reach my records right now, so nothing was changed. Please try again in a few"
    " minutes.\n\n"
    "If your life is in danger now, call 999. Day or night: policing crisis line 0300 131 2789,"
    " Samaritans 116 123."
)
TRY_AGAIN = _("Try again")
WHO_CAN_HELP = _("Who can help now")
ANSWER = _("Answer the questions")

SINCE: dict[FollowUpKind, str] = {
    FollowUpKind.TOUGH_JOB_3_DAYS: _("A few days ago you asked me to come back to you."),
    FollowUpKind.TOUGH_JOB_28_DAYS: _("About four weeks ago you asked me to come back to you."),
    FollowUpKind.TOUGH_JOB_90_DAYS: _(
        "About three months ago you asked me to come back to you. This is the last of these"
        " messages."
    ),
}
QUESTIONS = _(
    "There are a few short questions, if you like. None asks what happened, and you can skip any."
    " Your answers are sealed without your name."
)
NO_QUESTIONS = _(
    "I have no questions this time. If it still weighs on you, these people are there for it."
    " Please don't wait if you feel unsafe, can't cope, or it is getting worse."
)
NOTHING_ASKED = _(
    "These questions have closed, and that's fine. If it still weighs on you, people who can help"
    " are one tap away."
)
NOT_ASKED_NOW = _(
    "I have no questions this time: they are for people who have joined, and once a round. If it"
    " still weighs on you, people who can help are one tap away. Please don't wait if you feel"
    " unsafe, can't cope, or it is getting worse."
)
CLOSING = _(
    "That was the last of these messages, and nothing more comes by itself.\n\n"
    "Some jobs stay with people for a long time. If this one does, it's not too late to talk: to a"
    " TRiM contact, to someone outside work, or to your GP.\n\n"
    "You can start again at any time with /tough_job."
)
