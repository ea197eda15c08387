"""WhatsApp and SMS through an HTTP provider of the kind of Fonnte: POST /send with target, message, countryCode."""

from typing import Any

import httpx

from notifications.channels.base import Outgoing
from notifications.errors import SendFailed

TIMEOUT_SECONDS = 10.0
COUNTRY = "62"
# What is wrong with this message and will stay wrong; everything else (quota, device, token) an operator puts right.
NEVER_RIGHT = ("target", "number", "input invalid", "message")
REFUSED_STATUSES = frozenset({400, 413, 422})
ANSWER_SHOWN = 200


class ProviderChannel:
    """One provider account. The token goes into the Authorization header as it is, never into an address or a log."""

    def __init__(self, *, url: str, token: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self.timeout = timeout

    def send(self, message: Outgoing) -> str:
        """Returns the provider's id. A timeout is tried again, though the provider may have taken the message."""
        form = {"target": message.recipient, "message": message.text, "countryCode": COUNTRY}
        try:
            response = httpx.post(
                f"{self.url}/send", data=form, headers={"Authorization": self.token}, timeout=self.timeout
            )
        except httpx.HTTPError as error:
            raise SendFailed(f"{type(error).__name__}: {error}", retryable=True) from error
        return _read(response)


def _read(response: httpx.Response) -> str:
    """The reference in the answer. Trap: a refusal comes with HTTP 200 and `"status": false`."""
    if not response.is_success:
        shown = f"HTTP {response.status_code}: {response.text[:ANSWER_SHOWN]}"
        raise SendFailed(shown, retryable=response.status_code not in REFUSED_STATUSES)
    try:
        answer: Any = response.json()
    except ValueError as error:
        raise SendFailed(f"Jawaban bukan JSON: {response.text[:ANSWER_SHOWN]}", retryable=True) from error
    given = answer if isinstance(answer, dict) else {}
    if given.get("status") is not True:
        reason = str(given.get("reason") or given.get("detail") or answer)
        final = any(word in reason.lower() for word in NEVER_RIGHT)
        raise SendFailed(reason[:ANSWER_SHOWN], retryable=not final)
    ids = given.get("id")
    return str(ids[0] if isinstance(ids, list) and ids else ids or "")
