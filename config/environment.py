"""Reading settings from the environment, with errors that name the variable."""

import os
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's value; without a default a missing one is an error."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"The environment variable {name} is required; see .env.example.")
    return default


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else is an error."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not value else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def names(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(name: str, *, test_name: str) -> dict[str, object]:
    """Django's database settings from a URL such as postgresql://user:secret@host:5432/langganan."""
    url = urlsplit(text(name, "postgresql://postgres@127.0.0.1:5432/postgres"))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://, not {url.scheme}://.")
    return {
        "ENGINE": "tenants.backend",
        "NAME": unquote(url.path.lstrip("/")) or "postgres",
        "USER": unquote(url.username or "postgres"),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "127.0.0.1",
        "PORT": str(url.port or 5432),
        "TEST": {"NAME": test_name},
    }


def cells(prefix: str) -> dict[str, str]:
    """Further databases by alias: DATABASE_URL_CELL2 gives {"cell2": "DATABASE_URL_CELL2"}."""
    named = sorted(name for name in os.environ if name.startswith(prefix) and os.environ[name].strip())
    return {name.removeprefix(prefix).lower(): name for name in named}
