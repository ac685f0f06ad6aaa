"""What one release tells: the tree of groups, with rates, bands, counts and cuts."""

from bot.core.outsider.attack import Attack, carry_out
from bot.core.outsider.findings import Account, Kind
from bot.core.outsider.told import FLOOR_HEADS, Share, Teams, Told

MOST_TOLD_OF_ALIKE = 80
"""“80 % or more” is the most a release may say of answers that were alike."""


def attack_release(told: Told, account: Account) -> None:
    """Add what one release tells by itself."""
    for teams, name in told.shown.items():
        if told.heads_of(teams) < FLOOR_HEADS:
            account.add(
                Kind.SMALL_GROUP,
                (told.round_id,),
                name,
                f"it is shown although it has {told.heads_of(teams)} heads",
            )
    for what in told.of_everybody:
        account.add(
            Kind.NOT_EVERYBODY,
            (told.round_id,),
            "the teams that were asked",
            f"it says {what}, though {len(told.there - told.heads.keys())} teams were not asked",
        )
    for said in told.statements:
        if isinstance(said, Share) and said.low > MOST_TOLD_OF_ALIKE:
            account.add(
                Kind.HOMOGENEOUS,
                (told.round_id,),
                told.shown[said.teams],
                f"at least {said.low} % of it answered {said.scale} alike,"
                " so nearly every one of its people did",
            )
    if told.statements:
        carry_out(
            Attack(
                rounds=(told.round_id,),
                statements=told.statements,
                heads=told.heads_of,
                small=small_groups(told),
                shown=told.shown,
                around=groups_around(told),
                prompts=told.prompts,
            ),
            account,
        )


def small_groups(told: Told) -> dict[Teams, str]:
    """Return the groups under the floor: small teams, and units of which nothing is shown."""
    small = {unit: f"the unit {named(unit)}" for unit in told.units if unit not in told.shown}
    teams = {frozenset((team,)): f"the team {team}" for team in told.heads}
    return small | {
        team: name for team, name in teams.items() if 0 < told.heads_of(team) < FLOOR_HEADS
    }


def groups_around(told: Told) -> dict[Teams, tuple[Teams, ...]]:
    """Return the groups of ten or more that a release shows, and those it leaves over."""
    around: dict[Teams, tuple[Teams, ...]] = {teams: (teams,) for teams in told.shown}
    for rest, (group, *_) in told.remainders.items():
        # However it is made: a department inside may be taken away as a whole, or unit by unit
        # and with what those leave over of it.
        inside = [teams for teams in (*told.shown, *told.remainders) if teams < group]
        around[rest] = (group, *dict.fromkeys([rest, *inside]))
    return {teams: sets for teams, sets in around.items() if told.heads_of(teams) >= FLOOR_HEADS}


def named(teams: Teams) -> str:
    """Return the ids of some teams, for people to read."""
    return " + ".join(sorted(teams))
