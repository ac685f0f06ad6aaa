"""Settings: each one read, each mistake named, nothing unknown let pass, no secret printed."""

from dataclasses import fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from config.settings import (
    PREFIX,
    Address,
    MissingSetting,
    Secret,
    SettingError,
    Settings,
    UnknownSetting,
    read_settings,
    setting_names,
)

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "example.env"
TOKEN = "12345:an-invented-token"  # noqa: S105 - opens nothing


def reading(**given: str) -> Settings:
    """Read settings from an environment that holds these alone."""
    return read_settings({PREFIX + name.upper(): value for name, value in given.items()}, None)


def test_without_any_setting_everything_is_local() -> None:
    settings = reading()
    assert settings == Settings(
        telegram_token=None,
        bot_name=None,
        telegram_api="https://api.telegram.org",
        database_url=Secret("sqlite+aiosqlite:///data/stand-easy.db"),
        data=Path("data"),
        keys=Path("data/keys"),
        packs=None,
        public_url=None,
        webhook_secret=None,
        listen=Address("127.0.0.1", 8080),
        log_level="INFO",
        alerts_to=None,
        alerts_from=None,
        alerts_smtp=None,
    )
    assert settings.alerts is None


def test_the_data_folder_moves_what_lies_in_it() -> None:
    settings = reading(data="/srv/stand-easy")
    assert settings.keys == Path("/srv/stand-easy/keys")
    assert settings.database_url.reveal() == "sqlite+aiosqlite:////srv/stand-easy/stand-easy.db"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("telegram_token", TOKEN, Secret(TOKEN)),
        ("telegram_api", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("telegram_api", "https://bot.example", "https://bot.example"),
        ("database_url", "postgresql+asyncpg://a@b/c", Secret("postgresql+asyncpg://a@b/c")),
        ("bot_name", "@standeasy_bot", "standeasy_bot"),
        ("data", "/srv", Path("/srv")),
        ("keys", "/keys", Path("/keys")),
        ("public_url", "https://checkin.example/", "https://checkin.example"),
        ("public_url", "http://localhost:8080", "http://localhost:8080"),
        ("webhook_secret", "a" * 16, Secret("a" * 16)),
        ("listen", "0.0.0.0:80", Address("0.0.0.0", 80)),  # noqa: S104 - read, not listened on
        ("listen", "[::1]:8080", Address("::1", 8080)),
        ("listen", "localhost:0", Address("localhost", 0)),
        ("log_level", "debug", "DEBUG"),
        ("alerts_to", "a@force.example", ("a@force.example",)),
        ("alerts_to", "a@force.example, b@force.example", ("a@force.example", "b@force.example")),
        ("alerts_from", "stand-easy@force.example", "stand-easy@force.example"),
        ("alerts_smtp", "smtps://a:b@mail.example", Secret("smtps://a:b@mail.example")),
    ],
)
def test_a_setting_is_read(name: str, value: str, read: object) -> None:
    assert getattr(reading(**{name: value}), name) == read


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("telegram_token", "token", "expected digits, a colon and a key"),
        ("telegram_token", f"{TOKEN} ", "is not a bot token"),
        ("telegram_token", "12:short", "is not a bot token"),
        ("telegram_api", "api.telegram.org", "expected one such as https://api.telegram.org"),
        ("telegram_api", "http://bot.example", "would send the token unprotected"),
        ("telegram_api", "ftp://bot.example", "is not an address"),
        ("bot_name", "t.me/standeasy_bot", "expected one such as standeasy_bot"),
        ("database_url", "sqlite:///x.db", "is not a database address"),
        ("database_url", "mysql://a", "is not a database address"),
        ("public_url", "http://checkin.example", "expected one such as https://checkin.example"),
        ("public_url", "checkin.example", "is not an address"),
        ("webhook_secret", "short", "expected 16 to 256 letters"),
        ("webhook_secret", "with spaces in the secret", "expected 16 to 256 letters"),
        ("listen", "8080", "expected host and port"),
        ("listen", ":8080", "expected host and port"),
        ("listen", "127.0.0.1:65536", "expected host and port"),
        ("listen", "127.0.0.1:-1", "expected host and port"),
        ("listen", "127.0.0.1:٣", "expected host and port"),
        ("listen", "127.0.0.1:²", "expected host and port"),
        ("log_level", "loud", "expected one of DEBUG, INFO, WARNING, ERROR"),
        ("alerts_to", "nobody", "expected one such as wellbeing@force.example"),
        ("alerts_to", "a@force.example,", "is not an address"),
        ("alerts_to", "a@force.example b@force.example", "is not an address"),
        ("alerts_from", "a@force.example\nBcc: b@x.example", "is not an address"),
        ("alerts_from", "a@force.example, b@force.example", "is not an address"),
        ("alerts_smtp", "mail.example", "is not the address of a mail server"),
        ("alerts_smtp", "http://mail.example", "is not the address of a mail server"),
        ("alerts_smtp", "smtps://", "is not the address of a mail server"),
        ("alerts_smtp", "smtps://account@mail.example", "is not the address of a mail server"),
        ("alerts_smtp", "smtps://mail.example:port", "is not the address of a mail server"),
        ("alerts_smtp", "smtps://mail.example/path", "is not the address of a mail server"),
        ("alerts_smtp", "smtp://mail.example", "would send mail unprotected"),
        ("alerts_smtp", "smtp://a:b@127.0.0.1", "would send the password unprotected"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(
    name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingError) as caught:
        reading(**{name: value})
    assert expected in str(caught.value)
    assert f"STANDEASY_{name.upper()}" in str(caught.value)
    assert "config/example.env" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["telegram_token", "webhook_secret", "database_url", "alerts_smtp"]
)
def test_a_refused_secret_is_not_repeated(name: str) -> None:
    with pytest.raises(SettingError) as caught:
        reading(**{name: "hush, hush"})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("name", ["TELEGRAM_TOKN", "WEBHOOK", "", "log_level"])
def test_an_unknown_name_stops_the_start(name: str) -> None:
    with pytest.raises(UnknownSetting, match=f"There is no setting STANDEASY_{name}: expected"):
        read_settings({PREFIX + name: "x"}, None)


def test_other_peoples_settings_are_none_of_ours() -> None:
    assert read_settings({"PATH": "/bin", "STANDEASIER": "x"}, None) == reading()


@pytest.mark.parametrize("name", setting_names())
def test_an_empty_value_counts_as_not_set(name: str) -> None:
    assert read_settings({name: ""}, None) == reading()


def test_a_missing_token_is_named_where_it_is_needed() -> None:
    with pytest.raises(MissingSetting, match="STANDEASY_TELEGRAM_TOKEN is missing"):
        reading().need_telegram_token()
    assert reading(telegram_token=TOKEN).need_telegram_token().reveal() == TOKEN


ALERTS = {
    "alerts_to": "a@force.example",
    "alerts_from": "stand-easy@force.example",
    "alerts_smtp": "smtp+starttls://stand%40easy:hush%2F1@mail.example",
}


def test_alerts_are_told_by_the_three_settings_together() -> None:
    alerts = reading(**ALERTS).alerts
    assert alerts is not None
    assert alerts.recipients == ("a@force.example",)
    assert alerts.sender == "stand-easy@force.example"
    server = alerts.server
    assert (server.scheme, server.host, server.port) == ("smtp+starttls", "mail.example", 587)
    assert (server.account, server.password) == ("stand@easy", "hush/1")
    assert "hush" not in f"{alerts!r} {reading(**ALERTS)!r}"


@pytest.mark.parametrize("missing", ALERTS)
def test_alerts_with_a_part_missing_say_which(missing: str) -> None:
    settings = reading(**{name: value for name, value in ALERTS.items() if name != missing})
    with pytest.raises(MissingSetting, match=f"STANDEASY_{missing.upper()} is missing"):
        _ = settings.alerts


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("smtp://127.0.0.1", 25),
        ("smtp://localhost:2525", 2525),
        ("smtp://[::1]", 25),
        ("smtps://mail.example", 465),
        ("smtps://mail.example:10465/", 10465),
    ],
)
def test_each_way_to_a_mail_server_has_its_port(address: str, port: int) -> None:
    alerts = reading(**ALERTS | {"alerts_smtp": address}).alerts
    assert alerts is not None
    assert (alerts.server.port, alerts.server.account) == (port, None)


OIDC = {
    "oidc_issuer": "https://login.example/tenant/v2.0/",
    "oidc_client_id": "stand-easy",
    "oidc_client_secret": "hush",
}


def test_the_forces_own_sign_in_is_told_by_three_settings_together() -> None:
    assert reading().own_sign_in is None
    found = reading(**OIDC).own_sign_in
    assert found is not None
    # To the last slash: what the provider signs is compared with it.
    assert (found.issuer, found.client_id) == (OIDC["oidc_issuer"], "stand-easy")
    assert found.client_secret.reveal() == "hush"
    assert "hush" not in f"{found!r} {reading(**OIDC)!r}"


@pytest.mark.parametrize("missing", OIDC)
def test_a_sign_in_with_a_part_missing_says_which(missing: str) -> None:
    settings = reading(**{name: value for name, value in OIDC.items() if name != missing})
    with pytest.raises(MissingSetting, match=f"STANDEASY_{missing.upper()} is missing"):
        _ = settings.own_sign_in


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("oidc_issuer", "http://login.example"),
        ("oidc_issuer", "login.example"),
        ("oidc_issuer", "https://login.example/?tenant=1"),
        ("oidc_issuer", "https://login.example/#a"),
        ("oidc_issuer", "https://a:b@login.example/"),
        ("oidc_client_id", "x" * 201),
        ("oidc_client_id", "a\nb"),
    ],
)
def test_a_sign_in_nobody_could_trust_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"STANDEASY_{name.upper()}"):
        reading(**{name: value})


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("STANDEASY_DATA=from-file\nSTANDEASY_LOG_LEVEL=DEBUG\nOTHER=1\n")
    settings = read_settings({"STANDEASY_DATA": "from-environment"}, dotenv)
    assert (settings.data, settings.log_level) == (Path("from-environment"), "DEBUG")


def test_an_unknown_name_in_the_file_stops_the_start(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("STANDEASY_DATABASE=x\n")
    with pytest.raises(UnknownSetting, match="STANDEASY_DATABASE"):
        read_settings({}, dotenv)


def test_a_missing_file_is_no_mistake(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path / ".env") == reading()


def test_secrets_do_not_print() -> None:
    secrets = {"telegram_token": TOKEN, "webhook_secret": "s" * 20}
    settings = reading(**secrets, database_url="postgresql+asyncpg://a:hush@b/c")
    shown = f"{settings} {settings!r} {settings.telegram_token} {settings.database_url}"
    for secret in (*secrets.values(), "hush"):
        assert secret not in shown
    assert shown.count("<secret>") >= 3


def test_secrets_are_equal_when_their_values_are() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


# --- config/example.env -----------------------------------------------------------------


def test_the_example_holds_every_setting_and_nothing_else() -> None:
    assert sorted(dotenv_values(EXAMPLE)) == sorted(setting_names())
    assert len(setting_names()) == len(fields(Settings))


def test_the_example_shows_the_real_defaults() -> None:
    assert read_settings({}, EXAMPLE) == reading()


def test_every_setting_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for position, line in enumerate(lines):
        if line.startswith(PREFIX):
            assert lines[position - 1].startswith("# ")
