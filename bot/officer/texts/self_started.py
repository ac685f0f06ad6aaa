"""Check-ins that an officer starts: why somebody leaves, and what supervising is like."""

from bot.core.languages import mark as _

TELL_US_WHY = _("Tell us why (anonymous)")
WHY = _(
    "If you are going, you can tell us why. Your answers are sealed without your name or team,"
    " and only counted for the whole force. All I note is that this chat answered, until the"
    " round closes."
)
ANSWERED_OR_NOT_OPEN = _(
    "I can't ask you that now: you have answered already, or I'm not asking anybody. I don't say"
    " which, in case somebody else is holding your phone. Nothing was added.\n\n"
    "You can still talk it through with someone, whatever you decide."
)
NOT_JOINED = _(
    "This is for people who have joined, so that each person counts once. To join, open the link"
    " on your team's poster.\n\n"
    "You don't have to join to talk it through with someone."
)
TALK_IT_THROUGH = _("Talk it through")

SUPERVISING = _("For supervisors: two questions")
SUPERVISING_ANSWERED_OR_NOT_OPEN = _(
    "I can't ask you that now: you have answered already, or I'm not asking anybody. I don't say"
    " which, in case somebody else is holding your phone. Nothing was added."
)
SUPERVISING_NOT_JOINED = _(
    "This is for people who have joined, so that each person counts once. To join, open the link"
    " on your team's poster."
)
