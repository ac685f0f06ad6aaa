"""Every page of the phone that shows entries of the support directory, for who keeps it.

Made by what makes them for officers: what is looked at here is what is seen there.
"""

from collections.abc import Iterator

from bot.core.instruments import Need
from bot.core.languages import Tongue, Tongues
from bot.core.programme import Programme
from bot.core.signposting import MENU_ORDER
from bot.core.support import SupportEntry, left_out
from bot.officer.crisis import call_list, crisis_card
from bot.officer.languages import Languages
from bot.officer.screen import Screen
from bot.officer.support import need_page, support_menu
from bot.officer.tough_job import card

_EXIT = "exit"
"""The instrument that asks why somebody leaves."""


def screens(
    tongue: Tongue, tongues: Tongues, programme: Programme, support: list[SupportEntry]
) -> Iterator[tuple[str, Screen]]:
    """Yield every page that shows entries, by the way to it."""
    others = Languages(tongues).others(tongue, programme)
    wales = "cy" in programme.force.languages
    asks_why = any(check_in.instrument == _EXIT for check_in in programme.check_ins)
    yield "/help", crisis_card(tongue, others)
    yield "/help, call list", call_list(tongue, support)
    yield "/support", support_menu(tongue, others=others)
    for need in MENU_ORDER:
        spoken = left_out(need, support) if tongue.language == "en" else set()
        yield (
            f"/support, {need.value}",
            need_page(
                tongue,
                need,
                support,
                wales=wales,
                asks_why=asks_why and need is Need.LEAVING,
                others=[each for each in others if each.language in spoken],
            ),
        )
    yield "/tough_job", card(tongue, support)


def untranslated(support: list[SupportEntry], language: str) -> list[str]:
    """Return the texts of entries that a reader of a language is shown in English."""
    found = []
    for entry in support:
        for field in ("name", "for_whom", "contact", "hours", "cost", "confidentiality"):
            texts = getattr(entry, field)
            if texts is not None and language not in texts:
                found.append(f"{entry.id}, {field}")
    return found
