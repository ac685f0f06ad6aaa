"""Addresses of mail: of a server, as a URL, and of people.

A password goes over TLS or not at all, and plain SMTP no further than this machine.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
# Nothing that could end a line, begin a comment or name a second recipient.
_PERSON = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)


@dataclass(frozen=True)
class MailServer:
    """Who takes mail; it does not print its password."""

    scheme: str
    host: str
    port: int
    account: str | None
    password: str | None = field(repr=False)


def read_server(value: str) -> MailServer:
    """Return the server; raises `ValueError`, which does not repeat what was given."""
    problem = ValueError(
        "is not the address of a mail server: expected smtps://account:password@host,"
        " smtp+starttls://account:password@host, or smtp://127.0.0.1"
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise problem from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise problem
    if parts.query or parts.fragment or (parts.username is None) != (parts.password is None):
        raise problem
    if parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise ValueError("would send mail unprotected: expected smtps or smtp+starttls")
    if parts.scheme == "smtp" and parts.username is not None:
        raise ValueError("would send the password unprotected: expected smtps or smtp+starttls")
    account = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    return MailServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], account, password)


def read_person(value: str) -> str:
    """Return one address; raises `ValueError`."""
    address = value.strip()
    if not _PERSON.fullmatch(address):
        raise ValueError("is not an address: expected one such as wellbeing@force.example")
    return address


def read_people(value: str) -> tuple[str, ...]:
    """Return addresses with commas between them; raises `ValueError`."""
    return tuple(read_person(each) for each in value.split(","))
