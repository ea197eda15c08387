"""Errors that a person or a program can act on. Rules and services raise them; views and the API translate them."""

from collections.abc import Mapping

# The media type of RFC 9457 in which the API says any of these.
PROBLEM_JSON = "application/problem+json"


class DomainError(ValueError):
    """Something the caller can put right.

    `code` is stable and meant for programs, `field` names the input it is about (empty: the whole request), `message` says
    what is wrong and what to do, in the language of the request. `status` is the HTTP status an API answers with.
    """

    code = "invalid"
    status = 422

    def __init__(
        self, message: str, *, field: str = "", code: str | None = None, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or type(self).code
        self.data = dict(data or {})


class Conflict(DomainError):
    """The request contradicts what is already there (taken name, changed body under one key, wrong state)."""

    code = "conflict"
    status = 409


class NotAllowed(DomainError):
    """The actor may not do this."""

    code = "not_allowed"
    status = 403


class NotFound(DomainError):
    """Not there, or not for this caller; deliberately the same answer."""

    code = "not_found"
    status = 404


class SubdomainTaken(Conflict):
    """The wanted address belongs to somebody else or is reserved."""

    code = "subdomain_taken"


class ProvisioningFailed(DomainError):
    """The tenant's schema could not be made; nothing of it was left behind."""

    code = "provisioning_failed"
    status = 503
