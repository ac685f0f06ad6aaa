"""What a newcomer, a build machine and an operator get: locks, targets, image, licence."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
TARGETS = ("demo", "test", "check", "fix", "bench", "lock")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(lock: str) -> dict[str, list[str]]:
    """Return name==version with any marker, and its hashes, of each entry of a lock file."""
    entries = {}
    for line in text(lock).replace("\\\n", " ").splitlines():
        pin, *hashes = line.split("--hash=")
        entries[pin.strip()] = [value.strip() for value in hashes]
    return entries


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()


def pinned(lock: str) -> set[str]:
    return {canonical(pin.split("==")[0]) for pin in requirements(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_has_one_version_and_its_hashes(lock: str) -> None:
    entries = requirements(lock)
    assert entries
    for pin, hashes in entries.items():
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[0-9][^ ]*( ; .+)?$", pin), pin
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), pin


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_carries_no_address(lock: str) -> None:
    assert not re.search(r"://|^-|^\s*#|@ ", text(lock), re.MULTILINE)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked, dev = (
        {canonical(re.split(r"[<>=!~; ]", line)[0]) for line in lines}
        for lines in (project["dependencies"], project["optional-dependencies"]["dev"])
    )
    assert asked <= pinned(LOCKS[0])
    assert asked | dev <= pinned(LOCKS[1])


def test_what_is_tested_is_what_is_shipped() -> None:
    shipped, tested = (requirements(lock) for lock in LOCKS)
    assert {pin: hashes for pin, hashes in shipped.items() if tested.get(pin) != hashes} == {}


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_is_there_and_make_help_names_it(target: str) -> None:
    assert re.search(rf"^{target}:.*## .+$", text("Makefile"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")
class TestMake:
    """What `make` says where it cannot go on."""

    def make(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        for name in ("Makefile", *LOCKS):
            shutil.copy(ROOT / name, folder)
        plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        command = ["make", *arguments]
        return subprocess.run(
            command, cwd=folder, env=plain, capture_output=True, text=True, check=False
        )

    def stand_in(self, folder: Path, script: str) -> str:
        path = folder / "other-python"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return f"PYTHON={path}"

    def test_an_old_python_is_refused_in_one_line(self, tmp_path: Path) -> None:
        old = 'case "$2" in *platform*) echo 3.9.2 ;; *) exit 1 ;; esac'
        answer = self.make(tmp_path, "demo", self.stand_in(tmp_path, old))
        assert answer.returncode != 0
        assert "3.11 or newer is needed" in answer.stderr.splitlines()[0]
        assert "is 3.9.2" in answer.stderr.splitlines()[0]
        assert not (tmp_path / ".venv").exists()

    def test_a_missing_python_is_said_in_one_line(self, tmp_path: Path) -> None:
        answer = self.make(tmp_path, "test", "PYTHON=no-such-python")
        assert answer.returncode != 0
        assert "no-such-python was not found" in answer.stderr.splitlines()[0]

    def test_a_python_without_venv_is_told_how_to_get_it(self, tmp_path: Path) -> None:
        bare = 'case "$2" in *ensurepip*) exit 1 ;; esac'
        answer = self.make(tmp_path, "demo", self.stand_in(tmp_path, bare))
        assert answer.returncode != 0
        assert "python3-venv" in answer.stderr.splitlines()[0]

    def test_make_alone_lists_the_targets(self, tmp_path: Path) -> None:
        answer = self.make(tmp_path)
        assert answer.returncode == 0
        for target in TARGETS:
            assert f"make {target} " in answer.stdout


def instructions(name: str = "Dockerfile") -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile in order, comments and line breaks taken out."""
    lines = [line for line in text(name).splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    split = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    assert all(len(parts) == 2 for parts in split)
    return [(parts[0], parts[1]) for parts in split]


def last(word: str) -> str:
    return [rest for found, rest in instructions() if found == word][-1]


def test_the_image_knows_only_instructions_that_exist() -> None:
    known = "ARG FROM COPY RUN LABEL ENV WORKDIR VOLUME EXPOSE USER STOPSIGNAL HEALTHCHECK"
    assert {word for word, _ in instructions()} <= {*known.split(), "ENTRYPOINT", "CMD"}


def test_the_image_builds_in_one_stage_and_runs_in_another() -> None:
    stages = [rest for word, rest in instructions() if word == "FROM"]
    assert [stage.split(" AS ")[1] for stage in stages] == ["build", "runtime"]
    assert {stage.split(" AS ")[0] for stage in stages} == {"${BASE}"}
    assert instructions()[0] == ("ARG", "BASE=python:3.11-slim-bookworm")


def test_the_image_installs_from_the_lock_alone() -> None:
    installs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert len(installs) == 1
    assert "--require-hashes -r /build/requirements.txt" in installs[0]
    assert "--only-binary :all:" in installs[0]


def test_the_image_does_not_run_as_root() -> None:
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", last("USER"))
    # Nothing that runs as root may follow.
    words = [word for word, _ in instructions()]
    assert "RUN" not in words[words.index("USER") :]


def test_the_image_says_how_it_is_and_what_it_does() -> None:
    assert last("HEALTHCHECK").endswith('CMD ["python", "-m", "bot", "health"]')
    assert last("ENTRYPOINT") == '["python", "-m", "bot"]'
    assert last("CMD") == '["serve"]'


def test_the_image_writes_to_its_two_volumes_only() -> None:
    assert last("VOLUME") == '["/data", "/keys"]'
    environment = last("ENV")
    assert "PYTHONDONTWRITEBYTECODE=1" in environment
    assert "STANDEASY_DATA=/data" in environment
    assert "STANDEASY_KEYS=/keys" in environment


def test_what_the_image_copies_is_let_through_and_exists() -> None:
    rules = [line for line in text(".dockerignore").splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == allowed
    assert [source for source in copied if not (ROOT / source).exists()] == []


@pytest.mark.parametrize("script", [".ci/run", ".ci/image"])
def test_the_gate_scripts_can_be_run_and_stop_at_the_first_error(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert text(script).startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text(script)
    answer = subprocess.run(["bash", "-n", str(ROOT / script)], capture_output=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, b"")


def test_the_licence_is_the_whole_agpl() -> None:
    licence = text("LICENSE")
    assert licence.split("\n")[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
    headings = [int(number) for number in re.findall(r"^  (\d+)\. ", licence, re.MULTILINE)]
    assert headings == list(range(18))
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "How to Apply These Terms to Your New Programs" in licence
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["license"] == "AGPL-3.0-or-later"


def test_the_changelog_has_a_section_for_this_version() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    sections = re.findall(r"^## \[([^]]+)\]", text("CHANGELOG.md"), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert version in sections
