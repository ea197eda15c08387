"""What every channel takes and gives."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. `recipient` is an e-mail address or the digits of a number with its country code.

    `kept`: its text stands in a row of the tenant's. `stop_at` is the page where a reader of e-mails says that it is enough.
    """

    id: UUID
    channel: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    recipient_name: str = ""
    language: str = "id"
    sender_name: str = ""
    reply_to: str = ""
    kept: bool = True
    stop_at: str = ""


class Channel(Protocol):
    """One way to reach somebody."""

    def send(self, message: Outgoing) -> str:
        """Hand the message over and return the other side's reference, or raise `SendFailed`, within 15 seconds."""
        ...
