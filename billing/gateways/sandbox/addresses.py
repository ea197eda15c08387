"""Where the payer is sent: to the payment page, and back to the merchant."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse

from billing.gateways.sandbox.answers import status_code_of
from billing.gateways.sandbox.models import SandboxPage, SandboxTransaction


def pay_address(page: SandboxPage) -> str:
    """The payment page on the product's public host: the product itself may have asked over a loopback address."""
    return _public("pay", str(page.token))


def link_address(token: str) -> str:
    """The page on which the owner of a GoPay account agrees, on the same host."""
    return _public("link", token)


def _public(name: str, token: str) -> str:
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    path = reverse(f"midtrans_sandbox:{name}", kwargs={"token": token}, urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{port}{path}"


def finish_address(attempt: SandboxTransaction) -> str:
    """The merchant's finish address with the result added to its query; "" if it is no web address."""
    url = urlsplit(attempt.page.finish_url)
    if url.scheme not in {"http", "https"}:
        return ""
    result = {
        "order_id": attempt.page.order_id,
        "status_code": status_code_of(attempt),
        "transaction_status": attempt.status,
    }
    return urlunsplit(url._replace(query=urlencode([*parse_qsl(url.query), *result.items()])))
