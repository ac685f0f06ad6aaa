"""The one question after several check-ins in a row without an answer."""

from bot.core.languages import mark as _

NOTICE = _("A message about your check-ins.")
"""What a lock screen shows: not that somebody left any."""
CARRY_ON = _(
    "<b>Shall I keep writing to you?</b>\n\n"
    "You left my last few messages, and that's fine. I ask once; if you say nothing, I stay"
    " silent. Send /start to come back at any time."
)
YES = _("Yes, carry on")
PAUSE = _("Pause for 4 weeks")
STOP = _("No, stop")
GOING_ON = _(
    "<b>I'll carry on.</b> Your next check-in comes by itself.\n\n"
    "To change when I write, send /settings."
)
PAUSED = _(
    "<b>Paused until {day}.</b> I send one line then, and your check-ins go on.\n\n"
    "To choose another time, send /pause. Support stays open to you."
)
NOT_JOINED = _("You haven't joined, so I don't write to you. Support is open to you.")
