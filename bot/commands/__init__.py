"""Commands in files of their own: each takes the settings and its arguments."""

from bot.commands import codes, teams

COMMANDS = {**codes.COMMANDS, **teams.COMMANDS}
