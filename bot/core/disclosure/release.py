"""Releases: what leaves. A `Release` is made here, from an `UnsafeTable`, and nowhere else.

A release is its canonical bytes: the same counts give the same bytes, and everything a page,
a chat or a file shows is read from them. It names texts as well as ids, so that it can be
read when the programme or the instrument it came from is long gone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.core.disclosure.bands import Band
from bot.core.disclosure.rules import Level
from bot.core.errors import StandEasyError

FORMAT = 2
READABLE = (1, FORMAT)
"""Old releases stay readable; they say nothing of what can be compared, and have no cuts."""
EVERYBODY_ASKED: Final = "Everybody asked"
"""What the largest group is called where a check-in asks some teams of the force alone."""
FIRST: Final = "0" * 64
"""Stands for the release before the first."""

_MAKERS_MARK: Final = object()


class DamagedRelease(StandEasyError):
    """The stored release of round {round} is damaged: expected its content to match its hash."""

    hint = "Restore the release from a backup; it is never recalculated from other sources."


class NotARelease(StandEasyError):
    """A release is made by disclosure control: expected `protect` or `read_release`."""


@dataclass(frozen=True, slots=True)
class ReleasedScale:
    """One theme of one group. Bands are in the order low, middle, high."""

    bands: tuple[Band, Band, Band]
    mean: float | None


@dataclass(frozen=True, slots=True)
class ReleasedGroup:
    """One group. Everything that is not shown is None, whatever the reason."""

    id: str
    name: str
    level: Level
    parent: str | None
    teams: tuple[str, ...]
    respondents: tuple[int, int | None] | None
    rate: Band | None
    scales: Mapping[str, ReleasedScale | None]
    comparable: bool = True
    """Whether it may be compared with the check-in's newest earlier release that shows it."""

    @property
    def shown(self) -> bool:
        """Whether anything is shown of this group."""
        return self.respondents is not None


@dataclass(frozen=True, slots=True)
class ReleasedCounts:
    """How often each option of an item was chosen in the force; None where not shown."""

    item: str
    text: Mapping[str, str]
    options: tuple[tuple[Mapping[str, str], int | None], ...]
    taps: bool
    """Whether taps are counted, not people: one person may have made many."""

    @property
    def shown(self) -> bool:
        """Whether any count is shown."""
        return any(count is not None for _, count in self.options)


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One cell of a cut. Nothing says how many people it holds."""

    id: str
    label: Mapping[str, str]
    scales: Mapping[str, tuple[Band, Band, Band] | None]
    """Bands in the order low, middle, high."""


@dataclass(frozen=True, slots=True)
class ReleasedCut:
    """The whole force, cut one way; without cells where it is not shown."""

    by: str
    cells: tuple[ReleasedCell, ...]

    @property
    def shown(self) -> bool:
        """Whether anything is shown of this cut."""
        return bool(self.cells)


class Release:
    """The protected result of one round: canonical bytes and their hash."""

    __slots__ = ("_content", "_document", "_groups")

    def __init__(self, content: bytes, *, mark: object) -> None:
        if mark is not _MAKERS_MARK:
            raise NotARelease
        self._content = content
        self._document: dict[str, Any] | None = None
        self._groups: tuple[ReleasedGroup, ...] | None = None

    def __repr__(self) -> str:
        return f"Release({self.round_id})"

    @property
    def content(self) -> bytes:
        """The canonical bytes."""
        return self._content

    @property
    def document(self) -> Mapping[str, Any]:
        """The content as it was read; not to be changed."""
        if self._document is None:
            document: dict[str, Any] = json.loads(self._content)
            _share_equal_scales(document)
            self._document = document
        return self._document

    def let_go(self) -> None:
        """Keep the bytes alone: what was read takes more room than they do, and is read again."""
        self._document = self._groups = None

    @property
    def hash(self) -> bytes:
        """SHA-256 of the content, 32 bytes."""
        return hashlib.sha256(self._content).digest()

    @property
    def previous_hash(self) -> bytes:
        """The hash of the release before this one; zeros for the first."""
        return bytes.fromhex(self.document["previous"])

    @property
    def round_id(self) -> str:
        """Which round this is the result of."""
        return str(self.document["round"])

    @property
    def is_extract(self) -> bool:
        """Whether this is what some departments see of a release, and not the release."""
        return "extract" in self.document

    @property
    def asked_everyone(self) -> bool:
        """Whether all teams of the force were asked; releases that do not say so asked them."""
        return bool(self.document.get("asked", "everyone") == "everyone")

    @property
    def groups(self) -> tuple[ReleasedGroup, ...]:
        """All groups, each before what lies inside it."""
        if self._groups is None:
            self._groups = tuple(_group(content) for content in self.document["groups"])
        return self._groups

    @property
    def cuts(self) -> tuple[ReleasedCut, ...]:
        """The force under high stress or not, by role type, by length of service."""
        return tuple(
            ReleasedCut(content["by"], tuple(_cell(cell) for cell in content["cells"]))
            for content in self.document.get("cuts", ())
        )

    @property
    def counts(self) -> tuple[ReleasedCounts, ...]:
        """Items that are counted by option, at force level."""
        return tuple(
            ReleasedCounts(
                content["item"],
                content["text"],
                tuple((option["label"], option["count"]) for option in content["options"]),
                taps=content.get("of") == "taps",
            )
            for content in self.document["counts"]
        )


def _cell(content: dict[str, Any]) -> ReleasedCell:
    return ReleasedCell(
        content["id"],
        content["label"],
        {
            scale_id: None
            if scale is None
            else (Band(*scale["low"]), Band(*scale["middle"]), Band(*scale["high"]))
            for scale_id, scale in content["scales"].items()
        },
    )


def _share_equal_scales(document: Mapping[str, Any]) -> None:
    """Keep scales that say the same once: of a thousand there are a few dozen different ones."""
    known: dict[tuple[tuple[int, ...], ...], dict[str, Any]] = {}
    for group in document["groups"]:
        scales = group["scales"]
        for name, scale in scales.items():
            if scale is not None and scale["mean"] is None:
                bands = (tuple(scale["low"]), tuple(scale["middle"]), tuple(scale["high"]))
                scales[name] = known.setdefault(bands, scale)


def _band(content: list[int] | None) -> Band | None:
    return None if content is None else Band(content[0], content[1])


def _group(content: dict[str, Any]) -> ReleasedGroup:
    respondents = content["respondents"]
    return ReleasedGroup(
        id=content["id"],
        name=content["name"],
        level=Level(content["level"]),
        parent=content["parent"],
        teams=tuple(content["teams"]),
        respondents=None if respondents is None else (respondents[0], respondents[1]),
        rate=_band(content["rate"]),
        scales={
            scale_id: None
            if scale is None
            else _scale(*scale["low"], *scale["middle"], *scale["high"], scale["mean"])
            for scale_id, scale in content["scales"].items()
        },
        comparable=content.get("comparable", True),
    )


@lru_cache(maxsize=4096)
def _scale(
    low: int, low_to: int, middle: int, middle_to: int, high: int, high_to: int, mean: float | None
) -> ReleasedScale:
    """Return a scale; years of releases say the same few hundred things, each kept once."""
    return ReleasedScale((Band(low, low_to), Band(middle, middle_to), Band(high, high_to)), mean)


def make_release(document: dict[str, Any]) -> Release:
    """Return the release with this content. For the engine, and for extracts of what it made."""
    content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Release(content.encode(), mark=_MAKERS_MARK)


def withheld_in(groups: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return per level how many cells are not shown, for whatever reason."""
    return {
        level.value: sum(
            scale is None
            for group in groups
            if group["level"] == level.value
            for scale in group["scales"].values()
        )
        for level in Level
    }


def read_release(content: bytes, expected_hash: bytes, round_id: str) -> Release:
    """Return a stored release; raises `DamagedRelease` when it is not what was released."""
    if hashlib.sha256(content).digest() != expected_hash:
        raise DamagedRelease(round=round_id)
    release = Release(content, mark=_MAKERS_MARK)
    if release.round_id != round_id or release.document["format"] not in READABLE:
        raise DamagedRelease(round=round_id)
    return release
