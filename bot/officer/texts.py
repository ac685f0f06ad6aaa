"""Every sentence an officer reads, in one place.

Voice: warm, short, plain, second person. No exclamation marks, no praise for answering, no
blame. At most five short lines before the buttons. Telegram's HTML: only b and i.
"""

from html import escape

from bot.core.instruments import Need

# --- On every screen ------------------------------------------------------------------

HELP = "Help"
BACK = "‹ Back"
SKIP = "Skip"
SUPPORT = "See support"
MENU = "‹ All support"

# --- Crisis ---------------------------------------------------------------------------

CRISIS_CARD = (
    "I'm glad you told me. You don't have to deal with this on your own.\n\n"
    "<b>If your life is in danger now, or you can't keep yourself safe:</b> call 999 or go to"
    " A&amp;E.\n\n"
    "<b>Talk to someone now, day or night:</b>\n"
    "Policing crisis line 0300 131 2789 (counsellors, independent of your force)\n"
    "Samaritans 116 123 (free)\n"
    "NHS 111, choose option 2\n"
    "Text BLUELIGHT to 85258\n\n"
    "I'm an automated service. Nobody is reading this, and I don't know who you are, so I can't"
    " send help to you. The people above can help.\n\n"
    "If you can, be with someone you trust, and move away from anything you could use to hurt"
    " yourself."
)
CALL_LIST = "Call list"
CONTACTED = "I've contacted someone"
NONE_SUIT = "None of these suit me"
CALL_LIST_TITLE = "<b>Talk to someone now</b>"
CONTACTED_ANSWER = (
    "That was a hard step, and it matters.\n\n"
    "Stay with someone if you can. If they can't help, or it gets worse, try another number."
    " Help is always here: send HELP at any time."
)
NONE_SUIT_ANSWER = (
    "That happens, and there are other ways.\n\n"
    "If talking feels like too much, texting may be easier: send BLUELIGHT to 85258.\n\n"
    "You can also sit with someone you trust and just say “I'm not OK”. Or breathe with me:"
    " in for four, hold for four, out for six, five times. Then look at the list again."
)

# --- Joining --------------------------------------------------------------------------

WELCOME = (
    "<b>Stand Easy</b> asks how you are, briefly, and shows you where support is.\n\n"
    "To join, open the link on your team's poster, or send me the code on it.\n\n"
    "You don't have to join to see support."
)
WELCOME_BACK = (
    "You have joined. Your next check-in comes by itself.\n\n"
    "Support is open to you whenever you want it."
)
RESUMED = "Welcome back. Your next check-in comes by itself."


def promises(unit: str, heads: int) -> str:
    """What is read before agreeing."""
    return (
        "<b>Before you join</b>\n\n"
        "Your force cannot see your name, your answers, or whether you answered.\n\n"
        "It sees results only for groups of 10 or more, in broad bands. You would count in"
        f" <b>{escape(unit)}</b>, {about_heads(heads)}.\n\n"
        "Telegram can technically read messages to me. I keep a scrambled link to this chat, apart"
        " from the answers. A court can demand what is held, which is why so little is.\n\n"
        "Please type no names and no case details. Nobody reads along, so I can't send help: in an"
        " emergency call 999.\n\n"
        "/stop ends messages at any time. /forget erases everything I hold about you."
    )


AGREE = "I agree, let me in"
DECLINE = "No thanks"
DECLINED = "That's fine. I kept nothing. Support is open to you all the same."

CODE_UNKNOWN = (
    "I don't know that code. Please check it against your team's poster and send it again.\n\n"
    "If it was no code: in an emergency call 999, and Help below is for you.\n\n"
    "Nothing was lost, and support is open to you without a code."
)
CODE_USED_UP = (
    "That code has been used as often as it can be. Your well-being team can make a new one.\n\n"
    "Support is open to you without a code."
)
CODE_EXPIRED = (
    "That code has run out. Your well-being team can make a new one.\n\n"
    "Support is open to you without a code."
)
TEAM_FULL = (
    "As many people have joined with this team as it has members, so I can't add more.\n\n"
    "Please tell your well-being team. Support is open to you all the same."
)
OTHER_TEAM = (
    "You have joined with another team. To move, send /forget first, then use this code again.\n\n"
    "Nothing was changed, and support is open to you."
)
TOO_MANY_TRIES = (
    "That's a lot of codes in a short time. Please wait an hour and try again.\n\n"
    "Support is open to you now."
)
CODE_LATER = (
    "I can't check codes right now. Please send it again in a few minutes; nothing was lost.\n\n"
    "Support is open to you now."
)

ASK_ROLE = (
    "<b>You're in.</b>\n\n"
    "Two optional questions, asked once. They are sealed inside your answers, and used for the"
    " whole force only.\n\n"
    "<b>What do you do here?</b>"
)
ASK_SERVICE = "<b>How long have you served?</b>"
RATHER_NOT = "Rather not say"
ROLES = {1: "Police officer", 2: "Police staff", 3: "Special constable", 4: "Volunteer"}
SERVICES = {
    1: "Under 1 year",
    2: "1 to 4 years",
    3: "5 to 9 years",
    4: "10 to 19 years",
    5: "20 years or more",
}


def joined(day: str | None) -> str:
    """The end of joining; `day` is when the first check-in comes, as people say it."""
    when = f"Your first check-in comes on {escape(day)}." if day else "Your check-ins come here."
    return (
        f"<b>That's all.</b> {when} It takes under a minute.\n\n"
        "You can skip any question, pause with /stop and erase everything with /forget."
    )


# --- Check-ins ------------------------------------------------------------------------

READY = "Your check-in is ready."
REMINDER = "Your check-in is still open."
OPEN = "Open"
TO_REVIEW = "‹ Review"
DONE = "That's it"
SEAL = "🔒 Seal my answers"
SKIPPED = "skipped"
CHECK_YOUR_ANSWERS = "<b>Check your answers.</b> Tap one to change it."
NOTHING_TO_SEAL = (
    "<b>You skipped every question.</b> That's fine: there is nothing to seal. Tap one to answer"
    " it, or leave it at that."
)


def about_heads(heads: int) -> str:
    """A group's size as people say it."""
    step = 5 if heads < 50 else 10
    return f"a group of about {(heads + step // 2) // step * step} people"


def progress(number: int, of: int) -> str:
    """The quiet first line of a question."""
    return f"{number} of {of}"


def counts_in(unit: str, heads: int) -> str:
    """Where the answers will count; shown before the first answer."""
    return f"<i>Counts in {escape(unit)}, {about_heads(heads)}.</i>"


SEALED = (
    "🔒 <b>Sealed.</b> Your answers went into a locked box without your name. They come out only as"
    " part of a group of ten or more."
)
SEALED_BEFORE = (
    "🔒 <b>Sealed already.</b> I have your answers to this check-in, once. Nothing was added."
)
CLOSED = (
    "This check-in has closed. What you sealed before counts; nothing was added now. The next one"
    " comes by itself."
)
NOT_ASKED = (
    "This check-in isn't open for you, so nothing was stored. Your next one comes by itself."
)
OLD_BUTTON = "That button is from an earlier message. Nothing was lost."
SEAL_LATER = (
    "I couldn't seal your answers just now. They are still in the buttons below, and nowhere"
    " else. Please tap Seal again in a minute."
)

# --- Support --------------------------------------------------------------------------

NEEDS: dict[Need, str] = {
    Need.CRISIS: "Help right now",
    Need.TALK: "Someone to talk to",
    Need.TRIM: "After a tough job: TRiM",
    Need.HEALTH: "Occupational health",
    # Neutral on purpose: somebody at home may look at this screen.
    Need.HOME: "Home and family",
    Need.ASSOCIATION: "Staff associations",
    Need.CHAPLAINCY: "Chaplaincy",
    Need.READ: "Things to read and hear",
    Need.LEAVING: "Thinking of leaving",
}

MENU_INTRO: dict[Need | None, str] = {
    None: "<b>Support</b>, whenever you want it:",
    Need.TALK: "It can help to talk to someone who isn't at work. <b>Support:</b>",
    Need.TRIM: "Trained colleagues can help make sense of a tough job. <b>Support:</b>",
    Need.HEALTH: "Sleep and health can get better with help. <b>Support:</b>",
    Need.ASSOCIATION: "You don't have to sort out work alone. <b>Support:</b>",
}

NEED_INTRO: dict[Need, str] = {
    Need.TRIM: (
        "TRiM is a talk with a trained colleague, from about three days after a tough job. It can"
        " help you make sense of how you're reacting and find support. It is voluntary. Don't"
        " wait for it if you feel unsafe or it is getting worse."
    ),
}

NOBODY_HERE = (
    "Your force has not given a contact for this yet. These people can help with anything:"
)

# --- Stopping and erasing -------------------------------------------------------------

STOPPED = (
    "<b>Stopped.</b> I won't write to you again. Send /start to come back, without a code.\n\n"
    "To erase everything I hold about this chat, send /forget. Support stays open to you."
)
NOTHING_TO_STOP = "You haven't joined, so there is nothing to stop. Support is open to you."
FORGET_QUESTION = (
    "<b>Erase everything I hold about this chat, now?</b>\n\n"
    "It can't be undone. Answers you sealed are already apart from you and stay in the group"
    " results; so does Telegram's own copy of this chat, until you delete it."
)
FORGET_YES = "Erase it now"
FORGET_NO = "Keep it"
FORGOTTEN = (
    "<b>Erased.</b> I hold nothing about this chat any more.\n\n"
    "To join again you need a code. Support stays open to you."
)
NOTHING_TO_FORGET = "I hold nothing about this chat. Support is open to you."
KEPT = "Nothing was erased."
CHANGE_LATER = (
    "I can't reach my records right now, so nothing was changed. Please send it again in a few"
    " minutes.\n\n"
    "If your life is in danger now, call 999. Day or night: policing crisis line 0300 131 2789,"
    " Samaritans 116 123."
)

PRIVACY = (
    "<b>What your force can see</b>\n\n"
    "Not your name, not your answers, not whether you answered. Only results for groups of 10 or"
    " more, in broad bands, once a round.\n\n"
    "<b>What I keep</b>\n"
    "A scrambled link to this chat, your team, and what you chose when joining. Until a round"
    " closes, a mark that this chat took part. Answers are locked and kept apart, without a name"
    " or a time.\n\n"
    "<b>What I can't promise</b>\n"
    "Telegram can technically read messages to me. A court can demand what is held, which is why"
    " so little is.\n\n"
    "/stop ends messages, /forget erases everything I hold about you."
)

COMMANDS_LIST = (
    "I don't know that one. I know:\n"
    "/support where help is\n"
    "/help if it's urgent\n"
    "/privacy what is kept\n"
    "/stop no more messages, /forget erase everything"
)

IN_A_GROUP = "I only work in a private chat, so that nobody can see who takes part."

COMMANDS: tuple[tuple[str, str], ...] = (
    ("support", "Where help is"),
    ("help", "Help right now"),
    ("privacy", "What your force can see, and what I keep"),
    ("stop", "No more messages"),
    ("forget", "Erase everything about this chat"),
    ("start", "Join, or come back"),
)

DESCRIPTION = (
    "Short, anonymous check-ins for people in demanding jobs, and the way to support. Your force"
    " cannot see your name, your answers, or whether you answered. In an emergency call 999."
)
SHORT_DESCRIPTION = "Anonymous check-ins, and the way to support."
