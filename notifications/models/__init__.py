"""The tenant's messages."""

from notifications.models.messages import ChannelName, Message, MessageState

__all__ = ["ChannelName", "Message", "MessageState"]
