"""Structure and wording become instruments; only together, and only when both fit.

Nothing half-filled can be asked.
"""

from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.core.documents import DocumentProblems, problems_of
from bot.core.instruments import Instrument
from bot.core.packs.fit import problems_between
from bot.core.packs.structure import ItemFact, Part, ScaleFact, Structure
from bot.core.packs.wording import ScaleWording, Wording


def assemble(structure: Structure, wording: Wording, name: str, today: date) -> list[Instrument]:
    """Return the instruments of a pack; raises `DocumentProblems` naming every place."""
    problems = list(problems_between(structure, wording, today))
    if problems:
        raise DocumentProblems(name, problems)
    try:
        return [
            Instrument.model_validate(_instrument(structure, wording, part))
            for part in structure.parts
        ]
    except ValidationError as error:
        raise DocumentProblems(name, problems_of(error)) from None


def _instrument(structure: Structure, wording: Wording, part: Part) -> dict[str, Any]:
    licence = wording.licence
    scales = [scale for scale in structure.scales if scale.id in part.scales]
    return {
        "id": part.id,
        "version": wording.version,
        "title": wording.titles[part.id],
        "licence": f"{licence.granted_by}, {licence.given_on.isoformat()}",
        "validated": part.validated and wording.official,
        "languages": wording.languages,
        "items": [_item(structure, wording, item) for item in structure.items_of(part)],
        "scales": [_scale(scale, wording.scales[scale.id]) for scale in scales],
        "publication": {"level": part.level},
    }


def _item(structure: Structure, wording: Wording, item: ItemFact) -> dict[str, Any]:
    options = structure.options[item.options]
    text = dict(wording.items[item.id])
    if wording.lead_in is not None:
        text = {language: f"{wording.lead_in[language]} {said}" for language, said in text.items()}
    return {
        "id": item.id,
        "text": text,
        "layout": options.layout,
        "options": [
            {
                "label": label,
                "score": score,
                "support": [] if score is None else item.support.get(score, []),
            }
            for label, score in zip(wording.options[item.options], options.scores, strict=True)
        ],
        "reverse": item.reverse,
        "sensitivity": item.sensitivity,
    }


def _scale(scale: ScaleFact, words: ScaleWording) -> dict[str, Any]:
    return {
        "id": scale.id,
        "title": words.title,
        "items": scale.items,
        "low_up_to": scale.low_up_to,
        "high_from": scale.high_from,
        "groups": {"low": words.low, "middle": words.middle, "high": words.high},
        "scoring": scale.scoring,
        "of_a_condition": scale.limits == "condition",
    }
