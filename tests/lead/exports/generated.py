"""Releases with any content: every format, cell and name that one may hold.

They are not made by disclosure control, which the exports do not know: what matters here is
that whatever stands in a release stands in every file of it, and nothing else does.
"""

import random
from typing import Any

from bot.core.disclosure.release import FIRST, Release, make_release

THEMES = ("Workload", "Sleep", "Kit", "Control", "Fairness", "Learning", "Home")
REASONS = ("Pay", "Shifts", "Health", "Family")
CELLS = {
    "high-stress": ("Teams under high stress", "All other teams"),
    "role": ("Officers", "Staff", "Specials"),
    "service": ("Under 1 year", "1 to 4 years", "5 years or more"),
}


def a_generated_release(
    seed: int,
    *,
    format: int = 2,
    departments: int = 2,
    units: int = 3,
    names: tuple[str, ...] = (),
    previous: str = FIRST,
    month: int = 11,
) -> Release:
    """A release of a tree of this size; `names` are given to the first groups."""
    made = _Made(random.Random(seed), format)  # noqa: S311 - the same every time, on purpose
    groups = [made.group("force", "Fenmarch Constabulary", "force", None)]
    for place in range(departments):
        department = f"department:d{place}"
        groups.append(made.group(department, f"Department {place}", "department", "force"))
        for unit in range(units):
            name = f"Unit {chr(65 + unit)}{place}"
            groups.append(made.group(f"unit:d{place}-{unit}", name, "unit", department))
    for group, name in zip(groups, names, strict=False):
        group["name"] = name
    document: dict[str, Any] = {
        "format": format,
        "rules": format,
        "thresholds": {"respondents": 10, "heads": 15},
        "programme": 3,
        "round": f"monthly-2026-{month:02}-02",
        "check_in": "monthly",
        "title": made.text("Monthly check-in"),
        "opens_on": f"2026-{month:02}-02",
        "closes_on": f"2026-{month:02}-28",
        "instrument": {"id": "monthly", "version": 1, "validated": seed % 2 == 0},
        "scales": [
            {
                "id": theme.lower(),
                "title": made.text(theme),
                "low": made.text(f"{theme} poor"),
                "middle": made.text(f"{theme} fair"),
                "high": made.text(f"{theme} good"),
            }
            for theme in THEMES
        ],
        "groups": groups,
        "counts": [made.item("Why would you leave?"), made.item("What was opened?", of="taps")],
        "withheld": {
            level: sum(
                scale is None
                for group in groups
                if group["level"] == level
                for scale in group["scales"].values()
            )
            for level in ("force", "department", "unit")
        },
        "previous": previous,
    }
    if format == 2:
        document["cuts"] = [made.cut(by) for by in CELLS]
    return make_release(document)


class _Made:
    def __init__(self, random: random.Random, format: int) -> None:
        self._random, self._format = random, format

    def text(self, english: str) -> dict[str, str]:
        return {"cy": f"{english} (cy)", "en": english}

    def _often(self) -> bool:
        return self._random.random() < 0.75

    def band(self) -> list[int]:
        width = self._random.choice((5, 10, 20))
        low = self._random.randrange(0, 100 // width) * width
        return [low, low + width]

    def shares(self) -> dict[str, Any]:
        return {answers: self.band() for answers in ("low", "middle", "high")}

    def group(self, group_id: str, name: str, level: str, parent: str | None) -> dict[str, Any]:
        shown = self._often()
        has_rate = shown and level != "unit"
        scales: dict[str, Any] = {}
        for theme in THEMES:
            scales[theme.lower()] = None
            if shown and self._often():
                mean = round(self._random.uniform(1, 5), 1) if has_rate and self._often() else None
                scales[theme.lower()] = {**self.shares(), "mean": mean}
        people = self._random.choice(([10, 14], [15, 24], [25, 49], [50, 99], [100, None]))
        made = {
            "id": group_id,
            "name": name,
            "level": level,
            "parent": parent,
            "teams": [name],
            "respondents": people if shown else None,
            "rate": self.band() if has_rate else None,
            "scales": scales,
        }
        return made if self._format == 1 else {**made, "comparable": self._often()}

    def item(self, text: str, of: str | None = None) -> dict[str, Any]:
        options = [
            {
                "label": self.text(reason),
                "count": self._random.randrange(10, 200, 5) if self._often() else None,
            }
            for reason in REASONS
        ]
        made = {"item": text.split()[0].lower(), "text": self.text(text), "options": options}
        return made if of is None else {**made, "of": of}

    def cut(self, by: str) -> dict[str, Any]:
        cells = [
            {
                "id": label.lower().replace(" ", "-"),
                "label": self.text(label),
                "scales": {
                    theme.lower(): self.shares() if self._often() else None for theme in THEMES
                },
            }
            for label in CELLS[by]
        ]
        return {"by": by, "cells": cells if self._often() else []}
