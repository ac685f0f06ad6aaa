"""Every text of the officers' end, by name, as it is written in English."""

import importlib
import pkgutil
from collections.abc import Iterator

from bot.core.languages import Plural
from bot.officer import texts


def every_text() -> Iterator[tuple[str, str]]:
    """Yield every text with its name; both forms of one that depends on a number."""
    for module in pkgutil.iter_modules(texts.__path__, f"{texts.__name__}."):
        room = importlib.import_module(module.name)
        for name, value in vars(room).items():
            if name.isupper():
                yield from _texts_of(f"{module.name.rpartition('.')[2]}.{name}", value)


def _texts_of(name: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case Plural(one=one, many=many):
            yield f"{name}, one", one
            yield f"{name}, many", many
        case dict():
            for key, each in value.items():
                yield from _texts_of(f"{name}[{key}]", each)
        case tuple():
            for position, each in enumerate(value):
                # A pair names something, such as a command, and then says it.
                text = each[1] if isinstance(each, tuple) else each
                yield from _texts_of(f"{name}[{position}]", text)
