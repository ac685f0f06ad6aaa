"""A lead for tests, who is obviously invented."""

from bot.core.access import Role, Visitor

HERON = Visitor("lead Heron", frozenset({Role.LEAD}))
