"""The template of a wording: a file with an empty place, and a hint, for each text."""

from bot.core.packs.structure import Structure


def template(structure: Structure) -> str:
    """Return an empty wording file with a hint at every place."""
    lines = [
        f"# Wording of {structure.name}. Paste the texts that your force is entitled to use.",
        f"# Rights: {structure.rights}",
        *(f"# Source: {source}" for source in structure.sources),
        "# Nothing is asked until no text is empty. For another language, write its code into",
        "# languages and beside every en.",
        f"pack: {structure.pack}",
        f"structure: {structure.structure}",
        "# Another wording is another version: keep this file, and copy it as wording-2.yaml.",
        "version: 1",
        "# Whether these are the owner's texts, unchanged; else results say “not validated”.",
        "official: true",
        "languages: [en]",
        "licence:",
        '  statement: ""  # what you may do with the texts, in the words of the permission',
        '  granted_by: ""  # who gave it',
        "  given_on:  # the day, such as 2026-01-31",
        "titles:  # what officers see when they are asked",
        *(
            f'  {part.id}: {{en: ""}}  # {len(structure.items_of(part))} items'
            for part in structure.parts
        ),
    ]
    if structure.lead_in:
        lines.append('lead_in: {en: ""}  # the sentence before all items, with its time frame')
    lines.append("options:  # from first to last, as the questionnaire has them")
    for name, options in structure.options.items():
        lines.append(f"  {name}:")
        lines += [
            f'    - {{en: ""}}  # {"not scored" if score is None else f"scores {score}"}'
            for score in options.scores
        ]
    lines.append("items:")
    for item in structure.items:
        turned = ", turned round for scoring" if item.reverse else ""
        lines.append(f'  {item.id}: {{en: ""}}  # item {item.number}{turned}')
    lines.append("scales:  # what results call them; low is always the unfavourable group")
    for scale in structure.scales:
        lines += [
            f"  {scale.id}:",
            '    title: {en: ""}',
            f'    low: {{en: ""}}  # a score up to {scale.low_up_to:g}',
            '    middle: {en: ""}  # between them',
            f'    high: {{en: ""}}  # a score from {scale.high_from:g}',
        ]
    return "\n".join(lines) + "\n"
