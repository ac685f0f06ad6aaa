"""Commands in files of their own: each takes the settings and its arguments."""

from bot.commands import codes, directory, posters, programme, rounds, schedule, staff, teams

COMMANDS = {
    **codes.COMMANDS,
    **directory.COMMANDS,
    **posters.COMMANDS,
    **programme.COMMANDS,
    **rounds.COMMANDS,
    **schedule.COMMANDS,
    **staff.COMMANDS,
    **teams.COMMANDS,
}
