"""What a release says beside bands: of whom it speaks, and in which groups of supervisors.

A mean, a count of options, a cut and the force's name say something of everybody. Themes about
supervisors are shown of groups with several of them, never of a unit.
"""

from collections.abc import Collection, Iterator, Mapping

from bot.core.disclosure.release import EVERYBODY_ASKED, Release

Teams = frozenset[str]


def of_everybody(release: Release) -> Iterator[str]:
    """Yield what a release says of everybody, in words."""
    document = release.document
    if document.get("asked") == "everyone":
        yield "that everybody was asked"
    for group in release.groups:
        if group.id == "force" and group.shown and group.name != EVERYBODY_ASKED:
            yield "something under the force's name"
        if any(scale is not None and scale.mean is not None for scale in group.scales.values()):
            yield f"a mean of {group.name}"
    for item in release.counts:
        if any(count is not None for _, count in item.options):
            yield "counts of options"
    for cut in document.get("cuts", []):
        if cut["cells"]:
            yield f"a cut by {cut['by']}"


def groups_of_themes(
    release: Release, named: Mapping[str, Teams], themes: Collection[str]
) -> dict[str, tuple[Teams, ...]]:
    """Return the teams of the groups in which each of some themes is shown."""
    return {
        theme: tuple(
            named[group.id] for group in release.groups if group.scales.get(theme) is not None
        )
        for theme in themes
    }
