"""The ways a message leaves the house: values in, a reference out, or `SendFailed`."""

from notifications.channels.base import Channel, Outgoing
from notifications.channels.registry import send

__all__ = ["Channel", "Outgoing", "send"]
