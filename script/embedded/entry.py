"""What the executables in `script/` have in common: arguments in, exit code out, errors as plain sentences."""

import getpass
import sys
from collections.abc import Callable

from script.embedded import interrupts
from script.embedded.places import DATA, CannotContinueError, say


def start(command: Callable[[list[str]], int]) -> None:
    """Run a command and exit with its code."""
    interrupts.catch()
    try:
        code = command(sys.argv[1:])
    except CannotContinueError as error:
        say(str(error))
        code = 2
    except PermissionError as error:
        if not str(error.filename).startswith(str(DATA)):
            raise
        say(f"{error.filename} belongs to another user. Once, as root:\n\n    chown -R {getpass.getuser()} {DATA}\n")
        code = 2
    except interrupts.Interrupted as ending:
        code = ending.exit_code
    sys.exit(code)
