"""Invented wordings that fill a structure, made from code. No text of a real questionnaire."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.core.instruments import Instrument
from bot.core.packs.assembly import assemble
from bot.core.packs.structure import Structure
from bot.core.packs.wording import Wording

TODAY = date(2026, 11, 22)
Content = dict[str, Any]


def structure_content(**changes: Any) -> Content:
    """Two items in one summed scale, a third by its mean, in two parts."""
    return {
        "pack": "invented",
        "structure": 1,
        "name": "the Invented Index",
        "rights": "nobody in particular",
        "sources": ["no source at all"],
        "lead_in": True,
        "options": {"often": {"scores": [0, 1, 2]}, "agree": {"scores": [1, 2, None]}},
        "items": [
            {"id": "one", "number": 1, "options": "often", "support": {0: ["talk"]}},
            {"id": "two", "number": 3, "options": "often", "reverse": True},
            {"id": "three", "number": 2, "options": "agree"},
        ],
        "scales": [
            {
                "id": "pair",
                "items": ["one", "two"],
                "scoring": {"by": "sum", "times": 5},
                "low_up_to": 5.0,
                "high_from": 15.0,
                "limits": "published",
            },
            {
                "id": "alone",
                "items": ["three"],
                "low_up_to": 1.0,
                "high_from": 2.0,
                "limits": "own",
            },
        ],
        "parts": [
            {"id": "invented-pair", "scales": ["pair"], "validated": True},
            {"id": "invented-alone", "scales": ["alone"], "level": "force", "validated": False},
        ],
        **changes,
    }


def a_structure(**changes: Any) -> Structure:
    """The structure of `structure_content`."""
    return Structure.from_mapping(structure_content(**changes), name="structure.yaml")


def filled(structure: Structure, languages: Sequence[str] = ("en",), /, **changes: Any) -> Content:
    """A complete wording of a structure, all of it invented."""

    def said(text: str, most: int = 40) -> dict[str, str]:
        return {language: f"{text} {language}"[-most:].strip() for language in languages}

    def labels(name: str) -> list[dict[str, str]]:
        options = structure.options[name]
        if options.layout == "scale":
            return [dict.fromkeys(languages, str(score)) for score in options.scores]
        return [said(f"Option {number} of {name}") for number in range(len(options.scores))]

    content: Content = {
        "pack": structure.pack,
        "structure": structure.structure,
        "version": 1,
        "official": True,
        "languages": list(languages),
        "licence": {
            "statement": "May be used for invented purposes.",
            "granted_by": "An Invented Owner",
            "given_on": date(2026, 1, 31),
        },
        "titles": {part.id: said(f"Check-in {part.id}") for part in structure.parts},
        "options": {name: labels(name) for name in structure.options},
        "items": {item.id: said(f"Invented question {item.id}?") for item in structure.items},
        "scales": {
            scale.id: {
                "title": said(f"Theme {scale.id}"),
                **{group: said(f"{group} answers") for group in ("low", "middle", "high")},
            }
            for scale in structure.scales
        },
    }
    if structure.lead_in:
        content["lead_in"] = said("Think of an invented fortnight:")
    return content | changes


def made_of(structure: Structure, content: Content) -> list[Instrument]:
    """The instruments of a structure and a wording."""
    wording = Wording.from_mapping(content, name="wording.yaml")
    return assemble(structure, wording, "wording.yaml", TODAY)
