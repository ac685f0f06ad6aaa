"""Who gets what: the compose file and the sample proxy, read as lists of that."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import setting_names

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ("officers", "dashboard", "tally")


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """The compose file."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_no_two_processes_share_a_file_of_settings(composed: dict[str, Any]) -> None:
    files = [composed["services"][name]["env_file"] for name in (*PROCESSES, "setup", "keeper")]
    assert files == [[f".env.{name}"] for name in (*PROCESSES, "owner", "owner")]


def test_no_container_is_given_both_kinds_of_keys(composed: dict[str, Any]) -> None:
    mounts = {
        name: [each for each in service.get("volumes", []) if "keys" in each]
        for name, service in composed["services"].items()
    }
    assert {name: found for name, found in mounts.items() if found} == {
        "setup": ["officers-keys:/keys/officers"],
        "officers": ["officers-keys:/keys/officers:ro"],
        "tally": ["tally-keys:/keys/tally"],
    }


def test_only_the_proxy_is_reached_from_outside_and_the_tally_reaches_the_database_alone(
    composed: dict[str, Any],
) -> None:
    services, networks = composed["services"], composed["networks"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    lead_out = {name for name, network in networks.items() if not network.get("internal")}
    assert lead_out == {"outside"}
    out = [name for name, service in services.items() if lead_out & set(service["networks"])]
    assert out == ["officers", "proxy"]
    (its,) = services["tally"]["networks"]
    assert [name for name, each in services.items() if its in each["networks"]] == [
        "postgres",
        "tally",
    ]


def test_none_of_the_three_processes_is_in_a_network_with_another(
    composed: dict[str, Any],
) -> None:
    services = composed["services"]
    for name in composed["networks"]:
        within = [process for process in PROCESSES if name in services[process]["networks"]]
        assert len(within) <= 1, (name, within)


@pytest.mark.parametrize("name", [*PROCESSES, "setup", "keeper"])
def test_each_process_runs_without_rights_on_a_disk_it_cannot_write(
    composed: dict[str, Any], name: str
) -> None:
    service = composed["services"][name]
    assert service["read_only"] is True
    # A volume of the image with nothing over it would be a nameless one that can be written.
    owned = ["/tmp", *(f"{volume}:ro,uid=10001" for volume in ("/data", "/keys"))]  # noqa: S108
    assert service["tmpfs"] == owned
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_setting_in_it_is_one_that_there_is(composed: dict[str, Any]) -> None:
    named = re.findall(r"STANDEASY_[A-Z_]+", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert named
    assert set(named) <= set(setting_names())


def test_no_secret_stands_in_it() -> None:
    content = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"TOKEN|PASSWORD: |postgresql\+asyncpg", content)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".env.*", ".owner_password", "/tls/"} <= set(ignored)


def test_the_folders_of_keys_are_there_for_volumes_of_their_own() -> None:
    made = "install -d -o 10001 -g 10001 -m 0700 /data /keys /keys/officers /keys/tally"
    assert made in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_what_makes_backups_holds_no_key_and_runs_without_root(composed: dict[str, Any]) -> None:
    keeper = composed["services"]["keeper"]
    lines = keeper["build"]["dockerfile_inline"].splitlines()
    assert lines[0] == "FROM stand-easy"
    assert lines[-1] == "USER 10001:10001"
    assert "volumes" not in keeper
    assert keeper["profiles"] == ["setup"]


# --- The proxy --------------------------------------------------------------------------

PROXY = (ROOT / "docs" / "samples" / "nginx.conf").read_text(encoding="utf-8")
LOGGED = {"$time_iso8601", "$status", "$request_method", "$body_bytes_sent", "$request_time"}


def test_the_proxy_s_log_holds_no_address_and_nothing_that_was_asked_for() -> None:
    formats = re.findall(r"log_format (\w+) '([^']*)';", PROXY)
    assert [name for name, _ in formats] == ["nobody"]
    assert set(formats[0][1].split()) == LOGGED
    logs = re.findall(r"access_log ([^;]+);", PROXY)
    assert set(logs) == {"off", "/dev/stdout nobody"}
    assert re.findall(r"error_log ([^;]+);", PROXY) == ["stderr emerg"]


def test_the_proxy_asks_again_where_a_container_is_and_leaves_pages_to_the_door() -> None:
    passed = re.findall(r"proxy_pass ([^;]+);", PROXY)
    assert passed == ["$officers", "$dashboard"]
    assert re.search(r"^    resolver 127\.0\.0\.11 ", PROXY, re.MULTILINE)
    closed = re.findall(r"location = (\S+)\s+\{ return 404; \}", PROXY)
    # /health is a page for admins, and mails of alerts lead to it.
    assert closed == ["/metrics", "/readyz"]


def test_the_proxy_keeps_no_log_of_taps_and_passes_no_address_on() -> None:
    webhook = PROXY[PROXY.index("location = /telegram") :].partition("}")[0]
    assert "access_log off;" in webhook
    assert "deny all;" in webhook
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        assert f'proxy_set_header {header} "";' in PROXY
    assert PROXY.count("$binary_remote_addr") == PROXY.count("remote_addr") == 1
