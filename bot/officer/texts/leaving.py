"""What is kept, stopping, and erasing."""

from bot.core.languages import mark as _

STOPPED = _(
    "<b>Stopped.</b> I won't write to you again. Send /start to come back, without a code.\n\n"
    "To erase everything I hold about this chat, send /forget. Support stays open to you."
)
NOTHING_TO_STOP = _("You haven't joined, so there is nothing to stop. Support is open to you.")
FORGET_QUESTION = _(
    "<b>Erase everything I hold about this chat, now?</b>\n\n"
    "It can't be undone. Answers you sealed are already apart from you and stay in the group"
    " results; so does Telegram's own copy of this chat, until you delete it."
)
FORGET_YES = _("Erase it now")
FORGET_NO = _("Keep it")
FORGOTTEN = _(
    "<b>Erased.</b> I hold nothing about this chat any more.\n\n"
    "To join again you need a code. Support stays open to you."
)
NOTHING_TO_FORGET = _("I hold nothing about this chat. Support is open to you.")
KEPT = _("Nothing was erased.")
PRIVACY = _(
    "<b>What your force can see</b>\n\n"
    "Not your name, not your answers, not whether you answered. Only results for groups of 10 or"
    " more, in broad bands, once a round.\n\n"
    "<b>What I keep</b>\n"
    "A scrambled link to this chat, your team, and what you chose when joining. Until a round"
    " closes, a mark that this chat took part. Answers are locked and kept apart, without a name"
    " or a time.\n\n"
    "<b>What I can't promise</b>\n"
    "Telegram can technically read messages to me. A court can demand what is held, which is why"
    " so little is.\n\n"
    "/stop ends messages, /forget erases everything I hold about you."
)
