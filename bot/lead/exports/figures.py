"""Every figure of a release as one line: what CSV and XLSX are made of.

Read from the stored document alone, of any format this program reads. What is not shown has
lines like everything else, without figures; the lines are the same whatever the reason.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from bot.core.disclosure.release import Release
from bot.lead.asked import level_of
from bot.web.words import in_english

ANSWERS: Final = ("low", "middle", "high")


class Line(NamedTuple):
    """One line; what does not belong to its kind, and what is not shown, is None."""

    kind: str
    """answered, share, count or cut."""
    round: str
    check_in: str
    title: str
    opens_on: str
    closes_on: str
    instrument: str
    level: str | None = None
    group_id: str | None = None
    group: str | None = None
    within: str | None = None
    cut: str | None = None
    theme_id: str | None = None
    theme: str | None = None
    answers: str | None = None
    """Which group of answers: low, middle or high; of a count, nothing."""
    answer: str | None = None
    """What these answers say, in the words of the release."""
    percent_from: int | None = None
    percent_to: int | None = None
    mean: float | None = None
    people_from: int | None = None
    people_to: int | None = None
    """None with `people_from` there: so many people or more."""
    rate_from: int | None = None
    rate_to: int | None = None
    comparable: bool | None = None
    number: int | None = None
    number_of: str | None = None
    """people or taps."""


COLUMNS: Final = Line._fields


def lines_of(release: Release) -> Iterator[Line]:
    """Yield the lines of a release in its own order: groups, counts, cuts."""
    document = release.document
    asked = document["instrument"]
    about = {
        "round": release.round_id,
        "check_in": document["check_in"],
        "title": in_english(document["title"]),
        "opens_on": document["opens_on"],
        "closes_on": document["closes_on"],
        "instrument": f"{asked['id']} {asked['version']}",
    }
    names = {group["id"]: group["name"] for group in document["groups"]}
    for group in document["groups"]:
        yield from _group(
            {**group, "level": level_of(release, group["level"])}, document["scales"], names, about
        )
    for item in document["counts"]:
        for option in item["options"]:
            yield Line(
                "count",
                **about,
                level=level_of(release, "force"),
                theme_id=item["item"],
                theme=in_english(item["text"]),
                answer=in_english(option["label"]),
                number=option["count"],
                number_of=item.get("of", "people"),
            )
    for cut in document.get("cuts", ()):
        yield from _cut(cut, document["scales"], about, level_of(release, "force"))


def _group(
    group: Mapping[str, Any],
    scales: list[Mapping[str, Any]],
    names: Mapping[str, str],
    about: Mapping[str, Any],
) -> Iterator[Line]:
    people_from, people_to = group["respondents"] or (None, None)
    rate_from, rate_to = group["rate"] or (None, None)
    line = Line(
        "answered",
        **about,
        level=group["level"],
        group_id=group["id"],
        group=group["name"],
        within=names.get(group["parent"]),
        people_from=people_from,
        people_to=people_to,
        rate_from=rate_from,
        rate_to=rate_to,
        # Said of every group alike: of one that is not shown it would be one more difference.
        comparable=group.get("comparable", True) if group["respondents"] else None,
    )
    yield line
    for scale in scales:
        yield from _shares(line._replace(kind="share"), scale, group["scales"][scale["id"]])


def _shares(
    line: Line, scale: Mapping[str, Any], shown: Mapping[str, Any] | None
) -> Iterator[Line]:
    theme = in_english(scale["title"])
    for answers in ANSWERS:
        low, high = shown[answers] if shown else (None, None)
        yield line._replace(
            theme_id=scale["id"],
            theme=theme,
            answers=answers,
            answer=in_english(scale[answers]),
            percent_from=low,
            percent_to=high,
            mean=shown.get("mean") if shown else None,
        )


def _cut(
    cut: Mapping[str, Any], scales: list[Mapping[str, Any]], about: Mapping[str, Any], level: str
) -> Iterator[Line]:
    line = Line("cut", **about, level=level, cut=cut["by"])
    if not cut["cells"]:
        yield line
    for cell in cut["cells"]:
        named = line._replace(group_id=cell["id"], group=in_english(cell["label"]))
        for scale in scales:
            yield from _shares(named, scale, cell["scales"].get(scale["id"]))
