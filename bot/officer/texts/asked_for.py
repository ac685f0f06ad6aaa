"""What a lock screen shows of messages that somebody asked for: nothing anybody could read."""

from bot.core.languages import mark as _

NOTICE = _("A message you asked for.")
RESUMED = _("Your check-ins start again.")
SETTINGS = _("Settings")
