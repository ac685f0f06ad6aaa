"""The words of actions: verdicts as people say them, and what is wrong with a form. Pure.

A verdict says what the releases say, "no difference" like any other, and always what it
cannot prove.
"""

from collections.abc import Mapping
from typing import Final

from bot.core.errors import StandEasyError
from bot.core.evaluation.verdicts import Because, Interval, Verdict, VerdictKind
from bot.lead.wording import in_words
from bot.workflows import actions, replies

SHORT: Final[Mapping[VerdictKind, str]] = {
    VerdictKind.BETTER: "Better",
    VerdictKind.WORSE: "Worse",
    VerdictKind.NO_DIFFERENCE: "No difference that can be told",
    VerdictKind.TOO_EARLY: "Too early to tell",
    VerdictKind.TOO_SMALL: "The groups are too small to tell",
    VerdictKind.NOTHING_TO_COMPARE: "Nothing to compare",
}
LONG: Final[Mapping[VerdictKind, str]] = {
    VerdictKind.BETTER: "Fewer “{low}” answers than before, in the first two rounds after it "
    "began: the ranges before and after lie apart.",
    VerdictKind.WORSE: "More “{low}” answers than before, in the first two rounds after it "
    "began: the ranges before and after lie apart.",
    VerdictKind.NO_DIFFERENCE: "The ranges of “{low}” answers before and after do not lie "
    "apart. There may be no effect, or one too small to be seen in ranges this broad.",
}
WHY_NOT: Final[Mapping[Because, str]] = {
    Because.NO_ROUND_AFTER: "No round that opened after it began has a result yet.",
    Because.ONE_ROUND_AFTER: "One round is not enough: it can be chance. The next result decides.",
    # One sentence whatever the reason: why a cell is hidden is never told.
    Because.NOT_SHOWN_BEFORE: "Before it began, this theme could not be shown for these groups, "
    "because too few people answered or because it could give away what a few said.",
    Because.NOT_SHOWN_AFTER: "After it began, this theme could not be shown for these groups in "
    "two rounds in a row, because too few people answered or because it could give away what a "
    "few said.",
    Because.NO_ROUND_BEFORE: "There is no result from before it began, so there is nothing to "
    "compare it with.",
    Because.GROUP_GONE: "The groups are not in the newest result any more: teams were moved, "
    "merged or renamed.",
    Because.NOT_ASKED_ANY_MORE: "The newest round did not ask about this theme.",
    Because.NOT_COMPARABLE: "The people in the groups or the questions changed in between, so "
    "before and after cannot be compared.",
}
ONE_LARGE_ROUND: Final = (
    "One round after it began is in, and the group is large enough for one to count. The next "
    "result can still take it back."
)
CANNOT_PROVE: Final = (
    "This cannot prove that the action was the reason. Other things change at the same time, a "
    "bad month is often followed by a better one by itself, and those who answer differ from "
    "round to round."
)
CHOSEN_LATE: Final = (
    "What it should change was chosen after a result was out. Read it as a hint, not as a test."
)
UNLIKE: Final = (
    "The groups did not go the same way: “{low}” answers became fewer or more in some of them, "
    "but not in more than half, or in some each way. Look at each of them."
)
POINTS: Final = "A point is one answer in a hundred."
SEVERAL: Final = (
    "Each group counts the same. It is better or worse when that is so for more than half of "
    "those that can be judged, and none went the other way."
)


def verdict_in_words(verdict: Verdict, low: str) -> tuple[str, ...]:
    """Return the sentences that explain a verdict; `low` is the answer it looks at."""
    if verdict.because is not None:
        return (WHY_NOT[verdict.because],)
    sentences = [LONG[verdict.kind].format(low=low)]
    used = [each.after for each in verdict.groups if each.after]
    kinds = {each.kind for each in verdict.groups if each.after}
    if verdict.kind is VerdictKind.NO_DIFFERENCE and kinds != {verdict.kind}:
        sentences[0] = UNLIKE.format(low=low)
    if any(len(after) == 1 for after in used):
        sentences[0] = sentences[0].replace("the first two rounds", "the first round")
        sentences.append(ONE_LARGE_ROUND)
    if len(verdict.groups) > 1:
        sentences.append(SEVERAL)
    return tuple(sentences)


def interval_in_words(interval: Interval) -> str:
    """Return a difference: "20 to 60 points fewer"; a point is one answer in a hundred."""
    low, high = interval.low, interval.high
    if high < 0 or low > 0:
        least, most = sorted((abs(low), abs(high)))
        way = "fewer" if high < 0 else "more"
        between = f"{least}" if least == most else f"{least} to {most}"
        return f"{between} points {way}"
    fewer = f"{-low} points fewer" if low else "no change"
    more = f"{high} points more" if high else "no change"
    return "no change" if low == high else f"anything from {fewer} to {more}"


def comparison_in_words(verdict: Verdict, level: str) -> tuple[str, ...]:
    """Return what can be said of groups without an action; nothing without such a group."""
    found = verdict.comparison
    if found is None:
        return ()
    many = len(found.groups)
    first = (
        f"In {in_words(many)} {level if many == 1 else level + 's'} without an action on this "
        f"theme the change over the same rounds was {interval_in_words(found.difference)}."
    )
    between = interval_in_words(found.more_than_theirs)
    if found.more_than_theirs.holds_zero:
        return (
            first,
            f"Compared with them: {between}. They may have changed as much, so it may have been "
            "something that reached everybody.",
        )
    return first, f"Compared with them: {between}. That is not what happened everywhere."


def no_comparison(verdict: Verdict) -> str:
    """Return the sentence for a verdict without a comparison; empty where none is expected."""
    if verdict.because is not None or verdict.comparison is not None:
        return ""
    return (
        "No comparison: there is no group of the same level that was shown in the same rounds "
        "and had no action on this theme."
    )


def problem_of(error: StandEasyError) -> tuple[str, str] | None:
    """Return the field that an error is about and what to do; None for errors of another kind."""
    found = _PROBLEMS.get(type(error))
    return (
        None
        if found is None
        else (found[0].format(**error.details), found[1].format(**error.details))
    )


_PROBLEMS: Final[Mapping[type[StandEasyError], tuple[str, str]]] = {
    actions.EmptyAction: ("what", "Say in a sentence what was done."),
    actions.ActionTooLong: ("what", "This has {length} characters. Up to {most} fit."),
    actions.ActionWithMarkup: (
        "what",
        "Use plain words, and name no person and no address: {found} cannot be used.",
    ),
    actions.NoSuchTheme: ("scale", "Choose one of the themes of the newest result."),
    actions.NoGroups: ("groups", "Choose at least one group."),
    actions.TooManyGroups: ("groups", "These are {number} groups. Up to {most} can be chosen."),
    actions.UnknownGroup: ("groups", "One of these groups is not in the newest result."),
    actions.GroupsOverlap: (
        "groups",
        "One of these groups lies inside another. Choose the one or the other.",
    ),
    actions.DayTooFar: ("day", "Choose a day between {earliest} and {latest}."),
    actions.EndsBeforeItBegins: ("day", "It began on {starts_on}. Choose that day or a later one."),
    actions.TooManyActions: ("what", "There is no room for more than {most} actions."),
    replies.NoSuchScale: ("scale", "Choose one of the themes that are shown."),
    replies.NotShown: ("scale", "Choose one of the themes that are shown."),
    replies.NoEnglishLine: ("line-en", "Write what was done, in English."),
    replies.EmptyLine: ("line-{language}", "Write what was done."),
    replies.LineTooLong: (
        "line-{language}",
        "This has {length} characters. Up to {most} fit.",
    ),
    replies.LineWithSpaces: ("line-{language}", "Write one space between words."),
    replies.LineWithMarkup: ("line-{language}", "Use plain words: {found} cannot be used."),
}
