"""What a preview showed: signed into its page, so that the button does that and nothing that was typed afterwards."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _


def sign_shown(subject: str, given: Mapping[str, Any]) -> str:
    """A seal of what a preview was made of; `subject` names the page, so that one is never taken for another's."""
    return salted_hmac(subject, json.dumps(given, sort_keys=True, default=str)).hexdigest()


def agrees(request: HttpRequest, subject: str, given: Mapping[str, Any]) -> bool:
    """Whether the button was pressed for what its preview showed. Where the fields changed since, it says so: the page is to
    be shown anew with what would happen now."""
    if "confirm" not in request.POST:
        return False
    shown = request.POST.get("shown", "")
    if not shown or constant_time_compare(shown, sign_shown(subject, given)):
        return True
    messages.warning(request, _("Isian berubah sejak pratinjau. Periksa lagi yang akan terjadi."))
    return False
