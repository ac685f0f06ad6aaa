"""The support menu: always the same entries, in an order that answers may change."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.core.instruments import Need
from bot.core.signposting import MENU_ORDER, order_menu, signposts_for
from tests.core.builders import a_draft, an_instrument, item, option, scale


def test_without_a_reason_the_menu_keeps_its_order() -> None:
    menu = order_menu([])
    assert menu.order == MENU_ORDER
    assert menu.first is None
    assert not menu.crisis


def test_every_need_but_crisis_is_always_in_the_menu() -> None:
    assert set(MENU_ORDER) == set(Need) - {Need.CRISIS}


@given(st.lists(st.sampled_from(Need)))
def test_wanting_changes_the_order_and_never_the_entries(wanted: list[Need]) -> None:
    menu = order_menu(wanted)
    assert sorted(menu.order) == sorted(MENU_ORDER)
    ahead = list(dict.fromkeys(need for need in wanted if need is not Need.CRISIS))
    assert list(menu.order[: len(ahead)]) == ahead
    assert menu.first == (ahead[0] if ahead else None)
    assert menu.crisis == (Need.CRISIS in wanted)


def test_chosen_options_lead_the_menu_in_the_order_of_the_questions() -> None:
    instrument = an_instrument(
        items=[
            item("mood", [option("Bad", 1, ["crisis", "talk"]), option("Good", 5)]),
            item(
                "home",
                [option("Money", support=["read"]), option("Family", support=["home", "talk"])],
                kind="choices",
                at_most=2,
            ),
        ],
        scales=[scale("mood", ["mood"])],
    )
    draft = replace(a_draft(instrument), answers=(2, 2 + 2 * 0b11 + 1))
    menu = signposts_for(draft, instrument)
    assert menu.order[:3] == (Need.TALK, Need.READ, Need.HOME)
    assert menu.first is Need.TALK
    assert menu.crisis
    assert signposts_for(a_draft(instrument), instrument) == order_menu([])
