"""`script/demo`: the whole product on this machine, with data, until Ctrl-C."""

import http
import http.client
import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from script.embedded import environment, schema, system_packages
from script.embedded.children import Child, start_child, wait_until
from script.embedded.claims import open_lock, try_exclusive
from script.embedded.django_commands import base_environment, must_manage
from script.embedded.interrupts import Interrupted
from script.embedded.places import DATA, DEMO, ROOT, VENV, CannotContinueError, say
from script.embedded.ports import first_free_port
from script.embedded.services import Services, services

Command: TypeAlias = Sequence[str | Path]

DEFAULT_PORT = 8000
WITHOUT_PDF = """
PDFs cannot be made: this machine lacks {packages}. All else works. To have PDFs, once, as root:

    {command}
"""


def main(arguments: list[str]) -> int:
    """Set up, start, show where to go, and stay until interrupted (exit 0) or until a part dies (exit 2)."""
    if arguments:
        raise CannotContinueError(
            f"script/demo takes no arguments ({arguments[0]}). PORT=8123 script/demo chooses the port."
        )
    with open_lock(DEMO.run / "demo.lock") as lock:
        if not try_exclusive(lock):
            raise CannotContinueError("A demo of this checkout is running already.")
        unavailable = environment.prepare(wished=system_packages.PDF)
        with services(DEMO, os.environ, patience=5) as running:
            try:
                _play(running, unavailable)
            except Interrupted:
                say("Stopping")
    return 0


def _play(running: Services, unavailable: list[str]) -> None:
    port = _port()
    surroundings = base_environment("demo", {**running.environment(), "PUBLIC_PORT": str(port)})
    schema.bring_up_to_date(DEMO, surroundings)
    say("Making the demo's tenants")
    logins = must_manage(["make_demo", "--print-logins"], surroundings)
    parts: list[Child] = []
    try:
        _start_parts(parts, surroundings, port)
        print(_greeting(port, logins, unavailable), flush=True)
        _stay([*parts, *running.children])
    finally:
        _stop(parts)


def _port() -> int:
    """`PORT`, else 8000, else the next free one above."""
    try:
        wanted = int(os.environ.get("PORT") or DEFAULT_PORT)
    except ValueError:
        raise CannotContinueError(f"PORT must be a number, not {os.environ['PORT']!r}.") from None
    port = first_free_port(wanted)
    if port is None:
        raise CannotContinueError(f"Port {wanted} and the next ones are taken; set PORT.")
    if port != wanted:
        say(f"Port {wanted} is taken; using {port}.")
    return port


def _start_parts(parts: list[Child], surroundings: Mapping[str, str], port: int) -> None:
    programs, log = VENV / "bin", DATA / "log"
    listen = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "8", "--no-ws"]
    web: Command = [programs / "granian", "--interface", "wsgi", *listen, "config.wsgi:application"]
    celery: Command = [programs / "celery", "-A", "config"]
    worker: Command = [
        *celery,
        "worker",
        "--pool=prefork",
        "--concurrency=2",
        "--prefetch-multiplier=1",
        "--loglevel=INFO",
    ]
    beat: Command = [*celery, "beat", "--pidfile=", "--loglevel=INFO"]
    for name, command in {"web": web, "worker": worker, "beat": beat}.items():
        parts.append(start_child(name, command, log=log / f"{name}.log", env=surroundings))
    wait_until(partial(_web_answers, port), parts[0], seconds=90)


def _web_answers(port: int) -> bool:
    """Whether the public host serves requests; asked without urllib, which would ask a proxy where one is set."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/live", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _greeting(port: int, logins: str, unavailable: list[str]) -> str:
    lines = [
        "",
        f"Langganan is running:  http://localhost:{port}/",
        f"BizOps:                http://localhost:{port}/admin/",
        "",
        logins.strip(),
        "",
        f"Logs are in {(DATA / 'log').relative_to(ROOT)}/. Ctrl-C stops everything.",
    ]
    if unavailable:
        command = system_packages.command_for(unavailable)
        lines.append(WITHOUT_PDF.format(packages=", ".join(unavailable), command=command))
    return "\n".join(lines)


def _stay(parts: list[Child]) -> None:
    """Return never: either somebody interrupts, or a part ends and takes the rest along with its last words."""
    while True:
        for part in parts:
            if part.ended():
                raise CannotContinueError(part.obituary())
        time.sleep(0.5)


def _stop(parts: list[Child]) -> None:
    for part in reversed(parts):
        part.ask_to_stop()
    for part in parts:
        part.wait_or_kill(seconds=15)
