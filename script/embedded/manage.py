"""`script/manage ARGS…`: a Django command in the project's environment, with whatever services it needs."""

import os

from script.embedded import environment, schema
from script.embedded.django_commands import base_environment, manage
from script.embedded.places import DEMO
from script.embedded.services import services

NEEDS_NO_SERVICES = {
    "rate",
    "help",
    "--help",
    "-h",
    "version",
    "--version",
    "makemessages",
    "compilemessages",
    "collectstatic",
}
MIGRATES_ITSELF = {
    "migrate",
    "migrate_schemas",
    "migrate_tenants",
    "makemigrations",
    "showmigrations",
    "sqlmigrate",
    "flush",
}


def main(arguments: list[str]) -> int:
    """Run `manage.py ARGS`; standard input and output are the command's alone."""
    environment.prepare()
    command = arguments[0] if arguments else "help"
    if command in NEEDS_NO_SERVICES:
        return manage(arguments, base_environment("demo", {}))
    with services(DEMO, os.environ) as running:
        surroundings = base_environment("demo", running.environment())
        if command not in MIGRATES_ITSELF:
            schema.bring_up_to_date(DEMO, surroundings)
        return manage(arguments, surroundings)
