"""What an officer can do alone and at once: steady themselves, and plan the next hours.

Each step is one tap, can be left at any point, and is the same for everybody: nothing is
chosen, typed, sent or kept. Needs nothing but memory.
"""

from collections.abc import Sequence

from bot.core.languages import Tongue
from bot.officer import buttons
from bot.officer.screen import Button, Row, Screen, help_button, to
from bot.officer.texts import common
from bot.officer.texts import crisis as crisis_texts
from bot.officer.texts import steady as texts
from bot.officer.tomorrow import check_on_me
from bot.officer.topic import Chat, Command

STEADY = "steady"
PLAN = "plan"


def ways(tongue: Tongue) -> tuple[Button, ...]:
    """Return the ways into both."""
    return (to(tongue, texts.STEADY, STEADY), to(tongue, texts.PLAN, PLAN))


def steady_step(tongue: Tongue, step: int) -> Screen:
    """One step of the exercise, from 0; the last says that it is over."""
    if step < len(texts.STEADY_STEPS) - 1:
        return _step(tongue, texts.STEADY_STEPS, STEADY, step)
    rows: tuple[Row, ...] = (
        (to(tongue, texts.ONCE_MORE, STEADY, "1"), to(tongue, texts.PLAN, PLAN)),
        (to(tongue, crisis_texts.CALL_LIST, buttons.CALL_LIST),),
    )
    return _with_last_row(tongue, texts.STEADY_STEPS[step], rows)


def plan_step(tongue: Tongue, step: int) -> Screen:
    """One step of the plan, from 0; the last is the card, to be left on the phone."""
    if step < len(texts.PLAN_STEPS) - 1:
        return _step(tongue, texts.PLAN_STEPS, PLAN, step)
    rows: tuple[Row, ...] = (
        (to(tongue, crisis_texts.CALL_LIST, buttons.CALL_LIST),),
        check_on_me(tongue),
        (to(tongue, texts.STEADY, STEADY),),
    )
    return _with_last_row(tongue, texts.PLAN_STEPS[step], rows)


def _step(tongue: Tongue, steps: Sequence[str], name: str, step: int) -> Screen:
    onward = texts.NEXT if step else texts.BEGIN
    return _with_last_row(tongue, steps[step], ((to(tongue, onward, name, str(step + 1)),),))


def _with_last_row(tongue: Tongue, text: str, rows: tuple[Row, ...]) -> Screen:
    last = (to(tongue, common.MENU, buttons.MENU), help_button(tongue))
    return Screen(tongue(text), (*rows, last))


def _number_of(argument: str, steps: Sequence[str]) -> int | None:
    """Return which step a button means; None when there is no such step."""
    return {"": 0, **{str(step): step for step in range(len(steps))}}.get(argument)


class Steady:
    """Shows them."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.buttons = {STEADY: self._steady, PLAN: self._plan}

    async def _steady(self, chat: Chat, argument: str) -> Screen | None:
        step = _number_of(argument, texts.STEADY_STEPS)
        return None if step is None else steady_step(chat.tongue, step)

    async def _plan(self, chat: Chat, argument: str) -> Screen | None:
        step = _number_of(argument, texts.PLAN_STEPS)
        return None if step is None else plan_step(chat.tongue, step)
