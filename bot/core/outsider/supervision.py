"""What themes about supervisors tell: never of fewer than three supervisors.

Within a release their groups, and what these leave over, have three. Over time the same is asked
of the parts into which the groups of several releases cut the teams, as it is of heads: a part
of one sergeant's teams must be told no more than the groups of three around it tell.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.outsider.findings import Account, Kind
from bot.core.outsider.over_time import (
    FEWEST_SUPERVISORS,
    Past,
    attack_window,
    windows_that_cut,
)
from bot.core.outsider.told import Cells, People, Told, remainders
from bot.core.outsider.within import named


def attack_supervision(releases: Sequence[Told], past: Past, account: Account) -> None:
    """Add what the releases of one instrument tell of few supervisors, oldest first."""
    for told in releases:
        _within(told, account)
    for theme in dict.fromkeys(theme for told in releases for theme in told.themes):
        speaking = [_about(told, theme) for told in releases if told.themes.get(theme)]
        for window in windows_that_cut(speaking, past.supervisors, FEWEST_SUPERVISORS):
            last = window[-1]
            attack_window(window, past.floor(last), account, past.supervisors(last))


def _within(told: Told, account: Account) -> None:
    for theme, groups in told.themes.items():
        for teams in dict.fromkeys((*groups, *remainders(groups))):
            if not teams <= told.supervisors.keys():
                continue
            number = sum(told.supervisors[team] for team in teams)
            if number < FEWEST_SUPERVISORS:
                account.add(
                    Kind.FEW_SUPERVISORS,
                    (told.round_id,),
                    told.shown.get(teams, named(teams)),
                    f"what is shown of {theme} is about {number} supervisors",
                )


def _about(told: Told, theme: str) -> Told:
    """Return what a release says of one theme alone."""
    groups = told.themes[theme]
    return replace(
        told,
        scales=(theme,),
        shown={teams: told.shown[teams] for teams in groups},
        remainders=remainders(groups),
        statements=tuple(
            said
            for said in told.statements
            if not isinstance(said, Cells)
            and said.teams in {*groups, *remainders(groups)}
            and (isinstance(said, People) or said.scale == theme)
        ),
    )
