"""Colleagues for the demo: invented officers who join and answer through phones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TeamInvitation:
    """What a team's poster says: `team` is the id in the programme."""

    team: str
    name: str
    code: str
    headcount: int
