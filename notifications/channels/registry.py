"""Which channel serves which name, by the settings."""

from django.conf import settings

from notifications.channels.base import Channel, Outgoing
from notifications.channels.email import EmailChannel
from notifications.channels.local import LocalChannel
from notifications.channels.provider import ProviderChannel
from notifications.errors import SendFailed


class NoChannel:
    """Nobody has set the channel up; the message says so where staff look."""

    def send(self, message: Outgoing) -> str:
        """Always fails: a later try can succeed once a provider is set."""
        raise SendFailed(f"Belum ada penyedia untuk {message.channel}.", retryable=True)


def channel_named(name: str) -> Channel:
    """E-mail goes through Django; WhatsApp and SMS through their provider, in the demo without one to nobody."""
    if name == "email":
        return EmailChannel()
    accounts = {
        "whatsapp": (settings.WHATSAPP_PROVIDER_URL, settings.WHATSAPP_PROVIDER_TOKEN),
        "sms": (settings.SMS_PROVIDER_URL, settings.SMS_PROVIDER_TOKEN),
    }
    url, token = accounts[name]
    if url:
        return ProviderChannel(url=url, token=token)
    return LocalChannel() if settings.DEMO else NoChannel()


def send(message: Outgoing) -> str:
    """Hand a message to the channel it names; the reference that comes back."""
    return channel_named(message.channel).send(message)
