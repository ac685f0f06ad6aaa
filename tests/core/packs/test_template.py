"""A template has an empty place for each text of a wording, and for nothing else."""

import re

from bot.core.packs.template import template
from tests.core.packs.wordings import a_structure, structure_content


def test_every_text_has_an_empty_place_with_a_hint() -> None:
    text = template(a_structure())
    assert text.endswith("\n")
    # A statement and who granted it; two titles, the lead-in, six options, three items, and a
    # title with three groups for each of two scales.
    assert text.count('""') == 2 + 2 + 1 + 6 + 3 + 2 * 4
    assert re.search(r"^pack: invented\nstructure: 1$", text, re.MULTILINE)
    assert '  two: {en: ""}  # item 3, turned round for scoring' in text
    assert '    low: {en: ""}  # a score up to 5\n' in text
    assert '- {en: ""}  # not scored\n' in text
    assert "# Rights: nobody in particular\n# Source: no source at all\n" in text


def test_a_questionnaire_without_a_lead_in_has_no_place_for_one() -> None:
    assert "lead_in" not in template(a_structure(lead_in=False))
    assert structure_content()["lead_in"]
