"""docs/screens.md shows what the program shows, and where each button really leads."""

from tests.officer.screens_page import PAGE, commands, leads_to, page, paths
from tests.officer.topics import the_topics


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make texts"


def test_every_command_leads_somewhere() -> None:
    assert all(commands().values())


def test_every_button_leads_somewhere() -> None:
    nowhere = {
        (screen, label) for screen, ways in paths().items() for label, to in ways.items() if not to
    }
    assert not nowhere


def test_what_a_handler_can_show_is_read_from_its_code() -> None:
    handlers = {name: each for topic in the_topics() for name, each in topic.buttons.items()}
    assert leads_to(handlers["decline"]) == {"plain DECLINED"}
    assert {"ask_service"} <= leads_to(handlers["role"])
