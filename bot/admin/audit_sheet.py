"""The sheet of an audit: one page for a data-protection impact assessment, as text or JSON."""

import json
import textwrap
from typing import Final

from bot.core.outsider.findings import Account, Violation
from bot.workflows.audit_releases import Published

SHOWN_AT_MOST: Final = 20
"""Violations written out, so that the sheet stays a page; JSON has them all."""

ASSUMES: Final = (
    "The outsider has every release, the heads of every team, and knows the rules. Within a"
    " release nothing is assumed. Between releases it is assumed, in the outsider's favour, that"
    " the same teams answered the same; where no answers agree with that, nothing is learnt."
    " Not covered: what people tell about themselves, and what is known from elsewhere."
    " docs/auditing.md has the whole of it."
)


def as_text(published: Published, account: Account, width: int) -> str:
    """Return the sheet as text of at most `width` columns."""
    width = max(40, width)
    told = published.told
    lines = ["AUDIT OF ALL RELEASES", ""]
    if told:
        lines += _wrapped(
            f"{len(told)} releases were read, {told[0].round_id} to {told[-1].round_id}."
            f" Their hashes form an unbroken chain to {published.newest_hash}.",
            width,
        )
    else:
        lines += _wrapped("Nothing was released yet, so there is nothing to derive.", width)
    lines += [
        "",
        *_row("small groups examined", account.groups),
        *_row("intervals decided", account.intervals),
        *_row("linear programmes solved", account.solved),
        *_row("windows of several releases", account.windows),
        *_row("  of which nobody answered alike", account.refuted),
        *_row("largest narrowing of a share", f"{account.narrowing:.0f} points"),
        "",
        *_wrapped(ASSUMES, width),
        "",
        f"RESULT: {'FAIL' if account.violations else 'PASS'}",
    ]
    if not account.violations:
        lines += _wrapped(
            "Nothing published says more of a group under the floor than the groups of ten or"
            " more around it already say.",
            width,
        )
    for number, violation in enumerate(account.violations[:SHOWN_AT_MOST], 1):
        lines += ["", *_wrapped(f"{number}. {in_words(violation)}", width, "   ")]
    more = len(account.violations) - SHOWN_AT_MOST
    if more > 0:
        lines += ["", f"and {more} more; --format json lists all."]
    return "\n".join(lines)


def as_json(published: Published, account: Account) -> str:
    """Return the sheet as JSON."""
    return json.dumps(
        {
            "result": "fail" if account.violations else "pass",
            "releases": [told.round_id for told in published.told],
            "newest_hash": published.newest_hash or None,
            "groups_examined": account.groups,
            "intervals_decided": account.intervals,
            "programmes_solved": account.solved,
            "windows": account.windows,
            "windows_refuted": account.refuted,
            "largest_narrowing_points": round(account.narrowing, 1),
            "violations": [
                {
                    "kind": violation.kind.value,
                    "rounds": list(violation.rounds),
                    "group": violation.group,
                    "derived": violation.derived,
                }
                for violation in account.violations
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def in_words(violation: Violation) -> str:
    """Return a violation as a sentence."""
    first, last = violation.rounds[0], violation.rounds[-1]
    where = f"From {first}" if first == last else f"From {first} to {last} together"
    if len(violation.rounds) == 2:
        where = f"From {first} and {last} together"
    return f"{where}, of {violation.group}: {violation.derived}."


def _row(name: str, number: int | str) -> list[str]:
    return [f"  {name:<34}{number:>12}"]


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
