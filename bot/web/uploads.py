"""Uploads: a form with files, read within limits and kept in memory, never written to a disk.

What is beyond a limit is read and dropped, so that the browser gets a page that says so instead
of a broken connection; a file that was too large comes back as `TooLarge`, without any content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.web.fields import MOST_FIELDS, Fields, reading

KIND: Final = "multipart/form-data"
LARGEST_DRAINED: Final = 100_000_000
"""So much is read to its end for the sake of an answer; whoever sends more gets none."""

READ_WITHIN: Final = 180.0
"""Seconds in which all of it has to be here."""

LONGEST_NAME: Final = 100
_LARGEST_FIELD: Final = 64_000


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent; `name` is for people to read and leads nowhere."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A file that was larger than is taken."""

    name: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields and the files of one form; a file that was not chosen is not there."""

    fields: Fields
    files: Mapping[str, File | TooLarge]


@dataclass(slots=True)
class _Part:
    disposition: bytearray = field(default_factory=bytearray)
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    content: bytearray = field(default_factory=bytearray)
    name: str = ""
    file_name: str | None = None
    over: bool = False
    most: int = 0


class _Reader:
    """Takes what the parser finds, part by part."""

    def __init__(self, most_bytes: int, large_fields: frozenset[str]) -> None:
        self._most, self._large = most_bytes, large_fields
        self._part = _Part()
        self.values: dict[str, list[str]] = {}
        self.files: dict[str, File | TooLarge] = {}
        self.is_whole = False
        self._parts = 0

    def begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_FIELDS:
            raise HTTPException(413, "That was more than fits")
        self._part = _Part()

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

    def header_ended(self) -> None:
        if bytes(self._part.header).strip().lower() == b"content-disposition":
            self._part.disposition += self._part.value
        self._part.header.clear()
        self._part.value.clear()

    def headers_ended(self) -> None:
        part = self._part
        _, options = parse_options_header(bytes(part.disposition))
        part.name = _text(options.get(b"name", b""))
        given = options.get(b"filename")
        part.file_name = None if given is None else _text(given)
        large = part.file_name is not None or part.name in self._large
        part.most = self._most if large else _LARGEST_FIELD

    def piece(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.over or len(part.content) + end - start > part.most:
            part.over = True
            part.content.clear()
        else:
            part.content += data[start:end]

    def part_ended(self) -> None:
        part = self._part
        if part.file_name is None:
            if part.over:
                raise HTTPException(413, "That was more than fits")
            self.values.setdefault(part.name, []).append(_text(bytes(part.content)))
        elif part.file_name or part.content or part.over:
            # A browser sends a file that was not chosen without a name and without content.
            name = _shown(part.file_name)
            found = TooLarge(name) if part.over else File(name, bytes(part.content))
            self.files.setdefault(part.name, found)

    def ended(self) -> None:
        self.is_whole = True


async def read_upload(
    request: Request, most_bytes: int, large_fields: frozenset[str] = frozenset()
) -> Upload:
    """Return what a form with files sent; raises `HTTPException` when it is not one of ours.

    Each file, and each of the `large_fields`, may have so many bytes.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind.decode("latin-1").strip().lower() != KIND or not 0 < len(boundary) <= 70:
        raise HTTPException(415, "That was not sent by a page of Stand Easy")
    reader = _Reader(most_bytes, large_fields)
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": reader.begin,
            "on_part_data": reader.piece,
            "on_part_end": reader.part_ended,
            "on_header_field": reader.header_name,
            "on_header_value": reader.header_value,
            "on_header_end": reader.header_ended,
            "on_headers_finished": reader.headers_ended,
            "on_end": reader.ended,
        },
    )
    size = 0
    try:
        async with reading(request, READ_WITHIN):
            async for chunk in request.stream():
                size += len(chunk)
                if size > LARGEST_DRAINED:
                    raise HTTPException(413, "That was more than fits")
                parser.write(chunk)
        parser.finalize()
    except (ClientDisconnect, FormParserError, ValueError):
        raise HTTPException(400, "That could not be read") from None
    if not reader.is_whole:
        raise HTTPException(400, "That could not be read")
    return Upload(Fields(reader.values), reader.files)


def _text(given: bytes) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "That could not be read") from None


def _shown(name: str) -> str:
    """Return a file's name as it may stand in a sentence: its end, without odd characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(each if each.isprintable() else "�" for each in last).strip()
    return plain[-LONGEST_NAME:] or "the file"
