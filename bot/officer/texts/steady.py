"""What can be done alone and at once: a minute to steady yourself, and a plan for some hours.

Nothing is asked that would have to be kept: whoever reads does it in their head.
"""

from bot.core.languages import mark as _

STEADY = _("Steady yourself")
PLAN = _("Plan my next hours")
BEGIN = _("Begin")
NEXT = _("Next")
ONCE_MORE = _("Once more")

STEADY_STEPS = (
    _(
        "<b>A minute to steady yourself</b>\n\n"
        "Put both feet on the floor and let your shoulders drop. Breathe out slowly.\n\n"
        "You can leave at any step."
    ),
    _("<b>Look round.</b> Name five things you can see. Take your time over each."),
    _("<b>Touch four things</b> near you. Notice: warm or cold, rough or smooth?"),
    _("<b>Listen.</b> Pick out three sounds, one after the other. Far ones count too."),
    _(
        "<b>Breathe in through your nose.</b> Find two things you can smell, or think of"
        " two smells you like."
    ),
    _(
        "<b>One slow breath,</b> three times over.\n\n"
        "In while you count to four. Hold for two. Out while you count to six."
    ),
    _(
        "<b>That's it.</b> If things feel a little quieter, give it a moment before you go on.\n\n"
        "If they don't, that happens, and it says nothing about you. Try once more, or talk to"
        " someone."
    ),
)

PLAN_STEPS = (
    _(
        "<b>Plan my next hours</b>\n\n"
        "Five short steps for the time until things ease. Answer each in your head, or on paper."
        " Nothing comes to me, so please don't type it here."
    ),
    _("<b>1. Where will I be?</b>\n\nPick somewhere you feel safe, or at least a bit better."),
    _(
        "<b>2. Who can be with me, or on the phone?</b>\n\n"
        "Choose one name. It is enough to say: “I'm not OK. Can you stay with me for a while?”"
    ),
    _(
        "<b>3. What do I put out of reach?</b>\n\n"
        "Alcohol, pills, keys: anything that could hurt you. Ask someone to hold on to it."
    ),
    _(
        "<b>4. What gets me through?</b>\n\n"
        "Small things count: water, food, a shower, a walk, music, sleep. Pick the next one."
    ),
    _(
        "<b>5. What if it gets worse?</b>\n\n"
        "Choose your call now: policing crisis line 0300 131 2789, Samaritans 116 123, or text"
        " BLUELIGHT to 85258. In danger: 999."
    ),
    _(
        "<b>My next hours</b>\n"
        "1. I go where I feel safe.\n"
        "2. I ask someone to stay with me.\n"
        "3. I put out of reach what could hurt me.\n"
        "4. I do the next small thing.\n"
        "5. If it gets worse I call: 0300 131 2789, 116 123, or 999."
    ),
)
"""Where to be, with whom, without what, doing what, and who to call; then the card."""
