"""What posters say, in each language they are printed in.

The promises are those of the chat; a poster is read before anybody has agreed to anything, so
what cannot be promised stands on it as well. Welsh: awaiting review by a qualified translator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's poster; braces are filled in for each team."""

    title: str
    lead: str
    steps: Sequence[str]
    otherwise: str
    picture: str
    promises_title: str
    promises: Sequence[str]
    limits_title: str
    limits: str
    danger: str
    without_code: str
    until: str
    card: str
    card_limits: str
    cards_title: str


WORDS: Final[Mapping[str, Words]] = {
    ENGLISH: Words(
        title="How are you doing?",
        lead="A short check-in on your own phone, and the way to support."
        " Anonymous, and yours to leave at any time.",
        steps=(
            "Scan this with your own phone. Telegram opens.",
            "Read what is promised. Nothing is kept before you agree.",
            "Answer in under a minute, when it suits you. Skip what you like.",
        ),
        otherwise="Or find @{bot} in Telegram and send it this code:",
        picture="QR code that opens {link}",
        promises_title="What is promised",
        promises=(
            "Your force cannot see your name, your answers, or whether you answered.",
            "It sees results only for groups of {threshold} or more people, in broad bands.",
            "Help never depends on what you answer.",
            "You can pause, stop, or erase everything held about you, at once, and nobody asks"
            " why.",
        ),
        limits_title="What cannot be promised",
        limits="Telegram can technically read messages to the bot. A court can demand what is"
        " held, which is why so little is. Nobody reads along, so nobody can send help.",
        danger="In danger now?",
        without_code="Support is open to you in the chat without a code.",
        until="This code is for {team} and works until {day}.",
        card="Your force cannot see your name, your answers, or whether you answered.",
        card_limits="Telegram can technically read messages to the bot. In danger, call 999.",
        cards_title="Cards for {team}",
    ),
    "cy": Words(
        title="Sut ydych chi?",
        lead="Ychydig gwestiynau ar eich ffôn eich hun, a'r ffordd at gefnogaeth."
        " Dienw, a gallwch adael unrhyw bryd.",
        steps=(
            "Sganiwch hwn â'ch ffôn eich hun. Bydd Telegram yn agor.",
            "Darllenwch beth sy'n cael ei addo. Does dim yn cael ei gadw cyn i chi gytuno.",
            "Atebwch mewn llai na munud, pan fydd yn gyfleus. Gallwch neidio dros unrhyw gwestiwn.",
        ),
        otherwise="Neu chwiliwch am @{bot} yn Telegram ac anfonwch y cod hwn:",
        picture="Cod QR sy'n agor {link}",
        promises_title="Beth sy'n cael ei addo",
        promises=(
            "Ni all eich heddlu weld eich enw, na'ch atebion, na ph'un a ateboch chi ai peidio.",
            "Dim ond canlyniadau grwpiau o {threshold} neu fwy o bobl y mae'n eu gweld, mewn"
            " bandiau eang.",
            "Nid yw help byth yn dibynnu ar eich atebion.",
            "Gallwch oedi, stopio neu ddileu popeth sy'n cael ei gadw amdanoch, ar unwaith, heb"
            " i neb ofyn pam.",
        ),
        limits_title="Beth na ellir ei addo",
        limits="Yn dechnegol, gall Telegram ddarllen negeseuon at y bot. Gall llys fynnu gweld yr"
        " hyn sydd yno; dyna pam mae cyn lleied yn cael ei gadw. Does neb yn darllen y sgwrs,"
        " felly all neb anfon help.",
        danger="Mewn perygl nawr?",
        without_code="Mae cefnogaeth ar gael i chi yn y sgwrs heb god.",
        until="Mae'r cod hwn i {team} ac yn gweithio tan {day}.",
        card="Ni all eich heddlu weld eich enw, na'ch atebion, na ph'un a ateboch chi ai peidio.",
        card_limits="Yn dechnegol, gall Telegram ddarllen negeseuon at y bot. Mewn perygl,"
        " ffoniwch 999.",
        cards_title="Cardiau i {team}",
    ),
}
"""Every language posters are printed in; a force's others get the English one."""


def languages_of(force: Sequence[str]) -> list[str]:
    """Return the languages a force's posters are printed in, in its order."""
    return [language for language in force if language in WORDS] or [ENGLISH]
