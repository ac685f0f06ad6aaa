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
MENU_INTRO: dict[Need | None, str] = {
    None: _("<b>Support</b>, whenever you want it:"),
    Need.TALK: _("It can help to talk to someone who isn't at work. <b>Support:</b>"),
    Need.TRIM: _("Trained colleagues can help make sense of a tough job. <b>Support:</b>"),
    Need.HEALTH: _("Sleep and health can get better with help. <b>Support:</b>"),
    Need.ASSOCIATION: _("You don't have to sort out work alone. <b>Support:</b>"),
}
NEED_INTRO: dict[Need, str] = {
    Need.TRIM: _(
        "TRiM is a talk with a trained colleague, from about three days after a tough job. It can"
        " help you make sense of how you're reacting and find support. It is voluntary. Don't"
        " wait for it if you feel unsafe or it is getting worse."
    ),
}
NOBODY_HERE = _(
    "Your force has not given a contact for this yet. These people can help with anything:"
)

TEXT_TO = _("Text {what}")
