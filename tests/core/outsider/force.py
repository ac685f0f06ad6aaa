"""An invented force as it is at one moment: people in teams, teams in departments."""

from dataclasses import dataclass, field

from bot.core.programme import Department, DisclosureSettings, Force, Programme, Team

Person = tuple[int, int, tuple[int, ...] | None]
"""Role type, length of service, and the group of answers for each scale: -1 skipped it. Without
answers they are silent."""


@dataclass
class Organisation:
    """The force as it is now: people by team, teams by department."""

    people: dict[str, list[Person]] = field(default_factory=dict)
    departments: dict[str, list[str]] = field(default_factory=dict)
    high_stress: set[str] = field(default_factory=set)
    made: int = 0

    def new_team(self, department: str, people: list[Person]) -> str:
        """Add a team under a name that was never used."""
        name = f"t{self.made}"
        self.made += 1
        self.people[name] = people
        self.departments[department].append(name)
        return name

    def drop(self, team: str) -> list[Person]:
        """Take a team away and return its people."""
        self.departments[self.home(team)].remove(team)
        return self.people.pop(team)

    def home(self, team: str) -> str:
        """The department of a team."""
        return next(name for name, teams in self.departments.items() if team in teams)

    def teams(self) -> dict[str, Team]:
        """The teams, as `protect` takes them."""
        return {
            name: Team.model_construct(
                id=name,
                name=name,
                headcount=len(people),
                supervisors=1 + len(people) // 8,
                high_stress=name in self.high_stress,
            )
            for name, people in self.people.items()
        }

    def programme(self) -> Programme:
        """The programme that says so."""
        teams = self.teams()
        return Programme.model_construct(
            format=1,
            force=Force.model_construct(
                id="nowhere",
                name="Nowhere Constabulary",
                departments=[
                    Department.model_construct(
                        id=name, name=name, teams=[teams[team] for team in members]
                    )
                    for name, members in self.departments.items()
                    if members
                ],
            ),
            check_ins=[],
            disclosure=DisclosureSettings(),
        )
