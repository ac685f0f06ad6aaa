"""Files that are there and may not be read, such as one of mode 0600 mounted into a container."""

from pathlib import Path

import pytest

from config.content import FileClosed, read_yaml


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object, **_more: object) -> str:
        raise PermissionError

    # The tests may run as root, whom no mode keeps from reading.
    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(FileClosed, match=r"force\.yaml may not be read by this account"):
        read_yaml(tmp_path / "force.yaml")
