"""What can go wrong with a message."""


class SendFailed(Exception):
    """A channel did not take a message. `retryable` says whether the same message may get through later."""

    def __init__(self, reason: str, *, retryable: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
