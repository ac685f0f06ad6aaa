"""What Telegram shows before a chat begins, and its command menu."""

from bot.core.languages import mark as _

COMMANDS: tuple[tuple[str, str], ...] = (
    ("support", _("Where help is")),
    ("help", _("Help right now")),
    ("tough_job", _("After a tough job")),
    ("settings", _("When I write, and everything else you can set")),
    ("pause", _("No check-ins for some weeks")),
    ("language", _("The language I write in")),
    ("privacy", _("What your force can see, and what I keep")),
    ("stop", _("No more messages")),
    ("forget", _("Erase everything about this chat")),
    ("start", _("Join, or come back")),
)
DESCRIPTION = _(
    "Short, anonymous check-ins for people in demanding jobs, and the way to support. Your force"
    " cannot see your name, your answers, or whether you answered. In an emergency call 999."
)
SHORT_DESCRIPTION = _("Anonymous check-ins, and the way to support.")
