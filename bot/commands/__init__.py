"""Commands in files of their own: each takes the settings and its arguments."""

from bot.commands import codes, directory, teams

COMMANDS = {**codes.COMMANDS, **directory.COMMANDS, **teams.COMMANDS}
