"""The two files that `init` writes: settings, and a first programme to be edited.

Both are read back before anything is written, so what stands there is what was answered.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

_PLAIN = re.compile(r"[A-Za-z0-9_:/@.+?=&%,-]*")

_ENV = """\
# Stand Easy: settings of this machine. docs/settings.md describes every one there is.
# Whoever reads this file can write as the bot: mode 0600, and never into a repository.
"""

_ABOUT = {
    "STANDEASY_TELEGRAM_TOKEN": "The bot's token from BotFather.",
    "STANDEASY_PUBLIC_URL": "The address under which the pages are reached from outside.",
    "STANDEASY_DATABASE_URL": "Where the database is; without this line, a file in data/.",
}

_PROGRAMME = """\
# The programme of {name}: what is asked, of whom, and where help is.
# What you change here is in force after: python -m bot programme load {file}
# config/programmes/example.yaml shows everything that can stand here.
format: 1

force:
  id: {id}
  name: {quoted}
  timezone: {timezone}
  languages: [en]
  # Replace these by your own. Results are shown for groups of 25 heads or more; smaller teams
  # are joined with others of their department. Mark teams whose work is high-stress.
  departments:
    - id: first-department
      name: First department
      teams:
        - {{id: first-team, name: First team, headcount: 30, supervisors: 3}}

check_ins:
  # Five short questions on four Mondays; the result comes when the fourth week is over.
  - id: weekly-pulse
    title: {{en: Weekly pulse}}
    instrument: weekly-pulse
    instrument_version: 1
    audience: everyone
    starts_on: {starts_on}
    recurrence: FREQ=WEEKLY;BYDAY=MO
    prompts_per_round: 4
    window: {{opens: "11:00", closes: "20:00"}}
    remind_after_hours: 48

# National help comes with the program. The force's own has to be here before officers can be let
# in: somebody to talk to, TRiM, and health. Put the entries below in place of the next line, with
# numbers that somebody has called. After 90 days the program warns, after 180 it does not start.
support: []
# support:
#   - id: counselling
#     name: {{en: Employee assistance}}
#     needs: [talk]
#     for_whom: {{en: "Officers and staff; say whether specials and volunteers, too"}}
#     phone: "01632 960 101"
#     hours: {{en: "24 hours, every day"}}
#     cost: {{en: Free}}
#     confidentiality: {{en: Counsellors from outside the force; it is not told who calls}}
#     scope: force
#     source: The contract of 2026
#     last_verified: {today}
#     verified_by: Who called
#   - id: trim
#     name: {{en: TRiM contact}}
#     needs: [trim]
#     for_whom: {{en: "Officers, staff, specials and volunteers"}}
#     phone: "01632 960 102"
#     hours: {{en: "08:00 to 18:00, every day"}}
#     confidentiality: {{en: Trained peers}}
#     scope: force
#     source: The TRiM coordinator
#     last_verified: {today}
#     verified_by: Who called
#   - id: occupational-health
#     name: {{en: Occupational health}}
#     needs: [health]
#     for_whom: {{en: Officers and staff}}
#     phone: "01632 960 103"
#     hours: {{en: "Monday to Friday, 08:30 to 16:30"}}
#     confidentiality: {{en: Medical confidentiality}}
#     scope: force
#     source: The force's pages
#     last_verified: {today}
#     verified_by: Who called
"""


def env_text(values: Mapping[str, str]) -> str:
    """Return a `.env` of these settings; what is empty is left for later."""
    lines = [_ENV]
    for name, value in values.items():
        lines.append(f"\n# {_ABOUT[name]}\n{name}={_quoted(value)}\n")
    return "".join(lines)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def programme_text(name: str, timezone: str, today: date, file: str) -> str:
    """Return a first programme: one department, one team, one check-in from next Monday on."""
    return _PROGRAMME.format(
        name=name,
        file=file,
        id=_identifier(name),
        # JSON is YAML, whatever stands in a name.
        quoted=json.dumps(name, ensure_ascii=False),
        timezone=timezone,
        today=today,
        starts_on=today + timedelta(days=7 - today.weekday()),
    )


def _identifier(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-") or "force"
