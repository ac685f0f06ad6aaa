"""The support menu and its pages."""

from bot.core.instruments import Need
from bot.core.languages import mark as _

NEEDS: dict[Need, str] = {
    Need.CRISIS: _("Help right now"),
    Need.TALK: _("Someone to talk to"),
    Need.TRIM: _("After a tough job: TRiM"),
    Need.HEALTH: _("Occupational health"),
    # Neutral on purpose: somebody at home may look at this screen.
    Need.HOME: _("Home and family"),
    Need.ASSOCIATION: _("Staff associations"),
    Need.CHAPLAINCY: _("Chaplaincy"),
    Need.READ: _("Things to read and hear"),
    Need.LEAVING: _("Thinking of leaving"),
}
NEED_BUTTONS: dict[Need, str] = {
    Need.CRISIS: _("Help right now"),
    Need.TALK: _("Talk to someone"),
    Need.TRIM: _("TRiM"),
    Need.HEALTH: _("Health at work"),
    Need.HOME: _("Home and family"),
    Need.ASSOCIATION: _("Associations"),
    Need.CHAPLAINCY: _("Chaplaincy"),
    Need.READ: _("Read and listen"),
    Need.LEAVING: _("Thinking of leaving"),
}
TOUGH_JOB = _("I've had a tough job")
MENU_INTRO: dict[Need | None, str] = {
    None: _("<b>Support</b>, whenever you want it:"),
    Need.TALK: _("It can help to talk to someone who isn't at work. <b>Support:</b>"),
    Need.TRIM: _("Trained colleagues can help make sense of a tough job. <b>Support:</b>"),
    Need.HEALTH: _("Sleep and health can get better with help. <b>Support:</b>"),
    Need.ASSOCIATION: _("You don't have to sort out work alone. <b>Support:</b>"),
    Need.LEAVING: _("You can talk it through before you decide. <b>Support:</b>"),
}
NEED_INTRO: dict[Need, str] = {
    Need.CRISIS: _("If your life is in danger now, call 999. The others answer day and night."),
    Need.TALK: _("Say as much or as little as you like. You don't need a reason to call."),
    Need.TRIM: _(
        "TRiM is a talk with a trained colleague, from about three days after a tough job. It can"
        " help you make sense of how you're reacting and find support. It is voluntary. Don't"
        " wait for it if you feel unsafe or it is getting worse."
    ),
    Need.HEALTH: _(
        "Sleep, pain, stress and illness can get better with help. You can also ask your GP, who"
        " doesn't work for your force."
    ),
    Need.HOME: _(
        "Things at home can weigh on anyone. These people listen, and help you think about what"
        " comes next.\n\n"
        "Quick exit puts an everyday message in place of this one."
    ),
    Need.ASSOCIATION: _("They can advise you about work and stand by you in meetings."),
    Need.CHAPLAINCY: _("Chaplains listen to people of any faith and of none."),
    Need.READ: _("For a quiet moment. Start and stop where you like."),
    Need.LEAVING: _(
        "You can talk it through before you decide. A talk binds you to nothing, and it may show"
        " a way you hadn't thought of."
    ),
}
NOBODY_HERE = _(
    "Your force has not given a contact for this yet. These people can help with anything:"
)

TEXT_TO = _("Text {word} to {number}")

QUICK_EXIT = _("‹ Quick exit")
EVERYDAY = _("Your next check-in comes by itself.")
"""What stands there after a quick exit: nothing anybody would ask about."""
