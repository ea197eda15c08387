"""What can go wrong between us and a payment gateway, in kinds a caller can act on."""


class GatewayError(Exception):
    """A call to the gateway that did not succeed.

    `code` is stable and may be stored; `message` is for staff; `retryable`: the same call may succeed later.
    """

    def __init__(self, code: str, message: str, *, retryable: bool) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable


class GatewayTimeout(GatewayError):
    """No answer in time. What was asked may have happened all the same: ask for the status before sending it again."""

    def __init__(self, message: str) -> None:
        super().__init__("gateway_timeout", message, retryable=True)


class GatewayUnavailable(GatewayError):
    """No connection, a 5xx, a redirect, or an answer that cannot be read (HTML from a proxy, for one)."""

    def __init__(self, message: str) -> None:
        super().__init__("gateway_unavailable", message, retryable=True)


class GatewayRejected(GatewayError):
    """The gateway understood and refused (4xx); the same call will be refused again.

    `status` is the code in the body if there is one (it may sit inside HTTP 200), else that of HTTP;
    `messages` are the gateway's own words.
    """

    def __init__(self, code: str, *, status: int, messages: tuple[str, ...]) -> None:
        super().__init__(code, "; ".join(messages) or f"HTTP {status}", retryable=False)
        self.status = status
        self.messages = messages


class NotFound(GatewayError):
    """The gateway has no such transaction: nothing was charged under this id, and it is safe to send again.

    Also the normal answer for a checkout whose payer has not yet chosen a method.
    """

    def __init__(self, message: str) -> None:
        super().__init__("gateway_not_found", message, retryable=False)
