"""`script/lock`: make the lock files anew from the `.in` files. They carry hashes and never a registry's address."""

import subprocess
import sys

from script.embedded.environment import uv
from script.embedded.places import ROOT, CannotContinueError

LOCKS = {
    "requirements.in": "requirements.lock",
    "requirements-dev.in": "requirements-dev.lock",
    "script/uv.in": "script/uv.lock.txt",
}


def main(arguments: list[str]) -> int:
    """Resolve each `.in` file for Python 3.11 and every platform; `--upgrade` and the like are handed to uv."""
    tool = uv()
    for wanted, locked in LOCKS.items():
        options = ["--generate-hashes", "--no-emit-index-url", "--universal", "--python-version", "3.11", "--quiet"]
        command = [tool, "pip", "compile", *options, *arguments, wanted, "-o", locked]
        if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
            raise CannotContinueError(f"{wanted} could not be resolved; the message stands above.")
    return 0
