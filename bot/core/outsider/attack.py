"""One attack: a list of statements, and what they say together of groups under the floor.

What is not settled at once (freedom.py) is solved for, one interval at a time, and compared
with what each group of ten or more around the small one says by itself: what a group says of
its own members as a group is inherent in showing it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TypeAlias

from bot.core.outsider.findings import Account, Kind
from bot.core.outsider.freedom import MINORITY, MOST_OF_THE_HEADS, Freedom, Side, people_of
from bot.core.outsider.model import ANSWER_GROUPS, CLOSE, Model
from bot.core.outsider.own_word import Bands, may_hold
from bot.core.outsider.told import FLOOR_HEADS, Answering, People, Share, Statement, Teams

NAMES = ("low", "middle", "high")
HALF_A_PERSON = 0.5
FLOOR_PEOPLE = 10
Ask: TypeAlias = Callable[[Model], float | None]


@dataclass(frozen=True)
class Attack:
    """What an outsider puts together.

    `small` are the groups under the floor with their names, beside the parts into which the
    statements cut the teams; `shown` the groups of which anything is shown; `around` the groups
    of ten or more with the sets whose statements say what each says by itself: itself, or the
    groups it is the difference of.
    """

    rounds: tuple[str, ...]
    statements: Sequence[Statement]
    heads: Callable[[Iterable[str]], int]
    small: Mapping[Teams, str]
    shown: Mapping[Teams, str]
    around: Mapping[Teams, tuple[Teams, ...]]
    counted: Callable[[Iterable[str]], int] | None = None
    """The heads that decide whether a part is under the floor, where those are others."""
    prompts: int = 1
    over_time: bool = False
    """Whether it assumes that the same teams answered the same in all of its releases."""
    fewest: int = FLOOR_HEADS
    """A part is under the floor with fewer than so many."""
    of_supervisors: bool = False
    """Whether a small group is one of few supervisors: many people may have answered there."""
    anyway: Sequence[Statement] = ()
    """What is told of small groups by other means, and held against nobody here."""


def carry_out(attack: Attack, account: Account) -> None:
    """Add what an attack finds to the account."""
    _Running(attack, account).run()


class _Running:
    """An attack under way."""

    def __init__(self, attack: Attack, account: Account) -> None:
        self._attack, self._account = attack, account
        self._model = Model(attack.statements, attack.heads, prompts=attack.prompts)
        self._small = dict(attack.small)
        for part in self._model.parts:
            if 0 < (attack.counted or attack.heads)(part.teams) < attack.fewest:
                self._small.setdefault(part.teams, " + ".join(sorted(part.teams)))
        home = {
            team: number for number, part in enumerate(self._model.parts) for team in part.teams
        }
        self._models: dict[Teams, Model] = {}
        self._pieces: dict[Teams, dict[int, int]] = {}
        """Per small group: the heads it has in each part."""
        for teams in self._small:
            inside: dict[int, list[str]] = {}
            for team in teams:
                if team in home:
                    inside.setdefault(home[team], []).append(team)
            self._pieces[teams] = {part: attack.heads(found) for part, found in inside.items()}

    def run(self) -> None:
        attack, model = self._attack, self._model
        whole = [part.heads for part in model.parts]
        largest: dict[int, int] = {}
        for pieces in self._pieces.values():
            for part, heads in pieces.items():
                if heads < whole[part]:
                    largest[part] = max(largest.get(part, 0), heads)
        first_look = not attack.over_time
        sides = self._sides() if first_look else ()
        silent = {teams: attack.heads(teams) for teams in attack.shown} if first_look else {}
        self._free = Freedom(model, largest, sides, silent)
        self._account.solved += 1
        if not self._free.possible:
            self._contradiction()
            return
        for side in sides:
            self._look_at_side(side)
        for teams in silent:
            self._look_for_silence(teams)
        # Of groups with the same heads in the same parts one stands for all.
        looked_at: set[frozenset[tuple[int, int]]] = set()
        for teams, pieces in self._pieces.items():
            self._account.groups += 1
            self._account.intervals += 2 * (1 + ANSWER_GROUPS * len(model.scales))
            alike = frozenset(pieces.items())
            settled = all(heads < whole[part] for part, heads in pieces.items())
            if pieces and alike not in looked_at and teams not in attack.around:
                looked_at.add(alike)
                self._look_at_small(teams, settled)

    def _contradiction(self) -> None:
        if self._attack.over_time:
            self._account.refuted += 1
            return
        self._account.add(
            Kind.CONTRADICTION,
            self._attack.rounds,
            "the whole release",
            "no answers agree with everything it says and with the public rules: something is"
            " shown although fewer than ten people are left over",
        )

    # --- Groups that are shown ------------------------------------------------------------

    def _sides(self) -> tuple[Side, ...]:
        """Return the sides of groups of answers that hold three people by the group's own word."""
        most: dict[Teams, float] = {t: self._attack.heads(t) for t in self._attack.shown}
        least: dict[tuple[Teams, str], float] = {}
        bands: dict[tuple[Teams, str], dict[int, tuple[int, int]]] = {}
        for said in self._attack.statements:
            if isinstance(said, People) and said.teams in most and said.most is not None:
                most[said.teams] = min(most[said.teams], said.most)
            elif isinstance(said, Answering):
                key = said.teams, said.scale
                least[key] = max(said.least, least.get(key, 0))
            elif isinstance(said, Share):
                shown = bands.setdefault((said.teams, said.scale), {})
                low, high = shown.get(said.position, (0, 100))
                shown[said.position] = max(low, said.low), min(high, said.high)
        return tuple(
            (teams, scale, position, inside)
            for (teams, scale), shown in bands.items()
            for position, inside in product(shown, (True, False))
            if may_hold(
                Bands(tuple(shown.values()), several=self._attack.prompts > 1),
                range(
                    int(least[teams, scale]),
                    int(most[teams] * self._attack.prompts + CLOSE) + 1,
                ),
                position,
                inside=inside,
            )
        )

    def _look_at_side(self, side: Side) -> None:
        self._account.intervals += 1
        if self._free.holds_three(side):
            return
        self._account.solved += 1
        found = self._model.least(dict.fromkeys(people_of(self._model, side), -1.0))
        if found is not None and -found < MINORITY - CLOSE:
            teams, scale, position, inside = side
            self._account.add(
                Kind.ALIKE,
                self._attack.rounds,
                self._attack.shown[teams],
                f"fewer than three people {'answered' if inside else 'did not answer'}"
                f" “{NAMES[position]}” on {scale}, though its own bands allow three",
            )

    def _look_for_silence(self, teams: Teams) -> None:
        self._account.intervals += 1
        if self._free.may_be_silent(teams):
            return
        self._account.solved += 1
        people = [self._model.people(part) for part in self._model.numbers_of(teams)]
        found = self._model.least(dict.fromkeys(people, 1.0))
        heads = self._attack.heads(teams)
        if found is not None and found > MOST_OF_THE_HEADS * heads + CLOSE:
            self._account.add(
                Kind.NEARLY_EVERYBODY,
                self._attack.rounds,
                self._attack.shown[teams],
                f"at least {_whole(found)} of its {heads} heads answered",
            )

    # --- Groups under the floor -----------------------------------------------------------

    def _look_at_small(self, teams: Teams, inside: bool) -> None:
        """Compare what everything says of a small group with what is said around it.

        `inside` tells that it is smaller than each of the parts it lies in.
        """
        pieces, free = self._pieces[teams], self._free
        settled = self._attack.of_supervisors or (inside and self._cannot_be_pinned(teams))
        if not settled:
            self._look_at_people(teams)
        for scale in self._model.scales:
            for position in range(ANSWER_GROUPS):
                others = [other for other in range(ANSWER_GROUPS) if other != position]
                if not (
                    inside
                    and any(free.may_be_none(*piece, scale, position) for piece in pieces.items())
                ):
                    self._look_at_share(teams, scale, [position])
                if not (
                    inside
                    and any(free.may_be_all(*piece, scale, position) for piece in pieces.items())
                ):
                    self._look_at_share(teams, scale, others)

    def _cannot_be_pinned(self, teams: Teams) -> bool:
        """Whether a small group may be nobody, or ten; or is told to be somebody by the group
        around it."""
        pieces, free = self._pieces[teams], self._free
        heads = sum(pieces.values())
        if all(free.least_people(*piece) <= CLOSE for piece in pieces.items()):
            return True
        if sum(min(heads, free.people(part)) for part, heads in pieces.items()) > 9 + CLOSE:
            return True
        return heads <= 9 and any(
            said.least - self._attack.heads(said.teams) + heads >= 1 - CLOSE
            for said in self._attack.statements
            if isinstance(said, People)
            and said.teams in self._attack.around
            and teams <= said.teams
        )

    def _look_at_people(self, teams: Teams) -> None:
        least = _least_people(teams)

        def greatest(model: Model) -> float | None:
            found = model.least({model.people(part): -1.0 for part in model.numbers_of(teams)})
            return None if found is None else -found

        low, high = self._together(teams, least), self._together(teams, greatest)
        if high is not None and high < 1 - CLOSE and not self._attack.over_time:
            self._note(Kind.NOBODY, teams, "nobody answered")
        if low is None or high is None or low < 1 - CLOSE or high > 9 + CLOSE:
            return
        lowest = max(self._by_itself(teams, least), default=0.0)
        highest = min(self._by_itself(teams, greatest), default=float(self._attack.heads(teams)))
        if lowest < 1 - CLOSE or highest > 9 + CLOSE:
            self._note(Kind.PINNED, teams, f"{_whole(low)} to {int(high + CLOSE)} people answered")

    def _look_at_share(self, teams: Teams, scale: str, positions: Sequence[int]) -> None:
        ask = partial(Model.least_share, teams=teams, scale=scale, positions=positions)
        together = self._together(teams, ask)
        if together is None or together <= CLOSE:
            return
        own = max(self._by_itself(teams, ask), default=0.0)
        narrower = together - own
        if narrower <= 1e-6 + HALF_A_PERSON / max(1, self._attack.heads(teams)):
            return
        if self._is_ten_or_more(teams):
            return
        self._account.narrowing = max(self._account.narrowing, 100 * narrower)
        answers = " or ".join(f"“{NAMES[position]}”" for position in positions)
        self._note(
            Kind.NARROWED,
            teams,
            f"at least {100 * together:.0f} % answered {answers} on {scale};"
            f" the groups of ten or more around it say at least {100 * own:.0f} %",
        )

    def _is_ten_or_more(self, teams: Teams) -> bool:
        """Whether a group that is not shown certainly holds as many as one that may be."""
        if self._attack.of_supervisors or self._attack.heads(teams) < FLOOR_HEADS:
            return False
        least = self._together(teams, _least_people(teams))
        return least is not None and least >= FLOOR_PEOPLE - CLOSE

    def _together(self, teams: Teams, ask: Ask) -> float | None:
        self._account.solved += 1
        if teams not in self._models:
            self._models[teams] = self._fitting(self._attack.statements, teams)
        return ask(self._models[teams])

    def _by_itself(self, teams: Teams, ask: Ask) -> list[float]:
        """Return what each group of ten or more around a small one says by itself."""
        answers = []
        for group, sets in self._attack.around.items():
            if teams <= group:
                self._account.solved += 1
                own = [said for said in self._attack.statements if said.teams in sets]
                answers.append(ask(self._fitting(own, teams)))
        if self._attack.anyway:
            self._account.solved += 1
            answers.append(ask(self._fitting(self._attack.anyway, teams)))
        return [answer for answer in answers if answer is not None]

    def _fitting(self, statements: Sequence[Statement], teams: Teams) -> Model:
        attack = self._attack
        return Model(statements, attack.heads, [teams], attack.prompts, scales=self._model.scales)

    def _note(self, kind: Kind, teams: Teams, derived: str) -> None:
        self._account.add(kind, self._attack.rounds, self._small[teams], derived)


def _least_people(teams: Teams) -> Ask:
    return lambda model: model.least({model.people(part): 1.0 for part in model.numbers_of(teams)})


def _whole(least: float) -> int:
    return int(-(-(least - CLOSE) // 1))
