"""Errors that people read: the docstring of each class is its message.

Placeholders in braces are filled from the keyword arguments. A message says what was
expected and what came; it never carries an answer, a code or a chat id.
"""

from typing import ClassVar


class StandEasyError(Exception):
    """Something did not go as expected."""

    hint: ClassVar[str] = ""
    """What an operator can do about it; empty where there is nothing to do."""

    exit_code: ClassVar[int] = 1
    """What a command ends with that stops at it."""

    def __init__(self, **details: object) -> None:
        template = " ".join((type(self).__doc__ or "").split())
        self.details = details
        super().__init__(template.format(**details))


class InvalidDocument(StandEasyError):
    """{document}: {problem}"""

    hint = "Correct it and try again; nothing was changed."
