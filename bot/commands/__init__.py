"""Commands in files of their own: each takes the settings and its arguments."""

from bot.commands import codes, directory, schedule, teams

COMMANDS = {**codes.COMMANDS, **directory.COMMANDS, **schedule.COMMANDS, **teams.COMMANDS}
