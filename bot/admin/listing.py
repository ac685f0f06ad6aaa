"""What commands print: plain lines on standard output, one thing a line."""

from collections.abc import Sequence
from datetime import date

from bot.core.instruments import Instrument
from bot.core.programme import Programme
from bot.core.reporting_units import form_units
from bot.workflows.key_pool import KeyLine
from bot.workflows.public_figures import Drawn, in_epsilon
from bot.workflows.rounds import RoundLine


def rounds_as_text(lines: Sequence[RoundLine]) -> str:
    """Return the list of rounds."""
    if not lines:
        return "No rounds yet. The first opens by itself on its day."
    rows = [("ROUND", "STATE", "OPENS", "CLOSES")]
    rows += [
        (line.id, line.state_in_words, line.opens_on, f"{line.closes_at:%Y-%m-%d %H:%M} UTC")
        for line in lines
    ]
    return columns(rows)


def keys_as_text(lines: Sequence[KeyLine]) -> str:
    """Return the list of sealing keys."""
    if not lines:
        return "No keys yet. Make some with: python -m bot keys new"
    rows = [("KEY", "STATE", "OPENING KEY")]
    rows += [(line.id, line.state.value, "here" if line.here else "not here") for line in lines]
    return columns(rows)


def figures_as_text(drawn: Drawn) -> str:
    """Return the list of public figures and what each year used."""
    if not drawn.figures:
        return "No public figures yet."
    rows = [("ROUND", "YEAR", "EPSILON")]
    rows += [(each.round_id, str(each.year), in_epsilon(each.epsilon)) for each in drawn.figures]
    rows += [("all", str(year), in_epsilon(epsilon)) for year, epsilon in drawn.used]
    return columns(rows)


def wording_as_text(name: str, instruments: Sequence[Instrument]) -> str:
    """Return what a complete wording file brings."""
    lines = [f"{name} is complete."]
    for instrument in instruments:
        languages = ", ".join(instrument.languages)
        level = instrument.publication.level
        lines.append(
            f"  {instrument.id} version {instrument.version}: {counted(instrument.items, 'item')},"
            f" {counted(instrument.scales, 'theme')}, {languages}; smallest group shown: {level};"
            f" {'validated' if instrument.validated else 'not validated'}; {instrument.licence}"
        )
    return "\n".join(lines)


def counted(things: Sequence[object], name: str) -> str:
    """Return how many things there are, with their name."""
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def programme_as_text(programme: Programme) -> str:
    """Return what a programme will do, in words."""
    force = programme.force
    lines = [f"{force.name}: {sum(team.headcount for team in force.teams)} heads"]
    for department in force.departments:
        lines.append(f"  {department.name}")
        lines += [
            f"    {team.id}: {team.name}, {team.headcount} heads"
            + (", high-stress" if team.high_stress else "")
            for team in department.teams
        ]
    units = form_units(programme, [team.id for team in force.teams])
    lines.append("Reported together:")
    lines += [f"  {unit.name} ({unit.heads} heads)" for unit in units.units]
    lines.append("Check-ins:")
    lines += [
        f"  {check_in.id}: {check_in.recurrence} from {check_in.starts_on},"
        f" {check_in.prompts_per_round} prompts a round"
        for check_in in programme.check_ins
    ]
    return "\n".join(lines)


def code_as_text(code: str, uses: int, expires_on: date, username: str | None) -> str:
    """Return a new code with its link; without a bot name, how to get the link."""
    link = (
        f"https://t.me/{username}?start={code}"
        if username
        else "(set STANDEASY_TELEGRAM_TOKEN, so that the bot's name is known)"
    )
    return f"Code: {code}\nLink: {link}\nFor {uses} people, until {expires_on}"


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows as a table, each column as wide as its longest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
