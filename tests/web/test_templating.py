"""Templates: compiled once, for every place that shows them."""

import pytest
from jinja2 import Environment

from bot.web.templating import compile_ahead, templates


def test_what_was_compiled_ahead_is_not_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_ahead(["bot.lead"])

    def refuse(*_: object, **__: object) -> str:
        raise AssertionError

    monkeypatch.setattr(Environment, "_generate", refuse)
    for _ in range(2):
        place = templates("bot.lead")
        assert place.get_template("message.html").name == "message.html"
        assert place.get_template("frame.html").name == "frame.html"
