"""Whether a wording fills its structure: every place where it does not, none left out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot.core.documents import Place
from bot.core.packs.structure import Structure
from bot.core.packs.wording import Wording

LONGEST_TEXT = 300
LONGEST_LABEL = 40
LONGEST_TITLE = 80
NAMES_A_CONDITION = re.compile(
    r"depress|anxi|disorder|diagnos|clinical|illness|symptom|screen|patient|at risk|\bcases?\b"
    r"|iselder|gorbryder|anhwylder|salwch|symptomau|clinigol",
    re.IGNORECASE,
)
"""What a group of answers is not called where its limit is tied to a condition: a share of
answers is neither a finding about health nor a screen."""


def problems_between(
    structure: Structure, wording: Wording, today: date
) -> Iterator[tuple[Place, str]]:
    """Yield every place where a wording does not fill its structure."""
    yield from _all_named("titles", wording.titles, [part.id for part in structure.parts])
    yield from _all_named("items", wording.items, [item.id for item in structure.items])
    yield from _all_named("options", wording.options, list(structure.options))
    yield from _all_named("scales", wording.scales, [scale.id for scale in structure.scales])
    if structure.lead_in and wording.lead_in is None:
        yield ("lead_in",), "expected the sentence that stands before all items"
    if wording.lead_in is not None and not structure.lead_in:
        yield ("lead_in",), "this questionnaire has no sentence before all items"
    for name, options in structure.options.items():
        labels = wording.options.get(name, [])
        if name in wording.options and len(labels) != len(options.scores):
            yield (
                ("options", name),
                f"expected {len(options.scores)} options, got {len(labels)}",
            )
    if len(set(wording.languages)) < len(wording.languages):
        yield ("languages",), "a language comes twice"
    given_on = wording.licence.given_on
    if given_on > today:
        yield ("licence", "given_on"), f"expected a day up to today, {today}, got {given_on}"
    for place, texts, longest in _texts(structure, wording):
        yield from _text_problems(place, texts, longest, wording.languages)
    yield from _label_problems(structure, wording)


def _all_named(key: str, given: Iterable[str], expected: list[str]) -> Iterator[tuple[Place, str]]:
    there = set(given)
    for name in expected:
        if name not in there:
            yield (key,), f"{name} is missing"
    for name in sorted(there - set(expected)):
        yield (key, name), f"expected one of {', '.join(expected)}"


def _texts(
    structure: Structure, wording: Wording
) -> Iterator[tuple[Place, Mapping[str, str], int]]:
    """Yield every text of a wording with its place and how long it may be."""
    for name, text in wording.titles.items():
        yield ("titles", name), text, LONGEST_TITLE
    if wording.lead_in is not None:
        yield ("lead_in",), wording.lead_in, LONGEST_TEXT
    for name, text in wording.items.items():
        yield ("items", name), text, LONGEST_TEXT
    for name, labels in wording.options.items():
        as_numbers = name in structure.options and structure.options[name].layout == "scale"
        for position, label in enumerate(labels):
            # Eleven of them stand in two rows.
            yield ("options", name, position), label, 2 if as_numbers else LONGEST_LABEL
    for name, scale in wording.scales.items():
        yield ("scales", name, "title"), scale.title, LONGEST_TITLE
        for group in ("low", "middle", "high"):
            yield ("scales", name, group), getattr(scale, group), LONGEST_TITLE


def _text_problems(
    place: Place, texts: Mapping[str, str], longest: int, languages: list[str]
) -> Iterator[tuple[Place, str]]:
    for language in languages:
        if language not in texts:
            yield place, f"the text for {language} is missing"
    for language, text in texts.items():
        where = (*place, language)
        if language not in languages:
            yield where, f"the language {language} is not in the list of languages"
        if len(text) > longest:
            yield where, f"expected at most {longest} characters, got {len(text)}"
        if text != text.strip() or not text.isprintable():
            yield where, "expected one line without blanks at its ends"


def _label_problems(structure: Structure, wording: Wording) -> Iterator[tuple[Place, str]]:
    """Yield labels that come twice, and groups of answers called after a condition."""
    for name, labels in wording.options.items():
        for language in wording.languages:
            said = [label.get(language, "") for label in labels]
            for position, label in enumerate(said):
                if label and label in said[:position]:
                    yield ("options", name, position, language), "this label comes twice"
    for scale in structure.scales:
        words = wording.scales.get(scale.id)
        if words is None or scale.limits != "condition":
            continue
        for group in ("title", "low", "middle", "high"):
            for language, text in getattr(words, group).items():
                if NAMES_A_CONDITION.search(text):
                    yield (
                        ("scales", scale.id, group, language),
                        "names a condition: expected words about answers, such as the range",
                    )
