"""The form of a support entry: what is typed becomes an entry, or says beside the field why not.

A field for each language the force works in. What is wrong is said in words of its own, never
in those of whatever checks documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.core.directory import ContactProblem
from bot.core.documents import DocumentProblems, Place
from bot.core.instruments import Need
from bot.core.support import SupportEntry
from bot.web.fields import Fields

Problems = dict[str, str]
"""By field: what is wrong with it."""

LONGEST: Final = 200
"""Characters of a text: a list of entries has to fit into a message."""

SCOPES: Final = (
    ("force", "The force’s own contact"),
    ("wales", "For people in Wales"),
    ("national", "For everybody in the country"),
)
NEEDS: Final[Mapping[Need, str]] = {
    Need.CRISIS: "Help right now: stands in the call list behind the crisis card",
    Need.TALK: "Someone to talk to, such as the employee assistance programme",
    Need.TRIM: "After a tough job: TRiM",
    Need.HEALTH: "Occupational health",
    Need.HOME: "Home and family, such as an adviser on domestic abuse",
    Need.ASSOCIATION: "Staff associations",
    Need.CHAPLAINCY: "Chaplaincy",
    Need.READ: "Things to read and hear",
    Need.LEAVING: "Thinking of leaving",
}
TEXTS: Final = (
    # Field, what it is called, a hint, whether English is needed.
    ("name", "Name", "What officers call it, such as “Employee assistance”.", True),
    ("for_whom", "For whom", "Say whether specials and volunteers can use it, too.", True),
    ("hours", "Hours", "Such as “24 hours, every day”.", True),
    ("cost", "Cost", "Such as “Free”. Empty: nothing is said.", False),
    (
        "confidentiality",
        "Who learns of it",
        "One sentence: whether the force is told who calls.",
        True,
    ),
    (
        "contact",
        "Another way to reach it",
        "A room, an extension, a post. Empty where there is a number or a link.",
        False,
    ),
)
_EXPECTED: Final = {
    "needs": "Tick at least one thing it helps with.",
    "phone": "Write a phone number of digits and spaces, or another way to reach it.",
    "text_to": "Write what to send and to which number, such as HELLO to 85258.",
    "link": "Write the whole address, beginning with https://.",
    "scope": "Choose whose contact it is.",
    "source": "Say in up to 80 characters where this comes from.",
    "languages": "Tick a language besides English where English is not spoken there.",
}
_CALLED: Final = {
    "name": "Name",
    "for_whom": "For whom",
    "hours": "Hours",
    "cost": "Cost",
    "confidentiality": "Who learns of it",
    "contact": "Another way to reach it",
}
_WAYS: Final = {
    "phone": "This is no phone number that can be dialled in the United Kingdom.",
    "text_to": "This is no number that texts can be sent to.",
    "link": "Write an https address with the full name of a site, without a password.",
}
NOT_CALLED: Final = "Call the number or open the link first, then tick this box."


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as it was."""

    texts: Mapping[str, str]
    """By field, those of languages as `name-cy`."""
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    english: bool = True
    after: str = ""
    called: bool = False
    reason: str = ""
    languages_of_texts: Sequence[str] = field(default=("en",))

    def content(self) -> dict[str, Any]:
        """Return the entry as a document has it; id and verification are not typed."""
        made: dict[str, Any] = {
            "needs": list(self.needs),
            "scope": self.texts.get("scope", ""),
            "source": self.texts.get("source", ""),
            "languages": list(self.languages),
            "english": self.english,
        }
        for name in ("phone", "text_to", "link"):
            made[name] = self.texts.get(name) or None
        for name, _, _, needed in TEXTS:
            given = {
                language: text
                for language in self.languages_of_texts
                if (text := self.texts.get(f"{name}-{language}", ""))
            }
            made[name] = given if given or needed else None
        return made


def names_of_fields(languages: Sequence[str]) -> list[str]:
    """Return the names of all plain fields."""
    texts = [f"{name}-{language}" for name, *_ in TEXTS for language in languages]
    return [*texts, "phone", "text_to", "link", "scope", "source"]


def typed_in(fields: Fields, languages: Sequence[str]) -> Typed:
    """Return what a form sent."""
    return Typed(
        texts={name: fields.one(name) for name in names_of_fields(languages)},
        needs=tuple(fields.all("needs")),
        languages=tuple(fields.all("languages")),
        english=fields.one("english") == "yes",
        after=fields.one("after"),
        called=fields.one("called") == "yes",
        reason=fields.one("reason"),
        languages_of_texts=tuple(languages),
    )


def typed_of(entry: SupportEntry, languages: Sequence[str], after: str) -> Typed:
    """Return what would have been typed for an entry."""
    texts = {name: getattr(entry, name) or "" for name in ("phone", "text_to", "link")}
    texts |= {"scope": entry.scope, "source": entry.source}
    for name, *_ in TEXTS:
        given = getattr(entry, name) or {}
        texts |= {f"{name}-{language}": given.get(language, "") for language in languages}
    return Typed(
        texts=texts,
        needs=tuple(need.value for need in entry.needs),
        languages=tuple(entry.languages),
        english=entry.english,
        after=after,
        languages_of_texts=tuple(languages),
    )


def too_long(typed: Typed) -> Problems:
    """Return which texts do not fit into a message."""
    limits = {"name": 80}
    return {
        name: f"Write at most {most} characters: there are {len(text)}."
        for name, text in typed.texts.items()
        if len(text) > (most := limits.get(name.partition("-")[0], LONGEST))
    }


def not_reached(typed: Typed) -> Problems:
    """Return that there is no way to reach it, which a document says of whole entries alone."""
    ways = ("phone", "text_to", "link", "contact-en")
    return {} if any(typed.texts.get(way) for way in ways) else {"phone": _EXPECTED["phone"]}


def problems_of(error: DocumentProblems) -> Problems:
    """Return what is wrong with an entry, by field."""
    found: Problems = {}
    for place, text in error.problems:
        name = _field(place, text)
        found.setdefault(name, _sentence(name, text))
    return found


def problems_of_ways(problems: Sequence[ContactProblem]) -> Problems:
    """Return what cannot be right in numbers and link, by field."""
    return {problem.field: _WAYS[problem.field] for problem in problems}


def _field(place: Place, text: str) -> str:
    texts = {name for name, *_ in TEXTS}
    if not place:
        # Of the entry as a whole: it cannot be reached, or nobody speaks there.
        return "languages" if "language" in text else "phone"
    name = str(place[0])
    if name not in texts:
        return name
    return f"{name}-{place[1]}" if len(place) > 1 else f"{name}-en"


def _sentence(name: str, text: str) -> str:
    if text.startswith("the character "):
        return text[0].upper() + text[1:] + "."
    plain, dash, _ = name.partition("-")
    if dash:
        return f"{_CALLED[plain]}: write it in English at least."
    return _EXPECTED.get(plain, text)
