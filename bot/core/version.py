"""The version of the program; a test holds it against pyproject.toml."""

from typing import Final

VERSION: Final = "0.1.0"
