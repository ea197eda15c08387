"""Which system packages are asked for, and with what words, when nobody is root."""

import pytest

from script.embedded import system_packages
from script.embedded.places import CannotContinueError
from script.embedded.system_packages import Need

THERE = Need("present-package", lambda: True)
ABSENT = Need("absent-package", lambda: False)
ALSO_ABSENT = Need("nice-package", lambda: False)


@pytest.fixture(autouse=True)
def _ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)


def test_what_is_there_is_not_asked_for() -> None:
    assert system_packages.provide([THERE]) == []


def test_a_required_package_stops_the_command_and_one_line_names_everything_to_install() -> None:
    with pytest.raises(CannotContinueError) as stopped:
        system_packages.provide([THERE, ABSENT], [ALSO_ABSENT])
    expected = "apt-get update && apt-get install -y --no-install-recommends absent-package nice-package"
    assert expected in str(stopped.value)


def test_a_wished_for_package_is_reported_and_the_command_goes_on() -> None:
    assert system_packages.provide([THERE], [ALSO_ABSENT]) == ["nice-package"]
