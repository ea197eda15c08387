"""`Idempotency-Key`: a POST that is sent twice is done once."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.authentication import key_of
from tenants.api.openapi import IDEMPOTENCY_KEY
from tenants.api.throttling import address_of
from tenants.api.views import ApiView
from tenants.errors import PROBLEM_JSON, DomainError
from tenants.models import IdempotentRequest
from tenants.services.idempotency import Claim, claim_request, forget_request, keep_answer

REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[!-~]{1,128}")
Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Do the work and keep its answer in one transaction: both or neither. A second request waits for the first."""

    @wraps(handler)
    def post(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
        claim = _claim_of(view, request)
        if claim is None:
            with transaction.atomic():
                return handler(view, request, *args, **kwargs)
        with transaction.atomic():
            row = claim_request(claim=claim, now=timezone.now())
            if row.status is not None:
                return _replay(row)
            try:
                with transaction.atomic():
                    response = handler(view, request, *args, **kwargs)
            except Exception as error:  # noqa: BLE001 - becomes the problem document that is kept
                response = view.handle_exception(error)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            else:
                keep_answer(row=row, status=response.status_code, body=_text_of(response))
            return response

    return post


def idempotent_in_steps(handler: Handler) -> Handler:
    """For work that commits on its way, as a call to the gateway: claim, work, keep. A second one meanwhile is 409."""

    @wraps(handler)
    def post(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
        claim = _claim_of(view, request)
        if claim is None:
            return handler(view, request, *args, **kwargs)
        with transaction.atomic():
            row = claim_request(claim=claim, now=timezone.now())
        if row.status is not None:
            return _replay(row)
        try:
            response = handler(view, request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - becomes the problem document that is kept
            response = view.handle_exception(error)
        if response.status_code >= 500:
            forget_request(row=row)
        else:
            keep_answer(row=row, status=response.status_code, body=_text_of(response))
        return response

    return post


def _claim_of(view: ApiView, request: Request) -> Claim | None:
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        wrong = DomainError(
            _("Idempotency-Key terdiri dari 1–128 huruf, angka, atau tanda baca tanpa spasi."),
            field=IDEMPOTENCY_KEY,
            code="idempotency_key_invalid",
        )
        wrong.status = 400
        raise wrong
    key = key_of(request)
    scope = f"key:{key.pk}" if key is not None else f"ip:{address_of(request)}"
    return Claim(scope[:80], given, _fingerprint(view, request))


def _fingerprint(view: ApiView, request: Request) -> str:
    """What was asked for, as a keyed hash: bodies may hold passwords, which a plain hash would let somebody guess."""
    asked = [request.method, request.path, request.META.get("QUERY_STRING", ""), view.tenant_id, _content(request.data)]
    text = json.dumps(asked, sort_keys=True, default=str)
    return salted_hmac("tenants.api.idempotency", text, algorithm="sha256").hexdigest()


def _content(data: Any) -> Any:
    """A form's fields and the hashes of its files: its boundary differs each time it is sent."""
    if not hasattr(data, "lists"):
        return data
    return {
        name: [_file_hash(item) if isinstance(item, UploadedFile) else item for item in items]
        for name, items in data.lists()
    }


def _file_hash(file: "UploadedFile[bytes]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return f"{file.name}:{found.hexdigest()}"


def _text_of(response: Response) -> str:
    """The answer as it is sent: as an object the database would put its fields into an order of its own."""
    return JSONRenderer().render(response.data).decode()


def _replay(row: IdempotentRequest) -> Response:
    status = row.status or 200
    kind = PROBLEM_JSON if status >= 400 else None
    # An object is what the release before this one kept; it is gone two days after the upgrade.
    body = json.loads(row.body) if isinstance(row.body, str) else row.body
    return Response(body, status, headers={REPLAYED: "true"}, content_type=kind)
