"""Midtrans' side of auto-debit: linking GoPay accounts, and charging saved cards and linked accounts. Free of Django.

Our own scheduler works on the saved tokens. Midtrans' Subscription API is not used: together they would charge twice.
"""

from typing import Any

from billing.gateways.errors import GatewayRejected, GatewayUnavailable, NotFound
from billing.gateways.midtrans import MidtransClient, checked, common_body, fitting, own_errors, read_status
from billing.gateways.tokens import TOKEN_ID, LinkedAccount, TokenCharge
from billing.gateways.values import GatewayStatus


def _read(answer: dict[str, Any]) -> LinkedAccount:
    try:
        return LinkedAccount.from_answer(answer)
    except ValueError as error:
        raise GatewayUnavailable(f"Unreadable account: {error}") from error


def link_account(client: MidtransClient, *, phone: str, return_url: str) -> LinkedAccount:
    """Begin to link the GoPay account of a phone number (without country code): its owner agrees on the page `link`."""
    partner = {"phone_number": phone, "country_code": "62", "redirect_url": return_url}
    with own_errors():
        return _read(client.core.link_payment_account({"payment_type": "gopay", "gopay_partner": partner}))


def account_of(client: MidtransClient, account_id: str) -> LinkedAccount:
    """How an account stands, with the token of its wallet."""
    checked(account_id, TOKEN_ID)
    with own_errors():
        return _read(client.core.get_payment_account(account_id))


def unlink_account(client: MidtransClient, account_id: str) -> None:
    """Undo the link; one that is gone already is fine."""
    checked(account_id, TOKEN_ID)
    try:
        with own_errors():
            client.core.unlink_payment_account(account_id)
    except (NotFound, GatewayRejected) as error:
        if error.code == "unauthorized":
            raise


def charge_token(client: MidtransClient, request: TokenCharge) -> GatewayStatus:
    """Charge now. A denial is an answer, not an error. After GatewayTimeout or GatewayUnavailable it may have happened: ask
    `status` of the order id, which is charged once whatever is sent again under it ("duplicate")."""
    body = fitting(_body(request), request)
    with own_errors():
        answer = client.core.charge(body)
    return read_status(answer)


def _body(request: TokenCharge) -> dict[str, Any]:
    if request.is_gopay:
        gopay = {"account_id": request.token, "payment_option_token": request.option, "recurring": True}
        return common_body(request) | {"payment_type": "gopay", "gopay": gopay}
    return common_body(request) | {"payment_type": "credit_card", "credit_card": {"token_id": request.token}}
