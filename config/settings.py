"""Settings: from the environment or a `.env` file, prefix STANDEASY_, checked before anything
starts. An unknown name stops the start: a misspelt secret must not be ignored in silence."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.core.errors import StandEasyError
from config.mail_address import MailServer, read_people, read_person, read_server

PREFIX = "STANDEASY_"


class SettingError(StandEasyError):
    """The setting {setting} {problem}"""

    hint = "config/example.env describes every setting."


class UnknownSetting(StandEasyError):
    """There is no setting {setting}: expected one of {known}."""

    hint = "Correct or remove it; config/example.env describes every setting."


class MissingSetting(StandEasyError):
    """The setting {setting} is missing: {needed_for}."""

    hint = "Set it in the environment or in .env; config/example.env describes every setting."


class Secret:
    """A value that does not print. `reveal()` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "<secret>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def reveal(self) -> str:
        """Return the value; only where it is handed to the part that needs it."""
        return self._value


@dataclass(frozen=True, slots=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Alerts:
    """Who is told by whom, and who carries it."""

    recipients: tuple[str, ...]
    sender: str
    server: MailServer


@dataclass(frozen=True, slots=True)
class OwnSignIn:
    """The force's own sign-in, and what it knows this program by."""

    issuer: str
    client_id: str
    client_secret: Secret


@dataclass(frozen=True)
class Settings:
    """All settings; what is None was not set and has no default."""

    telegram_token: Secret | None
    telegram_api: str
    bot_name: str | None
    database_url: Secret
    data: Path
    keys: Path
    packs: Path | None
    public_url: str | None
    webhook_secret: Secret | None
    listen: Address
    log_level: str
    alerts_to: tuple[str, ...] | None
    alerts_from: str | None
    alerts_smtp: Secret | None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: Secret | None = None

    @property
    def own_sign_in(self) -> OwnSignIn | None:
        """The force's own sign-in; None without one. Raises where only some of it is set."""
        given = {
            "OIDC_ISSUER": self.oidc_issuer,
            "OIDC_CLIENT_ID": self.oidc_client_id,
            "OIDC_CLIENT_SECRET": self.oidc_client_secret,
        }
        missing = [name for name, value in given.items() if value is None]
        if len(missing) == len(given):
            return None
        issuer, client_id, secret = self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret
        if issuer is None or client_id is None or secret is None:
            raise MissingSetting(
                setting=PREFIX + missing[0],
                needed_for="the three settings of the force's own sign-in go together",
            )
        return OwnSignIn(issuer, client_id, secret)

    @property
    def alerts(self) -> "Alerts | None":
        """How to tell of what needs somebody; None where nobody is to be told.

        Raises `MissingSetting` where only some of it is set.
        """
        given = {
            "ALERTS_TO": self.alerts_to,
            "ALERTS_FROM": self.alerts_from,
            "ALERTS_SMTP": self.alerts_smtp,
        }
        missing = [name for name, value in given.items() if value is None]
        if len(missing) == len(given):
            return None
        if self.alerts_to is None or self.alerts_from is None or self.alerts_smtp is None:
            raise MissingSetting(
                setting=PREFIX + missing[0],
                needed_for="the three settings of alerts go together",
            )
        return Alerts(self.alerts_to, self.alerts_from, read_server(self.alerts_smtp.reveal()))

    @property
    def is_secure(self) -> bool:
        """Whether pages are reached by https."""
        return bool(self.public_url and self.public_url.startswith("https://"))

    @property
    def allowed_hosts(self) -> list[str]:
        """Under which names the pages may be asked for."""
        hosts = ["127.0.0.1", "localhost", "[::1]"]
        public = urlsplit(self.public_url or "").hostname
        return [*hosts, public] if public else hosts

    def need_telegram_token(self) -> Secret:
        """Return the bot token, or stop with a hint."""
        if self.telegram_token is None:
            raise MissingSetting(
                setting=f"{PREFIX}TELEGRAM_TOKEN", needed_for="the bot cannot reach Telegram"
            )
        return self.telegram_token


def _token(value: str) -> Secret:
    if not re.fullmatch(r"\d{3,20}:[A-Za-z0-9_-]{10,}", value):
        raise ValueError(
            "is not a bot token: expected digits, a colon and a key, as BotFather gives it"
        )
    return Secret(value)


def _bot_name(value: str) -> str:
    name = value.removeprefix("@")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{3,31}", name, re.ASCII):
        raise ValueError("is not the name of a bot: expected one such as standeasy_bot")
    return name


def _address_of_api(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address: expected one such as https://api.telegram.org")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("would send the token unprotected: expected https, or http on loopback")
    return value.rstrip("/")


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise ValueError("is not an address: expected one such as https://checkin.example")
    return value.rstrip("/")


def _database_url(value: str) -> Secret:
    if not re.match(r"(sqlite\+aiosqlite|postgresql\+asyncpg)://", value):
        raise ValueError(
            "is not a database address: expected sqlite+aiosqlite:///… or postgresql+asyncpg://…"
        )
    return Secret(value)


def _webhook_secret(value: str) -> Secret:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value):
        raise ValueError("expected 16 to 256 letters, digits, _ or -")
    return Secret(value)


def _listen(value: str) -> Address:
    host, _, port = value.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or not 0 <= int(port) <= 65535:
        raise ValueError("is not an address: expected host and port, such as 127.0.0.1:8080")
    return Address(host.strip("[]"), int(port))


def _mail_server(value: str) -> Secret:
    read_server(value)
    return Secret(value)


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise ValueError("is not an issuer: expected its https address, as the provider writes it")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("is not an issuer: expected an address without ?, # or @")
    # Not tidied: what the provider signs is compared with it, to the last slash.
    return value


def _client_id(value: str) -> str:
    if not value.isprintable() or len(value) > 200:
        raise ValueError("is not a client's id: expected up to 200 printable characters")
    return value


def _log_level(value: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if value.upper() not in levels:
        raise ValueError(f"expected one of {', '.join(levels)}")
    return value.upper()


_READERS: dict[str, Callable[[str], object]] = {
    "telegram_token": _token,
    "telegram_api": _address_of_api,
    "bot_name": _bot_name,
    "database_url": _database_url,
    "data": Path,
    "keys": Path,
    "packs": Path,
    "public_url": _public_url,
    "webhook_secret": _webhook_secret,
    "listen": _listen,
    "log_level": _log_level,
    "alerts_to": read_people,
    "alerts_from": read_person,
    "alerts_smtp": _mail_server,
    "oidc_issuer": _issuer,
    "oidc_client_id": _client_id,
    "oidc_client_secret": Secret,
}


def setting_names() -> list[str]:
    """Return the names of all settings as they stand in the environment."""
    return [PREFIX + field.name.upper() for field in fields(Settings)]


def read_settings(
    environment: Mapping[str, str] = os.environ, dotenv: Path | None = Path(".env")
) -> Settings:
    """Return the settings; the environment goes before the `.env` file.

    Raises `UnknownSetting` and `SettingError`; an empty value counts as not set.
    """
    given: dict[str, str] = {}
    if dotenv is not None and dotenv.is_file():
        given.update({name: value or "" for name, value in dotenv_values(dotenv).items()})
    given.update(environment)
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    known = setting_names()
    for name in sorted(ours):
        if name not in known:
            raise UnknownSetting(setting=name, known=", ".join(known))
    values = {name.removeprefix(PREFIX).lower(): value for name, value in ours.items() if value}
    data = Path(values.setdefault("data", "data"))
    values.setdefault("telegram_api", "https://api.telegram.org")
    values.setdefault("database_url", f"sqlite+aiosqlite:///{data / 'stand-easy.db'}")
    values.setdefault("keys", str(data / "keys"))
    values.setdefault("listen", "127.0.0.1:8080")
    values.setdefault("log_level", "INFO")
    read: dict[str, object] = dict.fromkeys(_READERS)
    for name, value in values.items():
        try:
            read[name] = _READERS[name](value)
        except ValueError as error:
            raise SettingError(setting=PREFIX + name.upper(), problem=f"{error}.") from None
    return Settings(**read)  # type: ignore[arg-type]  # the readers give each field its type
