"""Messages that come because somebody asked for them, as a lock screen shows them. Pure."""

from bot.core.languages import Tongue
from bot.officer import buttons
from bot.officer.screen import Screen, help_button, to
from bot.officer.texts import asked_for as texts
from bot.officer.texts import check_ins as check_in_texts
from bot.officer.texts import tough_job as tough_job_texts
from bot.workflows.follow_up_kinds import FollowUpKind

FOLLOW_UP = "follow-up"
AFTERWARDS = "afterwards"
STOP_THESE = "stop-these"
CHECKING_ON = "tomorrow-open"


def notice(tongue: Tongue, kind: FollowUpKind, *, asks: bool) -> Screen:
    """The message that comes by itself; what it is about is inside."""
    if kind is FollowUpKind.RESUME:
        settings = to(tongue, texts.SETTINGS, buttons.SETTINGS)
        return Screen(tongue(texts.RESUMED), ((settings, help_button(tongue)),))
    if kind is FollowUpKind.TOMORROW:
        open_it = to(tongue, check_in_texts.OPEN, CHECKING_ON)
        return Screen(tongue(texts.NOTICE), ((open_it, help_button(tongue)),))
    # Where answers will stand in this message it cannot be forwarded; where numbers of people
    # to call will, it can be copied.
    open_it = to(tongue, check_in_texts.OPEN, FOLLOW_UP if asks else AFTERWARDS, kind.value)
    stop = to(tongue, tough_job_texts.STOP_THESE, STOP_THESE)
    return Screen(tongue(texts.NOTICE), ((open_it,), (stop, help_button(tongue))), protected=asks)
