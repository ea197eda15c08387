"""Where the scripts keep their things. All of it lies in `.data/`, which git ignores."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".data"
VENV = DATA / "venv"
PYTHON = VENV / "bin" / "python"
CHECKOUT_HASH = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]


class CannotContinueError(Exception):
    """What a person has to mend before the command can go on; its text is printed as it is."""


@dataclass(frozen=True)
class Place:
    """One set of embedded servers with data, locks and logs of its own: the demo's, the tests', the benchmark's.

    `postgres` are PostgreSQL settings of this place alone, over the common ones.
    """

    name: str
    keeps_data: bool
    postgres: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def run(self) -> Path:
        """Locks and addresses of what runs now."""
        return DATA / "run" / self.name

    @property
    def home(self) -> Path:
        """The servers' data, as far as their account can reach it (see `account.servers_home`)."""
        return DATA / self.name

    @property
    def log(self) -> Path:
        """The servers' logs."""
        return DATA / "log" / self.name


DEMO = Place("demo", keeps_data=True)
TEST = Place("test", keeps_data=False)


def say(text: str) -> None:
    """Tell the person at the terminal, never the program that reads standard output."""
    print(text, file=sys.stderr, flush=True)
