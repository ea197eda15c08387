"""How the stand-in says no, in Midtrans' words."""


class Refusal(Exception):
    """A request Midtrans would refuse: `status` is its code, `messages` its words."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.status = status
        self.messages = messages
