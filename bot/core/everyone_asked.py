"""Everyone is most of the force: nobody alone makes a few everyone, asks them, and goes back.

A check-in for everyone may say more of them than one for some teams may: it is the force. What
is looked at is heads and never who joined.
"""

from collections.abc import Mapping

from bot.core.errors import InvalidDocument
from bot.core.programme import Programme


def may_be_fewer(programme: Programme, before: Programme | None) -> bool:
    """Return whether a change takes heads from everyone asked, or newly asks everyone."""
    asking = _asking_everyone(programme)
    if not asking or before is None:
        return False
    heads = {team.id: team.headcount for team in programme.force.teams}
    fewer = any(heads.get(team.id, 0) < team.headcount for team in before.force.teams)
    return fewer or not asking <= _asking_everyone(before)


def check_everyone_alone(
    programme: Programme, had: Mapping[str, int], name: str = "programme"
) -> None:
    """Raise when fewer than half of the heads are left that the teams `had` half a year ago.

    Teams that came since do not count, and neither do heads that were added: whoever makes the
    programme could write down any number of them.
    """
    heads = {team.id: team.headcount for team in programme.force.teams}
    total = sum(had.values())
    left = sum(min(heads.get(team, 0), number) for team, number in had.items())
    if 2 * left < total:
        raise InvalidDocument(
            document=name,
            problem="a check-in for everyone expects at least half of the heads that teams had half"
            f" a year ago, or when the first round opened: {left} of {total} are left, and one"
            " person alone does not make the rest everyone",
        )


def _asking_everyone(programme: Programme) -> set[str]:
    return {each.id for each in programme.check_ins if each.audience == "everyone"}
