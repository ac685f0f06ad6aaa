"""A programme as a YAML text that reads back as the same programme.

What is left out is what means nothing: a value that is absent unless somebody gives it.
"""

import asyncio
from typing import Any

import yaml
from pydantic import BaseModel

from bot.core.programme import Programme

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


async def as_yaml(programme: Programme) -> str:
    """Return the text; thousands of teams take a while, in which others are served."""
    return await asyncio.to_thread(text_of, programme)


def text_of(programme: Programme) -> str:
    """Return the text of a programme."""
    return str(
        yaml.dump(_plain(programme), Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100)
    )


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        # Times of day are written as the document takes them, dates stay dates.
        written = value.model_dump()
        fields = type(value).model_fields
        found = {}
        for name, field in fields.items():
            inner = getattr(value, name)
            if inner is None and field.default is None:
                continue
            found[name] = _plain(inner if _is_made_of_parts(inner) else written[name])
        return found
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return str(value) if isinstance(value, str) else value


def _is_made_of_parts(value: Any) -> bool:
    return isinstance(value, BaseModel) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], BaseModel)
    )
