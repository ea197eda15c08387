"""Free and answering TCP ports on the loopback."""

import socket
from urllib.parse import urlsplit


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def first_free_port(wanted: int, *, tries: int = 50) -> int | None:
    """`wanted`, else the next free port above it."""
    return next(filter(is_free, range(wanted, wanted + tries)), None)


def answers(url: str) -> bool:
    """Whether somebody listens at the address a URL names."""
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 0), timeout=2):
            return True
    except OSError:
        return False
