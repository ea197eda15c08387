"""Which database the tenant's tables are in just now. Public tables are always in the default one."""

from contextvars import ContextVar, Token

from django.db import DEFAULT_DB_ALIAS

_alias: ContextVar[str] = ContextVar("alias", default=DEFAULT_DB_ALIAS)


def current_alias() -> str:
    """The database of the tenant that is worked on; the default one outside of any tenant."""
    return _alias.get()


def choose_alias(alias: str) -> Token[str]:
    """Tenant tables are looked for there from now on."""
    return _alias.set(alias)
