"""What `script/demo` says to arguments, before it starts anything."""

import pytest

from script.embedded import demo
from script.embedded.places import CannotContinueError


def test_an_argument_is_refused_with_the_way_to_choose_the_port() -> None:
    with pytest.raises(CannotContinueError, match=r"takes no arguments \(--port\)\. PORT=8123"):
        demo.main(["--port", "8123"])
