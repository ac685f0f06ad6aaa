"""Commands in files of their own: each takes the settings and its arguments."""

from bot.commands import codes, directory, posters, rounds, schedule, staff, teams

COMMANDS = {
    **codes.COMMANDS,
    **directory.COMMANDS,
    **posters.COMMANDS,
    **rounds.COMMANDS,
    **schedule.COMMANDS,
    **staff.COMMANDS,
    **teams.COMMANDS,
}
