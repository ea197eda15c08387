#!/usr/bin/env python
"""Entry point of Django's commands; `script/manage` runs it inside the project's own environment."""

import os
import sys


def main() -> None:
    """Run one management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["rate"]:
        # Arithmetic on standard input: it needs no secret, no database and no configured installation.
        os.environ.setdefault("LANGGANAN_ENV", "test")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
