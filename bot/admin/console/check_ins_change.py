"""A changed check-in in its programme: checked as a file is, each problem beside its field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.admin.console.check_ins_form import (
    CHOOSE_QUESTIONS,
    Typed,
    content_of,
    note_problems,
    note_same_questions,
)
from bot.core.calendar import NoSuchDay, ReleasesTooClose
from bot.core.documents import DocumentProblems
from bot.core.errors import InvalidDocument
from bot.core.programme import CheckIn, Programme
from bot.core.programme_checks import check_audiences, check_programme
from bot.workflows.catalogue import Instruments


@dataclass(frozen=True, slots=True)
class Change:
    """A programme with one check-in changed, or new."""

    programme: Programme
    check_in: CheckIn


def changed_programme(
    typed: Typed,
    programme: Programme,
    before: CheckIn | None,
    today: date,
    instruments: Instruments,
) -> Change | None:
    """Return the programme with what was typed in it; None, with what is wrong noted."""
    content = content_of(typed, programme, before, today)
    try:
        check_in = CheckIn.from_mapping(content, name="the check-in")
    except DocumentProblems as error:
        note_problems(typed, error.problems)
        return None
    if (check_in.instrument, check_in.instrument_version) not in instruments:
        typed.note("instrument", CHOOSE_QUESTIONS)
    note_same_questions(typed, check_in, before, programme)
    if typed.problems:
        return None
    changed = _placed(programme, check_in, before)
    try:
        made = _with(programme, changed)
        check_programme(made, list(instruments.values()), "the programme")
        check_audiences(made, programme, "the programme")
    except DocumentProblems as error:
        note_problems(typed, error.problems)
    except (ReleasesTooClose, NoSuchDay) as error:
        typed.note("recurrence", f"{error} {error.hint}".strip())
    except InvalidDocument as error:
        note_problems(typed, [((), str(error.details["problem"]))])
    else:
        return Change(made, check_in)
    return None


def without(programme: Programme, check_in: CheckIn) -> Programme:
    """Return the programme without a check-in; raises `DocumentProblems` where it is the last."""
    return _with(programme, [each for each in programme.check_ins if each.id != check_in.id])


def _placed(programme: Programme, check_in: CheckIn, before: CheckIn | None) -> list[CheckIn]:
    if before is None:
        return [*programme.check_ins, check_in]
    return [check_in if each.id == before.id else each for each in programme.check_ins]


def _with(programme: Programme, check_ins: Sequence[CheckIn]) -> Programme:
    # What hangs together is checked anew; thousands of teams that did not change are not read
    # anew. A save reads everything again.
    parts = {name: getattr(programme, name) for name in Programme.model_fields}
    return Programme.from_mapping({**parts, "check_ins": list(check_ins)}, name="the programme")
