"""The first look at what is set up: whether a process may start on it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.calendar import local_day
from bot.core.programme_checks import check_programme
from bot.core.support import SupportEntry, check_ages, check_directory, lacking
from bot.workflows import programme, public_figures, wordings
from bot.workflows.catalogue import Instruments, NoProgramme
from bot.workflows.moment import Now
from storage import enrolments
from storage.engine import Storage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """What comes with the product and with the force's packs."""

    instruments: Instruments
    digests: wordings.Digests
    national: Sequence[SupportEntry]


async def check_content(
    storage: Storage,
    content: Content,
    process: str,
    now: Now,
    *,
    draws_figures: bool,
    knows_officers: bool,
    keeps_wordings: bool,
) -> None:
    """Raise where a process must not start: a programme that cannot be asked, wordings that
    changed, a support directory that nobody has checked lately.

    Raises what `check_programme`, `wordings.keep` and `check_directory` do. What is only due is
    logged. Only a process that `knows_officers` may look whether there are any, and the
    dashboard's account keeps no wordings.
    """
    try:
        version = await programme.current(storage)
    except NoProgramme as error:
        log.warning("%s %s", error, error.hint)
        due = check_ages(list(content.national), now().date())
    else:
        check_programme(version.programme, list(content.instruments.values()))
        if keeps_wordings:
            await wordings.keep(storage, version.programme, content.digests, process, now)
        else:
            await wordings.check(storage, content.digests)
        if draws_figures and version.programme.disclosure.public_figures:
            public_figures.check_noise()
        today = local_day(now(), version.programme.force.timezone)
        entries = [*version.programme.support, *content.national]
        missing = lacking(version.programme.support)
        if missing and not (knows_officers and await _has_officers(storage)):
            # Whoever sets up a force in a browser needs the pages; nobody is let in so far.
            log.warning(
                "officers are let in once the force has a support entry for %s",
                ", ".join(missing),
            )
            due = check_ages(entries, today)
        else:
            due = check_directory(entries, today)
    for finding in due:
        log.warning(
            "the support entry %s was last verified on %s", finding.entry, finding.last_verified
        )


async def _has_officers(storage: Storage) -> bool:
    """Whether somebody joined."""
    async with storage.read("officers") as tx:
        return bool(await enrolments.numbers(tx))
