"""Problem documents (RFC 9457): the one way in which the API says what is wrong.

Every document has a stable `code` for programs, a `detail` for people (Indonesian, or English by Accept-Language), the
id of the request, and where a field is to blame its name: `field` the first one, `errors` all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Protocol, runtime_checkable

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.utils.translation import get_language, gettext, gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from tenants.errors import PROBLEM_JSON, DomainError

log = structlog.get_logger(__name__)

TITLES = {
    400: gettext_lazy("Permintaan tidak dapat dibaca"),
    401: gettext_lazy("Kunci diperlukan"),
    403: gettext_lazy("Tidak diizinkan"),
    404: gettext_lazy("Tidak ditemukan"),
    405: gettext_lazy("Metode tidak dikenal"),
    406: gettext_lazy("Format jawaban tidak tersedia"),
    409: gettext_lazy("Bertentangan dengan keadaan sekarang"),
    413: gettext_lazy("Permintaan terlalu besar"),
    415: gettext_lazy("Jenis isi tidak didukung"),
    422: gettext_lazy("Isi tidak dapat diterima"),
    429: gettext_lazy("Terlalu banyak permintaan"),
    500: gettext_lazy("Terjadi kesalahan di sisi kami"),
    502: gettext_lazy("Penyedia pembayaran tidak menjawab"),
    503: gettext_lazy("Sedang tidak tersedia"),
}
# What the framework raises, in words that say what to do.
SAID = {
    "not_authenticated": gettext_lazy("Sertakan kunci API dalam header Authorization: Bearer."),
    "authentication_failed": gettext_lazy("Kunci ini tidak dikenal atau sudah dicabut."),
    "not_found": gettext_lazy("Tidak ada apa pun di alamat ini."),
    "method_not_allowed": gettext_lazy("Alamat ini tidak menerima metode itu. Lihat header Allow."),
    "not_acceptable": gettext_lazy("Alamat ini tidak dapat menjawab dalam format yang diminta header Accept."),
    "unsupported_media_type": gettext_lazy("Kirim isi permintaan sebagai JSON, atau sebagai formulir bila ada berkas."),
    "throttled": gettext_lazy("Terlalu banyak permintaan. Coba lagi setelah jeda dalam header Retry-After."),
    "permission_denied": gettext_lazy("Kunci ini tidak boleh melakukan itu."),
    "too_large": gettext_lazy("Isi permintaan terlalu besar."),
    "internal": gettext_lazy("Terjadi kesalahan di sisi kami dan sudah dicatat. Coba lagi nanti."),
    "not_readable": gettext_lazy("Isi permintaan tidak dapat dibaca."),
    "invalid_input": gettext_lazy("Ada isian yang perlu diperbaiki."),
}


# Django's own refusals; the first that fits counts.
FORESEEN: tuple[tuple[type[Exception], int, str], ...] = (
    (Http404, 404, "not_found"),
    (PermissionDenied, 403, "permission_denied"),
    (RequestDataTooBig, 413, "too_large"),
    (SuspiciousOperation, 400, "not_readable"),
    (UnreadablePostError, 400, "not_readable"),
)


@runtime_checkable
class FieldFault(Protocol):
    """An error of the rules, which know no status: a code, a field and a message."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One field's fault; `field` is a path such as `registration.npsn`."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What the document says, without the request it answers."""

    status: int
    code: str
    detail: str
    faults: tuple[Fault, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def handle_exception(error: Exception, context: Mapping[str, Any]) -> Response:
    """The problem document of whatever was raised; Django REST framework calls this."""
    problem = problem_of(error)
    if problem.status >= 500:
        log.error("api_failed", code=problem.code, exc_info=error)
    request = context.get("request")
    body = document(problem, getattr(request, "request_id", ""))
    return Response(body, problem.status, headers=dict(problem.headers), content_type=PROBLEM_JSON)


def document(problem: Problem, request_id: str) -> dict[str, Any]:
    """The document's members, in the order of RFC 9457, then ours."""
    body: dict[str, Any] = {
        "type": f"urn:langganan:problem:{problem.code}",
        "title": str(TITLES.get(problem.status, TITLES[500])),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
    }
    if problem.faults:
        body["field"] = problem.faults[0].field
        body["errors"] = [{"field": item.field, "code": item.code, "detail": item.detail} for item in problem.faults]
    if problem.data:
        body["data"] = dict(problem.data)
    return body


def problem_of(error: Exception) -> Problem:
    """Which problem an exception is; what nobody foresaw is a 500 that says nothing of its inside."""
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, exceptions.ValidationError):
        return _of_validation(error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    for kind, status, code in FORESEEN:
        if isinstance(error, kind):
            return _named(status, code)
    if isinstance(error, ValueError) and isinstance(error, FieldFault):
        return _blaming(422, error.code, error.field, error.message)
    return _named(500, "internal")


def _of_domain(error: DomainError) -> Problem:
    english = str(error.data.get("en", "")) if (get_language() or "").startswith("en") else ""
    data = {name: value for name, value in error.data.items() if name != "en"}
    return _blaming(error.status, error.code, error.field, english or gettext(error.message), data)


def _blaming(
    status: int, code: str, field_name: str, message: str, data: Mapping[str, object] | None = None
) -> Problem:
    faults = (Fault(field_name, code, message),) if field_name else ()
    return Problem(status, code, message, faults, data or {})


def _of_validation(error: exceptions.ValidationError) -> Problem:
    faults = tuple(_flatten(error.detail, ""))
    single = faults[0].detail if len(faults) == 1 else str(SAID["invalid_input"])
    return Problem(422, "invalid", single, faults)


def _flatten(detail: Any, path: str) -> Iterator[Fault]:
    """Walk the framework's nested errors: {"registration": {"npsn": […]}} → `registration.npsn`, {"offers": {1: […]}} →
    `offers[1]`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flatten(inner, path if name == "non_field_errors" else _within(path, name))
    elif isinstance(detail, list | tuple):
        for at, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from _flatten(inner, f"{path}[{at}]" if nested else path)
    else:
        yield Fault(path, getattr(detail, "code", "invalid"), str(detail))


def _within(path: str, name: object) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


def _of_framework(error: exceptions.APIException) -> Problem:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    detail = str(SAID[code]) if code in SAID else str(error.detail)
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    wait: float | None = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, ceil(wait)))
    return Problem(error.status_code, code, detail, headers=headers)


def _named(status: int, code: str) -> Problem:
    return Problem(status, code, str(SAID[code]))
